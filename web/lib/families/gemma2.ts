/**
 * Gemma 2 (Gemma Team 2024): norms before and after each layer, soft caps on scores and logits, a window in every other
 * layer.
 */

import type { ConfigReader } from './config-reader.js'
import { llamaConfig, llamaForm, llamaNames, readWindows, windowOf } from './causal.js'
import { plusOne } from './layouts.js'
import { transformerFamily } from './transformer-form.js'

export const gemma2 = transformerFamily({
  ...llamaForm,
  modelType: 'gemma2',
  tied: true,
  names: [
    [/\.attn_post_norm\./, '.post_attention_layernorm.'],
    [/\.feed_forward_norm\./, '.pre_feedforward_layernorm.'],
    [/\.feed_forward_post_norm\./, '.post_feedforward_layernorm.'],
    ...llamaNames
  ],
  storedLayout: (parameter, shape) => (/norm\.weight$/.test(parameter) ? plusOne(shape) : undefined),

  config(config: ConfigReader) {
    config.accept('use_bidirectional_attention', false)
    const llama = llamaConfig(config, {
      keyValueHeads: 4,
      headWidth: 256,
      context: 8192,
      activationField: 'hidden_activation',
      activation: 'gelu_pytorch_tanh'
    })
    const bias = config.flag('attention_bias', false)
    return {
      ...llama,
      ...readWindows(config, llama.layers, windowOf(config, 4096), (layer) => layer % 2 === 0),
      normPlace: 'both',
      embeddingScale: Math.sqrt(llama.width),
      attentionScale: config.positive('query_pre_attn_scalar', 256) ** -0.5,
      attentionSoftcap: softcap(config, 'attn_logit_softcapping', 50),
      logitsSoftcap: softcap(config, 'final_logit_softcapping', 30),
      attentionBias: bias,
      outputBias: bias
    }
  }
})

/** Reads a soft cap. null means no cap, which is 0 in the engine. */
function softcap(config: ConfigReader, field: string, defaultCap: number): number {
  return config.values[field] === null ? 0 : config.positive(field, defaultCap)
}
