// Writes a model with many heads and seeded weights: the Llama form, with the tokenizer of the story model.
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/paths.mjs'
import { llamaForm, writeRandomCheckpoint } from '../true-sizes/random-checkpoint.mjs'

const stories = join(root, 'models/stories')

/** Writes the model as a Hugging Face folder. */
export function writeRandomModel(folder) {
  const { vocab_size: vocabulary } = JSON.parse(readFileSync(join(stories, 'config.json'), 'utf8'))
  const sizes = { layers: 12, heads: 12, keyValueHeads: 12, width: 192, feedForward: 256, context: 2048 }
  // Large enough that patterns are far from uniform.
  const spread = (shape) => 3 / Math.sqrt(shape.at(-1))
  writeRandomCheckpoint(folder, llamaForm({ ...sizes, vocabulary }), { spread })
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) copyFileSync(join(stories, file), join(folder, file))
}
