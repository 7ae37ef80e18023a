/** Turns the logits of a classifier into labels with scores. */

import type { Classification, ModelInfo } from '../types/index.js'

/** The labels with their scores, the highest score first. Labels with equal scores keep their order. */
export function rankLabels(
  logits: Float32Array,
  names: readonly string[],
  scores: NonNullable<ModelInfo['scores']> = 'softmax'
): Classification['labels'] {
  return scoresOf(logits, scores)
    .map((score, i) => ({ label: names[i] ?? String(i), score }))
    .sort((a, b) => b.score - a.score)
}

function scoresOf(logits: Float32Array, scores: NonNullable<ModelInfo['scores']>): number[] {
  if (scores === 'none') return Array.from(logits)
  if (scores === 'sigmoid') return Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)))
  const most = logits.reduce((max, logit) => Math.max(max, logit), -Infinity)
  const weights = Array.from(logits, (logit) => Math.exp(logit - most))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}
