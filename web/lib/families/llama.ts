/** Llama (Touvron et al. 2023), the form from which several families derive; SmolLM's checkpoints are Llamas too. */

import type { ConfigReader } from './config-reader.js'
import { llamaConfig, llamaForm } from './causal.js'
import { transformerFamily } from './transformer-form.js'

export const llama = transformerFamily({
  ...llamaForm,
  modelType: 'llama',
  config(config: ConfigReader) {
    config.accept('pretraining_tp', 1)
    config.accept('sliding_window')
    const attentionBias = config.flag('attention_bias', false)
    return {
      ...llamaConfig(config),
      attentionBias,
      outputBias: attentionBias,
      feedForwardBias: config.flag('mlp_bias', false)
    }
  }
})
