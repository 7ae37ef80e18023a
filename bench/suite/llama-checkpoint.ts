/** Writes the rows' Llama form as the files of a Hugging Face folder, with the parameter names of such checkpoints. */

import type { EngineConfig } from '../../web/lib/generated/attenscope-module.js'
import { writeSafetensors, type WrittenTensor } from '../../web/lib/formats/safetensors.js'
import { type Held, randomWeights, roundRows, type Weights } from './weights.js'

/** Returns the shapes of a Llama's weights by the engine's names. */
function shapesOf(config: EngineConfig): Map<string, readonly number[]> {
  const { layers, width, feedForwardWidth, vocabulary } = config
  const square = [width, width]
  const shapes = new Map<string, readonly number[]>([['embedding.weight', [vocabulary, width]]])
  for (let layer = 0; layer < layers; layer++) {
    const block = `blocks.${layer}.`
    for (const norm of ['attn_norm', 'feed_forward_norm']) shapes.set(`${block}${norm}.weight`, [width])
    for (const part of ['query', 'key', 'value', 'output']) shapes.set(`${block}attn.${part}.weight`, square)
    for (const part of ['gate', 'up']) shapes.set(`${block}feed_forward.${part}.weight`, [feedForwardWidth, width])
    shapes.set(`${block}feed_forward.down.weight`, [width, feedForwardWidth])
  }
  return shapes.set('final_norm.weight', [width]).set('unembedding.weight', [vocabulary, width])
}

/** Replacements that turn the engine's parameter names into those of a checkpoint. */
const checkpointWords: readonly (readonly [RegExp, string])[] = [
  [/^embedding\./, 'model.embed_tokens.'],
  [/^final_norm\./, 'model.norm.'],
  [/^unembedding\./, 'lm_head.'],
  [/^blocks\./, 'model.layers.'],
  [/\.attn_norm\./, '.input_layernorm.'],
  [/\.feed_forward_norm\./, '.post_attention_layernorm.'],
  [/\.attn\.(\w)\w+\./, '.self_attn.$1_proj.'],
  [/\.feed_forward\.(\w+)\./, '.mlp.$1_proj.']
]

export const checkpointName = (name: string): string =>
  checkpointWords.reduce((words, [engine, checkpoint]) => words.replace(engine, checkpoint), name)

/** Returns the folder of a Llama form with random weights, and the weights by the engine's names. */
export function llamaCheckpoint(config: EngineConfig, held: Held): { files: File[]; weights: Weights } {
  const weights = randomWeights(shapesOf(config))
  const tensors = new Map<string, WrittenTensor>()
  for (const [name, { shape, data }] of weights) {
    const [rows = 0, columns] = shape
    if (held === 'f32' || columns === undefined) {
      tensors.set(checkpointName(name), { shape, data })
      continue
    }
    const { numbers, scales } = roundRows(data, rows)
    tensors.set(checkpointName(name), { shape, data: numbers, dtype: 'I8' })
    tensors.set(`${checkpointName(name)}_scale`, { shape: [rows], data: scales })
  }
  const described = {
    model_type: 'llama',
    hidden_size: config.width,
    intermediate_size: config.feedForwardWidth,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    vocab_size: config.vocabulary,
    max_position_embeddings: config.context,
    rms_norm_eps: config.normEpsilon,
    tie_word_embeddings: false,
    ...(held === 'int8' && {
      quantization_config: { quant_method: 'attenscope', bits: 8, modules_to_not_convert: [] }
    })
  }
  return {
    weights,
    files: [
      new File([JSON.stringify(described)], 'config.json'),
      new File(writeSafetensors(tensors, {}), 'model.safetensors')
    ]
  }
}
