/** Phi-3 (Abdin et al. 2024): a Llama with query, key and value weights joined in one matrix, gate and up in another. */

import type { TransformerConfig } from '../types/engine.js'
import { llamaConfig, llamaForm, llamaNames, readWindows, windowOf } from './causal.js'
import { rowsOf, type StoredLayout } from './layouts.js'
import { transformerFamily } from './transformer-form.js'

export const phi3 = transformerFamily({
  ...llamaForm,
  modelType: 'phi3',
  names: [
    [/\.attn\.(query|key|value)\./, '.self_attn.qkv_proj.'],
    [/\.feed_forward\.(gate|up)\./, '.mlp.gate_up_proj.'],
    ...llamaNames
  ],
  storedLayout,

  config(config) {
    // In Phi's configs 'yarn' means a scaling of Phi's own, which is not supported.
    const llama = llamaConfig(config, { context: 4096, epsilon: 1e-5, rotaryTypes: ['default'] })
    const window = windowOf(config)
    return { ...llama, ...readWindows(config, llama.layers, window, () => window > 0) }
  }
})

function storedLayout(
  parameter: string,
  shape: readonly number[],
  engine: TransformerConfig
): StoredLayout | undefined {
  const { heads, keyValueHeads, headWidth, feedForwardWidth } = engine
  const queries = heads * headWidth
  const keys = keyValueHeads * headWidth
  const [, part] = /\.(query|key|value|gate|up)\.weight$/.exec(parameter) ?? []
  switch (part) {
    case 'query':
      return rowsOf(shape, 0, queries + 2 * keys)
    case 'key':
      return rowsOf(shape, queries, queries + 2 * keys)
    case 'value':
      return rowsOf(shape, queries + keys, queries + 2 * keys)
    case 'gate':
      return rowsOf(shape, 0, 2 * feedForwardWidth)
    case 'up':
      return rowsOf(shape, feedForwardWidth, 2 * feedForwardWidth)
    default:
      return undefined
  }
}
