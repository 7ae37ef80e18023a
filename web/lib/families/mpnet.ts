/** MPNet (Song et al. 2020): a RoBERTa that adds T5's relative position biases to the scores. */

import { bertConfigPastPadding, bertNames, bertUnused, robertaHeads } from './bert.js'
import { positionsPastPadding } from './padding.js'
import { maxContext } from './sizes.js'
import { transformerFamily } from './transformer-form.js'

export const mpnet = transformerFamily({
  modelType: 'mpnet',
  prefixes: ['mpnet.'],
  roots: /^(embeddings|encoder|pooler)\./,
  unused: bertUnused,
  tied: true,
  heads: robertaHeads,
  names: [
    [/^distance_bias\./, 'encoder.relative_attention_bias.'],
    [/\.attn_norm\./, '.attention.LayerNorm.'],
    [/\.attn\.(\w)\w+\./, '.attention.attn.$1.'],
    ...bertNames
  ],
  storedLayout: (parameter, _, { buckets = 0, heads }) =>
    parameter === 'distance_bias.weight' ? { shape: [buckets, heads] } : undefined,
  positions: (config) => positionsPastPadding(config.index('pad_token_id', maxContext, 1)),

  config(config) {
    config.accept('relative_attention_num_buckets', 32)
    // MPNet has no token types.
    const { types: _, ...bert } = bertConfigPastPadding(config)
    return {
      ...bert,
      distanceBias: 'buckets',
      // transformers always computes 32 buckets, whatever the table's size.
      buckets: 32,
      bucketDistance: 128
    }
  }
})
