/**
 * BART (Lewis et al. 2020): norms after each layer, learned positions from the third row on, and a norm of the
 * embeddings.
 */

import { bartFamily } from './bart-form.js'

export const bart = bartFamily({
  modelType: 'bart',
  vocabulary: 50265,
  activation: 'gelu',
  scalesEmbedding: false,
  options(config) {
    // Fields of older configs, for checkpoints that belong to the MBart family today.
    for (const field of ['normalize_before', 'add_final_layer_norm', 'add_bias_logits']) config.accept(field, false)
    config.accept('normalize_embedding', true)
    config.accept('static_position_embeddings', false)
    return { normPlace: 'after', finalNorm: false, embeddingNorm: true, position: 'learned', positionOffset: 2 }
  }
})
