/** Marian translators (Junczys-Dowmunt et al. 2018): norms after each layer, sinusoidal positions. */

import { bartFamily } from './bart-form.js'

export const marian = bartFamily({
  modelType: 'marian',
  vocabulary: 58101,
  endsSource: true,
  activation: 'gelu',
  scalesEmbedding: false,
  options(config) {
    // Fields of older configs: transformers' Marian supports only these values too.
    for (const field of ['normalize_before', 'normalize_embedding', 'add_final_layer_norm', 'add_bias_logits']) {
      config.accept(field, false)
    }
    config.accept('static_position_embeddings', true)
    return { normPlace: 'after', finalNorm: false, position: 'sinusoidal' }
  }
})
