/** MPNet (Song et al. 2020): a RoBERTa with T5's distances in buckets besides. */

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
  place: (parameter, _, { buckets = 0, heads }) =>
    parameter === 'distance_bias.weight' ? { shape: [buckets, heads] } : undefined,
  positions: (config) => positionsPastPadding(config.index('pad_token_id', maxContext, 1)),

  config(config) {
    config.accept('relative_attention_num_buckets', 32)
    // Its configs have no types of tokens and no decoder.
    const { types: _, ...bert } = bertConfigPastPadding(config)
    return {
      ...bert,
      distanceBias: 'buckets',
      // transformers counts 32 whatever the size of the table.
      buckets: 32,
      bucketDistance: 128
    }
  }
})
