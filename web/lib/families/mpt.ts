/** MPT (MosaicML 2023) as in transformers: ALiBi, no biases, and query, key and value weights joined in one matrix. */

import { ConfigReader } from './config-reader.js'
import { decoderHeads } from './heads.js'
import { joinedIndex, rowsOf } from './layouts.js'
import { maxHeads, maxLayers, maxVocabulary, maxWidth, relativeContext } from './sizes.js'
import { headWidthOf, transformerFamily } from './transformer-form.js'

export const mpt = transformerFamily({
  modelType: 'mpt',
  prefixes: ['transformer.'],
  roots: /^(wte|blocks|norm_f)\./,
  tied: true,
  heads: () => decoderHeads,
  names: [
    [/^embedding\./, 'wte.'],
    [/^final_norm\./, 'norm_f.'],
    [/\.attn_norm\./, '.norm_1.'],
    [/\.feed_forward_norm\./, '.norm_2.'],
    [/\.attn\.(query|key|value)\./, '.attn.Wqkv.'],
    [/\.attn\.output\./, '.attn.out_proj.'],
    [/\.feed_forward\.(up|down)\./, '.ffn.$1_proj.']
  ],
  storedLayout(parameter, shape) {
    const index = joinedIndex(parameter)
    const [rows = 0] = shape
    return index < 0 ? undefined : rowsOf(shape, index * rows, 3 * rows)
  },

  config(config) {
    config.accept('expansion_ratio', 4)
    config.accept('no_bias', true)
    config.accept('logit_scale')
    config.accept('embedding_fraction', 1)
    const attention = config.section('attn_config') ?? new ConfigReader({})
    attention.accept('alibi', true)
    attention.accept('alibi_bias_max', 8)
    attention.accept('clip_qkv')
    attention.accept('qk_ln', false)
    attention.accept('prefix_lm', false)
    attention.accept('attn_type', 'multihead_attention')
    const width = config.size('d_model', maxWidth, 2048)
    const heads = config.size('n_heads', maxHeads, 16)
    return {
      layers: config.size('n_layers', maxLayers, 24),
      heads,
      keyValueHeads: heads,
      headWidth: headWidthOf(config, 'd_model', width, heads),
      width,
      feedForwardWidth: 4 * width,
      vocabulary: config.size('vocab_size', maxVocabulary, 50_368),
      context: relativeContext,
      norm: 'layer',
      normBias: false,
      normEpsilon: config.positive('layer_norm_epsilon', 1e-5),
      position: 'none',
      distanceBias: 'alibi',
      attentionScale: attention.number('softmax_scale', 0),
      activation: 'gelu',
      gated: false
    }
  }
})
