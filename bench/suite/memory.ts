/** The memory of the engine after it has loaded a model of 8 million parameters in 8 bits and generated text. */

import type { Gauge } from './contest.js'
import { feed, randomModel, startRun } from './engine.js'
import { loadEngine, type Variant } from './modules.js'
import { Random } from './random.js'
import { llamaConfig } from './shapes.js'

const vocabulary = 4096
const prompt = 64
const written = 64

export async function loadedBytes(variant: Variant): Promise<Gauge> {
  const { model } = randomModel(await loadEngine(variant), llamaConfig(vocabulary), 'int8')
  const run = startRun(model, prompt + written)
  const random = new Random(vocabulary)
  feed(run, random.integers(prompt, vocabulary), 'last')
  for (const id of random.integers(written, vocabulary)) feed(run, [id], 'last')
  // The buffer of a view is the whole memory of the engine.
  const memory = run.logits().data.buffer
  return {
    gauge: () => memory.byteLength,
    unit: 'bytes',
    ceiling: 1.3 * model.bytes() + 8 * 2 ** 20,
    fixed: true
  }
}
