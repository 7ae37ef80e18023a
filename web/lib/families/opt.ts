/** OPT (Zhang et al. 2022): learned positions from the third row on, which count only tokens that the mask shows. */

import { readActivation } from './activations.js'
import { decoderHeads } from './heads.js'
import { positionsOfMask } from './padding.js'
import { maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import { headWidthOf, transformerFamily } from './transformer-form.js'

export const opt = transformerFamily({
  modelType: 'opt',
  prefixes: ['model.decoder.', 'decoder.'],
  roots: /^(embed_tokens|embed_positions|layers|final_layer_norm)\./,
  tied: true,
  heads: () => decoderHeads,
  positions: () => positionsOfMask,
  names: [
    [/^embedding\./, 'embed_tokens.'],
    [/^position\./, 'embed_positions.'],
    [/^final_norm\./, 'final_layer_norm.'],
    [/^blocks\./, 'layers.'],
    [/\.attn_norm\./, '.self_attn_layer_norm.'],
    [/\.feed_forward_norm\./, '.final_layer_norm.'],
    [/\.attn\.query\./, '.self_attn.q_proj.'],
    [/\.attn\.key\./, '.self_attn.k_proj.'],
    [/\.attn\.value\./, '.self_attn.v_proj.'],
    [/\.attn\.output\./, '.self_attn.out_proj.'],
    [/\.feed_forward\.up\./, '.fc1.'],
    [/\.feed_forward\.down\./, '.fc2.']
  ],

  config(config) {
    const width = config.size('hidden_size', maxWidth, 768)
    const heads = config.size('num_attention_heads', maxHeads, 12)
    const bias = config.flag('enable_bias', true)
    const before = config.flag('do_layer_norm_before', true)
    config.accept('layer_norm_elementwise_affine', true)
    config.accept('word_embed_proj_dim', width)
    return {
      layers: config.size('num_hidden_layers', maxLayers, 12),
      heads,
      keyValueHeads: heads,
      headWidth: headWidthOf(config, 'hidden_size', width, heads),
      width,
      feedForwardWidth: config.size('ffn_dim', maxFeedForwardWidth, 3072),
      vocabulary: config.size('vocab_size', maxVocabulary, 50272),
      context: config.size('max_position_embeddings', maxContext, 2048),
      norm: 'layer',
      normPlace: before ? 'before' : 'after',
      normEpsilon: 1e-5,
      finalNorm: before && !config.flag('_remove_final_layer_norm', false),
      position: 'learned',
      positionOffset: 2,
      activation: readActivation(config, 'activation_function', 'relu'),
      gated: false,
      attentionBias: bias,
      outputBias: bias,
      feedForwardBias: bias
    }
  }
})
