/**
 * Decoding with plain loops over row-major weights, compiled with the engine's options: the speed of a simple C++
 * program.
 */

import type { EngineConfig } from '../../web/lib/generated/attenscope-module.js'
import type { Side } from './contest.js'
import type { Text } from './engine.js'
import { loadPlainLlama, type Variant } from './modules.js'
import { type Weights, weightOf } from './weights.js'

export async function plainDecode(
  variant: Variant,
  config: EngineConfig,
  weights: Weights,
  { prompt, stream }: Text
): Promise<Side> {
  const module = await loadPlainLlama(variant)
  const { layers, width, heads, feedForwardWidth, vocabulary, context } = config
  const model = module._plain_llama(layers, width, heads, feedForwardWidth, vocabulary, context)
  if (model === 0) throw new Error('the plain loop has too little memory for its weights')
  let at = module._plain_llama_weights(model) / Float32Array.BYTES_PER_ELEMENT
  for (const name of namesInOrder(layers)) {
    const { data } = weightOf(weights, `${name}.weight`)
    module.HEAPF32.set(data, at)
    at += data.length
  }
  const append = (ids: readonly number[], first: number): Float32Array => {
    let logits = 0
    for (const [i, id] of ids.entries()) logits = module._plain_llama_forward(model, id, first + i)
    const start = logits / Float32Array.BYTES_PER_ELEMENT
    return module.HEAPF32.slice(start, start + vocabulary)
  }
  append(prompt, 0)
  // Each call overwrites the keys and values that the previous call left at these positions.
  return { run: () => append(stream, prompt.length) }
}

function namesInOrder(layers: number): string[] {
  const ofLayer = (layer: number) =>
    [
      ...['attn_norm', 'attn.query', 'attn.key', 'attn.value', 'attn.output'],
      ...['feed_forward_norm', 'feed_forward.gate', 'feed_forward.up', 'feed_forward.down']
    ].map((part) => `blocks.${layer}.${part}`)
  return [
    'embedding',
    ...Array.from({ length: layers }, (_, layer) => ofLayer(layer)).flat(),
    'final_norm',
    'unembedding'
  ]
}
