/** Attention rollout from a source to a target. Within one sequence the engine does it. */

import type { OwnedTensor } from '../types/engine.js'

/** Rows of weights, each a Float64Array. */
type Rows = Float64Array[]

export interface CrossPatterns {
  /** (S, S) of the encoder, rolled out already; undefined where it does not attend. */
  readonly encoder: OwnedTensor | undefined
  /** For each layer of the decoder, (N, T, T) of its own attention, if it has one, and (N, T, S) of the attention across. */
  readonly layers: readonly { readonly own: OwnedTensor | undefined; readonly cross: OwnedTensor }[]
}

/**
 * How much each source token (S) flows into each target token's last vector (T), as shares of what comes from the source.
 *
 * As in rollout within one sequence (Abnar and Zuidema 2020), each attention passes on half of what it reads and half of
 * what was there: F ← ½ (F + A_own F), then F ← ½ (F + A_cross E), with E the encoder's rollout. What remains of the
 * target's own tokens is left out, and each row is scaled to a sum of one.
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

function meanOfHeads({ data, shape: [heads = 0, rows = 0, columns = 0] }: OwnedTensor): Rows {
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
