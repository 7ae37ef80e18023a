/** Mistral (Jiang et al. 2023): a Llama whose queries see only a window of keys. */

import type { ConfigReader } from './config-reader.js'
import { llamaConfig, llamaForm, readWindows, windowOf } from './causal.js'
import { transformerFamily } from './transformer-form.js'

export const mistral = transformerFamily({
  ...llamaForm,
  modelType: 'mistral',
  config(config: ConfigReader) {
    const llama = llamaConfig(config, { keyValueHeads: 8, context: 131_072 })
    // A null field means no window. An absent field means the default.
    const window = Object.hasOwn(config.values, 'sliding_window') ? windowOf(config) : 4096
    config.accept('layer_types')
    return { ...llama, ...readWindows(config, llama.layers, window, () => window > 0) }
  }
})
