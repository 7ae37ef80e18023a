/** Mistral (Jiang et al. 2023): a Llama whose tokens look back over a window. */

import type { ConfigReader } from './config-reader.js'
import { llamaConfig, llamaForm, readWindows, windowOf } from './causal.js'
import { transformerFamily } from './transformer-form.js'

export const mistral = transformerFamily({
  ...llamaForm,
  modelType: 'mistral',
  config(config: ConfigReader) {
    const llama = llamaConfig(config, { keyValueHeads: 8, context: 131_072 })
    // A field that is null says that there is no window; one that is absent has the default.
    const window = Object.hasOwn(config.values, 'sliding_window') ? windowOf(config) : 4096
    config.accept('layer_types')
    return { ...llama, ...readWindows(config, llama.layers, window, () => window > 0) }
  }
})
