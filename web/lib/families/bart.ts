/** BART (Lewis et al. 2020): norms after, learned positions from the third row on, a norm of the embeddings. */

import { bartFamily } from './bart-form.js'

export const bart = bartFamily({
  modelType: 'bart',
  vocabulary: 50265,
  activation: 'gelu',
  scalesEmbedding: false,
  options(config) {
    // Options of configs of old, for checkpoints that are MBart's today.
    for (const field of ['normalize_before', 'add_final_layer_norm', 'add_bias_logits']) config.accept(field, false)
    config.accept('normalize_embedding', true)
    config.accept('static_position_embeddings', false)
    return { normPlace: 'after', finalNorm: false, embeddingNorm: true, position: 'learned', positionOffset: 2 }
  }
})
