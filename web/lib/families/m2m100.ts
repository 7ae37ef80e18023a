/** M2M100 (Fan et al. 2021): norms before each layer, sinusoidal positions that do not count padding. */

import { bartFamily } from './bart-form.js'
import { positionsPastPadding } from './padding.js'
import { maxContext } from './sizes.js'

export const m2m100 = bartFamily({
  modelType: 'm2m_100',
  vocabulary: 128112,
  activation: 'relu',
  scalesEmbedding: true,
  options: (config) => ({
    normPlace: 'before',
    finalNorm: true,
    position: 'sinusoidal',
    positionOffset: config.index('pad_token_id', maxContext, 1) + 1,
    sinusoidalEnds: true
  }),
  positions: (config) => positionsPastPadding(config.index('pad_token_id', maxContext, 1))
})
