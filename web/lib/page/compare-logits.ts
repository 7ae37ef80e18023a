/** Compares the logits of two runs: the divergence of their predictions, and the likeliest tokens of both. */

import { AttenscopeError } from '../errors.js'
import { checkNames } from '../known-options.js'
import type { Tensor } from '../types/index.js'

/** The options of a comparison. */
export interface LogitsComparisonOptions {
  /** The number of ids in each comparison; default 8. */
  readonly top?: number
}

/** The comparison of two rows of logits. */
export interface LogitsComparison {
  /** The Kullback–Leibler divergence KL(before ‖ after) in bits, Σ p log₂(p / q); 0 for equal predictions. */
  readonly divergence: number
  /** The likeliest ids of both rows with their two probabilities, sorted by the larger of the two. */
  readonly top: readonly { readonly id: number; readonly before: number; readonly after: number }[]
}

/**
 * Compares logits (T, V) row by row, or the logits (labels) of a classifier as one row. `top` is the number of ids in each
 * comparison, default 8. Throws 'shape' if the two shapes differ.
 */
export function compareLogits(
  before: Tensor,
  after: Tensor,
  options: LogitsComparisonOptions = {}
): LogitsComparison[] {
  checkNames('compareLogits', options)
  const { top = 8 } = options
  if (before.shape.join() !== after.shape.join()) {
    throw new AttenscopeError(
      'shape',
      `logits of shape [${before.shape.join(', ')}] cannot be compared with logits of shape [${after.shape.join(', ')}]`
    )
  }
  const [T, V] = before.shape.length === 1 ? [1, before.shape[0] ?? 0] : [before.shape[0] ?? 0, before.shape[1] ?? 0]
  return Array.from({ length: T }, (_, row) => {
    const p = logProbabilities(before.data.subarray(row * V, (row + 1) * V))
    const q = before === after ? p : logProbabilities(after.data.subarray(row * V, (row + 1) * V))
    let divergence = 0
    for (let i = 0; i < V; i++) {
      const log = p[i] ?? NaN
      if (log > -Infinity) divergence += Math.exp(log) * (log - (q[i] ?? NaN))
    }
    return {
      // Rounding can leave a number slightly below 0.
      divergence: Math.max(0, divergence / Math.LN2),
      top: likeliest(p, q, top).map((id) => ({ id, before: Math.exp(p[id] ?? NaN), after: Math.exp(q[id] ?? NaN) }))
    }
  })
}

/**
 * The `count` ids with the largest probability in either row, the largest first. Sorting a whole vocabulary would be
 * slow.
 */
function likeliest(p: Float64Array, q: Float64Array, count: number): readonly number[] {
  const ids: number[] = []
  const larger = (id: number) => Math.max(p[id] ?? -Infinity, q[id] ?? -Infinity)
  for (let id = 0, least = -Infinity; id < p.length; id++) {
    const value = larger(id)
    if (ids.length >= count && !(value > least)) continue
    const place = ids.findIndex((other) => value > larger(other))
    ids.splice(place < 0 ? ids.length : place, 0, id)
    if (ids.length > count) ids.pop()
    least = larger(ids.at(-1) ?? id)
  }
  return ids
}

function logProbabilities(logits: Float32Array): Float64Array {
  let most = -Infinity
  for (const logit of logits) most = Math.max(most, logit)
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - most)
  const whole = most + Math.log(sum)
  // This loop takes a third of the time of Float64Array.from with a function.
  const logs = new Float64Array(logits.length)
  for (let i = 0; i < logits.length; i++) logs[i] = (logits[i] ?? NaN) - whole
  return logs
}
