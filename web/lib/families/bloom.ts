/** BLOOM (Le Scao et al. 2022): ALiBi, a norm of the embeddings, and query, key and value weights joined head by head. */

import { joinedByHead } from './gpt-neox.js'
import { decoderHeads } from './heads.js'
import { maxHeads, maxLayers, maxVocabulary, maxWidth, relativeContext } from './sizes.js'
import { headWidthOf, transformerFamily } from './transformer-form.js'

export const bloom = transformerFamily({
  modelType: 'bloom',
  prefixes: ['transformer.'],
  roots: /^(word_embeddings|word_embeddings_layernorm|h|ln_f)\./,
  tied: true,
  heads: () => decoderHeads,
  names: [
    [/^embedding\./, 'word_embeddings.'],
    [/^embedding_norm\./, 'word_embeddings_layernorm.'],
    [/^final_norm\./, 'ln_f.'],
    [/^blocks\./, 'h.'],
    [/\.attn_norm\./, '.input_layernorm.'],
    [/\.feed_forward_norm\./, '.post_attention_layernorm.'],
    [/\.attn\.(query|key|value)\./, '.self_attention.query_key_value.'],
    [/\.attn\.output\./, '.self_attention.dense.'],
    [/\.feed_forward\.up\./, '.mlp.dense_h_to_4h.'],
    [/\.feed_forward\.down\./, '.mlp.dense_4h_to_h.']
  ],
  storedLayout: joinedByHead,

  config(config) {
    config.accept('apply_residual_connection_post_layernorm', false)
    // When transformers computes the output in the slices of the training, it leaves out the output's bias.
    if (config.size('pretraining_tp', maxWidth, 1) > 1) config.accept('slow_but_exact', false)
    // Older configs call the width n_embed.
    const field = config.values['n_embed'] == null ? 'hidden_size' : 'n_embed'
    const width = config.size(field, maxWidth, 64)
    const headsField = config.values['num_attention_heads'] == null ? 'n_head' : 'num_attention_heads'
    const heads = config.size(headsField, maxHeads, 8)
    return {
      layers: config.size('n_layer', maxLayers, config.size('num_hidden_layers', maxLayers, 2)),
      heads,
      keyValueHeads: heads,
      headWidth: headWidthOf(config, field, width, heads),
      width,
      feedForwardWidth: 4 * width,
      vocabulary: config.size('vocab_size', maxVocabulary, 250_880),
      context: relativeContext,
      norm: 'layer',
      normEpsilon: config.positive('layer_norm_epsilon', 1e-5),
      embeddingNorm: true,
      position: 'none',
      distanceBias: 'alibi',
      activation: 'gelu-tanh',
      gated: false,
      attentionBias: true,
      outputBias: true,
      feedForwardBias: true
    }
  }
})
