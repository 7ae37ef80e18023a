/**
 * Qwen 2 (Yang et al. 2024), a Llama with biases on queries, keys and values, and Qwen 3 (2025), a Llama with norms of
 * queries and keys.
 */

import type { TransformerConfig } from '../types/engine.js'
import type { ConfigReader } from './config-reader.js'
import { llamaConfig, llamaForm, readWindows, windowOf } from './causal.js'
import { maxLayers } from './sizes.js'
import { transformerFamily } from './transformer-form.js'

export const qwen2 = transformerFamily({
  ...llamaForm,
  modelType: 'qwen2',
  config: (config) =>
    withWindows(config, { ...llamaConfig(config, { keyValueHeads: 32, context: 32_768 }), attentionBias: true })
})

export const qwen3 = transformerFamily({
  ...llamaForm,
  modelType: 'qwen3',
  config(config) {
    const bias = config.flag('attention_bias', false)
    const llama = llamaConfig(config, { keyValueHeads: 32, headWidth: 128, context: 32_768 })
    return withWindows(config, { ...llama, headNorm: true, attentionBias: bias, outputBias: bias })
  }
})

/** With `use_sliding_window`, layers from `max_window_layers` on have a window. */
function withWindows(config: ConfigReader, llama: TransformerConfig): TransformerConfig {
  const window = config.flag('use_sliding_window', false) ? windowOf(config, 4096) : 0
  const firstSliding = config.index('max_window_layers', maxLayers, 28)
  return { ...llama, ...readWindows(config, llama.layers, window, (layer) => window > 0 && layer >= firstSliding) }
}
