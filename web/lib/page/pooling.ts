/** Pools the states of a text into one vector (Reimers & Gurevych 2019). */

import { AttenscopeError } from '../errors.js'
import { traceName } from '../trace/trace-name.js'
import type { ModelInfo, Pooling, PoolingMode, Tensor } from '../types/index.js'

/** The pooling of a checkpoint without a 1_Pooling folder. */
const defaultPooling: Pooling = { modes: ['mean'], normalize: false }

/** The name of the traced states to pool: the last states, after the final norm if the model has one. */
export function statesName({ kind, family, L }: ModelInfo, names: readonly string[]): string {
  const name = ['final_norm', traceName({ layer: L - 1, site: 'residual' })].find((each) => names.includes(each))
  if (kind !== 'encoder-decoder' && name !== undefined) return name
  throw new AttenscopeError('unsupported', `embed needs a Transformer of one stack; '${family}' is of kind '${kind}'`)
}

/**
 * Pools states (T, C) into a vector (C), or into one vector for each mode, after one another. `mask` is 0 for a padding
 * token.
 */
export function pool(
  { data, shape }: Tensor,
  mask: readonly number[] | undefined,
  { modes, normalize }: Pooling = defaultPooling
): Tensor {
  const [T = 0, C = 0] = shape
  const rows = Array.from({ length: T }, (_, t) => t).filter((t) => mask?.[t] !== 0)
  const vectors = modes.map((mode) => poolBy(mode, rows, (t, c) => data[t * C + c] ?? NaN, C))
  const pooled = Float32Array.from(vectors.flat())
  if (normalize) {
    // As in PyTorch: a vector of zeros stays zero.
    const length = Math.max(Math.hypot(...pooled), 1e-12)
    pooled.forEach((value, i) => (pooled[i] = value / length))
  }
  return { data: pooled, shape: [pooled.length] }
}

function poolBy(mode: PoolingMode, rows: readonly number[], at: (t: number, c: number) => number, C: number): number[] {
  const over = (weight: (position: number, t: number) => number, divisor: number) =>
    Array.from(
      { length: C },
      (_, c) => rows.reduce((sum, t, i) => sum + weight(i, t) * at(t, c), 0) / Math.max(divisor, 1e-9)
    )
  const one = (t: number) => Array.from({ length: C }, (_, c) => at(t, c))
  switch (mode) {
    case 'cls':
      return one(rows[0] ?? 0)
    case 'last':
      return one(rows.at(-1) ?? 0)
    case 'max':
      return Array.from({ length: C }, (_, c) => rows.reduce((most, t) => Math.max(most, at(t, c)), -Infinity))
    case 'mean':
      return over(() => 1, rows.length)
    case 'mean-sqrt-length':
      return over(() => 1, Math.sqrt(rows.length))
    case 'weighted-mean':
      // The weight of a token is its position, from 1.
      return over(
        (_, t) => t + 1,
        rows.reduce((sum, t) => sum + t + 1, 0)
      )
  }
}
