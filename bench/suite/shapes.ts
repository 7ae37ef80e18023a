/** The shapes of the models in the rows. */

import type { EngineConfig } from '../../web/lib/generated/attenscope-module.js'

/** 6 layers, width 288, 6 heads, feed-forward width 768: the sizes of a story model with 15 million parameters. */
export const llamaConfig = (vocabulary: number): EngineConfig => ({
  layers: 6,
  heads: 6,
  keyValueHeads: 6,
  headWidth: 48,
  width: 288,
  feedForwardWidth: 768,
  vocabulary,
  context: 512,
  normEpsilon: 1e-5,
  rotaryBase: 10000,
  attentionBias: false,
  outputBias: false,
  feedForwardBias: false,
  tiedEmbedding: false
})

/** Post-norm, with biases everywhere: the common part of BERT and Marian. */
const postNorm = {
  norm: 'layer',
  normPlace: 'after',
  finalNorm: false,
  rotaryBase: 0,
  gated: false,
  attentionBias: true,
  outputBias: true,
  feedForwardBias: true,
  tiedEmbedding: true
} as const

/** MiniLM: 6 layers, width 384, 12 heads, feed-forward width 1,536 (Wang et al. 2020). */
export const encoderConfig: EngineConfig = {
  ...postNorm,
  layers: 6,
  heads: 12,
  keyValueHeads: 12,
  headWidth: 32,
  width: 384,
  feedForwardWidth: 1536,
  causal: false,
  vocabulary: 30522,
  context: 512,
  normEpsilon: 1e-12,
  embeddingNorm: true,
  position: 'learned',
  activation: 'gelu'
}

const translatorStack = { heads: 4, keyValueHeads: 4, headWidth: 48, feedForwardWidth: 768 }

/**
 * The translator of this project: 4 and 2 layers, width 192, 4 heads, feed-forward width 768, one embedding of 7,000
 * tokens.
 */
export const translatorConfig: EngineConfig = {
  ...postNorm,
  ...translatorStack,
  layers: 2,
  encoder: { ...translatorStack, layers: 4 },
  width: 192,
  vocabulary: 7000,
  context: 256,
  normEpsilon: 1e-5,
  embeddingScale: Math.sqrt(192),
  position: 'sinusoidal',
  activation: 'relu',
  logitsBias: true
}
