/** Two runs' predictions side by side: how far one is from the other, and the likeliest tokens of both. */

import { AttenscopeError } from './errors.js'
import type { Tensor } from './types.js'

/** One row of logits beside another. */
export interface LogitsComparison {
  /** KL(before ‖ after) in bits: Σ p log₂(p / q), 0 where nothing changed. */
  readonly divergence: number
  /** The likeliest of either, by the larger of their two probabilities. */
  readonly top: readonly { readonly id: number; readonly before: number; readonly after: number }[]
}

/** Row by row of logits (T, V), or of a classifier's (labels). Throws 'shape' where the two differ in shape. */
export function compareLogits(before: Tensor, after: Tensor, { top = 8 }: { top?: number } = {}): LogitsComparison[] {
  if (before.shape.join() !== after.shape.join()) {
    throw new AttenscopeError(
      'shape',
      `logits of shape [${before.shape.join(', ')}] cannot be compared with those of [${after.shape.join(', ')}]`
    )
  }
  const [T, V] = before.shape.length === 1 ? [1, before.shape[0] ?? 0] : [before.shape[0] ?? 0, before.shape[1] ?? 0]
  return Array.from({ length: T }, (_, row) => {
    const p = logProbabilities(before.data.subarray(row * V, (row + 1) * V))
    const q = logProbabilities(after.data.subarray(row * V, (row + 1) * V))
    let divergence = 0
    p.forEach((log, i) => {
      if (log > -Infinity) divergence += Math.exp(log) * (log - (q[i] ?? NaN))
    })
    const larger = (id: number) => Math.max(p[id] ?? -Infinity, q[id] ?? -Infinity)
    const ids = Array.from({ length: V }, (_, id) => id).sort((a, b) => larger(b) - larger(a))
    return {
      // Rounding can leave less than nothing.
      divergence: Math.max(0, divergence / Math.LN2),
      top: ids.slice(0, top).map((id) => ({ id, before: Math.exp(p[id] ?? NaN), after: Math.exp(q[id] ?? NaN) }))
    }
  })
}

function logProbabilities(logits: Float32Array): Float64Array {
  const most = logits.reduce((largest, value) => Math.max(largest, value), -Infinity)
  let sum = 0
  for (const value of logits) sum += Math.exp(value - most)
  const log = most + Math.log(sum)
  return Float64Array.from(logits, (value) => value - log)
}
