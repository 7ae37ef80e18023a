/** Attention rollout from a source to a target, for runs and saved traces alike. */

import type { OwnedTensor } from '../types/engine.js'
import type { Tensor } from '../types/index.js'

/** Rows of weights, each a Float64Array. */
type Rows = Float64Array[]

export interface CrossPatterns {
  /** The rollout of the encoder, (S, S); undefined for an encoder without attention. */
  readonly encoder: Tensor | undefined
  /**
   * For each layer of the decoder: the pattern (N, T, T) of its self-attention, if it has one, and the pattern (N, T,
   * S) of its cross-attention.
   */
  readonly layers: readonly { readonly own: Tensor | undefined; readonly cross: Tensor }[]
}

/**
 * The share of each source token in the last vector of each target token, among all source tokens, (T, S).
 *
 * As in rollout within one sequence (Abnar and Zuidema 2020), a residual connection passes on half of the flow F and the
 * attention adds the other half: F ← ½ (F + A_own F), then F ← ½ (F + A_cross E), where E is the encoder's rollout. The
 * shares of the target's own tokens are left out, and each row is scaled to a sum of 1.
 */
export function crossRollout({ encoder, layers }: CrossPatterns): OwnedTensor {
  const [first] = layers
  const [, T = 0, S = 0] = first?.cross.shape ?? []
  const fromEncoder = encoder && matrixOf(encoder.data, S, S)
  let flow: Rows = Array.from({ length: T }, () => new Float64Array(S))
  for (const { own, cross } of layers) {
    if (own) flow = halfway(flow, product(meanOfHeads(own), flow, S))
    const across = meanOfHeads(cross)
    flow = halfway(flow, fromEncoder ? product(across, fromEncoder, S) : across)
  }
  const data = new Float32Array(T * S)
  flow.forEach((row, t) => {
    const sum = row.reduce((total, weight) => total + weight, 0)
    row.forEach((weight, s) => (data[t * S + s] = sum > 0 ? weight / sum : 0))
  })
  return { data, shape: [T, S] }
}

function matrixOf(data: Float32Array, rows: number, columns: number): Rows {
  return Array.from({ length: rows }, (_, i) => Float64Array.from(data.subarray(i * columns, (i + 1) * columns)))
}

function meanOfHeads({ data, shape: [heads = 0, rows = 0, columns = 0] }: Tensor): Rows {
  return Array.from({ length: rows }, (_, i) =>
    Float64Array.from({ length: columns }, (_, j) => {
      let sum = 0
      for (let head = 0; head < heads; ++head) sum += data[(head * rows + i) * columns + j] ?? 0
      return sum / heads
    })
  )
}

function product(a: Rows, b: Rows, columns: number): Rows {
  return a.map((row) => {
    const result = new Float64Array(columns)
    row.forEach((weight, k) => {
      const other = b[k]
      if (weight !== 0 && other) for (let j = 0; j < columns; ++j) result[j]! += weight * other[j]!
    })
    return result
  })
}

function halfway(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((weight, j) => (weight + (b[i]?.[j] ?? 0)) / 2))
}
