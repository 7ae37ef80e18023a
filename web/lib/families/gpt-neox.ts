/**
 * GPT-NeoX and Pythia (Black et al. 2022): attention and feed-forward in parallel, rotary positions on a part of each
 * head.
 */

import type { TransformerConfig } from '../types/engine.js'
import { readActivation } from './activations.js'
import type { ConfigReader } from './config-reader.js'
import { causalHead, questionHead, scoreHead, tokenHead } from './heads.js'
import { interleavedRows, joinedIndex, type StoredLayout } from './layouts.js'
import { readRotary } from './rotary.js'
import { maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import { headWidthOf, transformerFamily } from './transformer-form.js'

export const gptNeoX = transformerFamily({
  modelType: 'gpt_neox',
  prefixes: ['gpt_neox.'],
  roots: /^(embed_in|layers|final_layer_norm)\./,
  unused: /\.attention\.(rotary_emb\.inv_freq|bias|masked_bias)$|^rotary_emb\.inv_freq$/,
  tied: false,
  heads: () => [
    { ...causalHead, names: { 'unembedding.weight': ['embed_out.weight', 'lm_head.weight'] } },
    scoreHead,
    tokenHead(),
    questionHead
  ],
  names: [
    [/^embedding\./, 'embed_in.'],
    [/^final_norm\./, 'final_layer_norm.'],
    [/^blocks\./, 'layers.'],
    [/\.attn_norm\./, '.input_layernorm.'],
    [/\.feed_forward_norm\./, '.post_attention_layernorm.'],
    [/\.attn\.(query|key|value)\./, '.attention.query_key_value.'],
    [/\.attn\.output\./, '.attention.dense.'],
    [/\.feed_forward\.up\./, '.mlp.dense_h_to_4h.'],
    [/\.feed_forward\.down\./, '.mlp.dense_4h_to_h.']
  ],
  storedLayout: joinedByHead,

  config(config: ConfigReader): TransformerConfig {
    const width = config.size('hidden_size', maxWidth, 6144)
    const heads = config.size('num_attention_heads', maxHeads, 64)
    const headWidth = headWidthOf(config, 'hidden_size', width, heads)
    const bias = config.flag('attention_bias', true)
    const context = config.size('max_position_embeddings', maxContext, 2048)
    return {
      layers: config.size('num_hidden_layers', maxLayers, 44),
      heads,
      keyValueHeads: heads,
      headWidth,
      width,
      feedForwardWidth: config.size('intermediate_size', maxFeedForwardWidth, 24_576),
      vocabulary: config.size('vocab_size', maxVocabulary, 50_432),
      norm: 'layer',
      normEpsilon: config.positive('layer_norm_eps', 1e-5),
      ...readRotary(config, headWidth, context, {
        baseField: 'rotary_emb_base',
        shareField: 'rotary_pct',
        share: 0.25
      }),
      parallel: config.flag('use_parallel_residual', true),
      activation: readActivation(config, 'hidden_act', 'gelu'),
      gated: false,
      attentionBias: bias,
      outputBias: bias,
      feedForwardBias: true
    }
  }
})

/** The layout of query, key and value weights in one tensor that holds, head by head, the three weights of the head. */
export function joinedByHead(
  parameter: string,
  shape: readonly number[],
  { headWidth }: TransformerConfig
): StoredLayout | undefined {
  const index = joinedIndex(parameter)
  return index < 0 ? undefined : interleavedRows(shape, headWidth, index, 3)
}
