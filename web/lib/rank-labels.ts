/** Logits as probabilities with their names. */

import type { Classification } from './types.js'

/** Softmax of the logits, the likeliest first; labels of equal probability stay in their order. */
export function rankLabels(logits: Float32Array, names: readonly string[]): Classification['labels'] {
  const most = logits.reduce((max, logit) => Math.max(max, logit), -Infinity)
  const weights = Array.from(logits, (logit) => Math.exp(logit - most))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights
    .map((weight, i) => ({ label: names[i] ?? String(i), score: weight / sum }))
    .sort((a, b) => b.score - a.score)
}
