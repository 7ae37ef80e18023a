/** Makes one vector of a text's states (Reimers & Gurevych 2019). */

import { AttenscopeError } from '../errors.js'
import { traceName } from '../trace/trace-name.js'
import type { ModelInfo, Pooling, PoolingMode, Tensor } from '../types/index.js'

/** The pooling of a folder that says nothing of one. */
const defaultPooling: Pooling = { modes: ['mean'], normalize: false }

/** The trace of the states that are pooled: the last, after the final norm where there is one. */
export function statesName({ kind, family, L }: ModelInfo, names: readonly string[]): string {
  const name = ['final_norm', traceName({ layer: L - 1, site: 'residual' })].find((each) => names.includes(each))
  if (kind !== 'encoder-decoder' && name !== undefined) return name
  throw new AttenscopeError('unsupported', `embed needs a Transformer of one stack; '${family}' is of kind '${kind}'`)
}

/** From states (T, C): (C), or as many after one another as there are modes. `mask` is 0 where a token is padding. */
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
    // As PyTorch has it: a vector of zeros stays one.
    const length = Math.max(Math.hypot(...pooled), 1e-12)
    pooled.forEach((value, i) => (pooled[i] = value / length))
  }
  return { data: pooled, shape: [pooled.length] }
}

function poolBy(mode: PoolingMode, rows: readonly number[], at: (t: number, c: number) => number, C: number): number[] {
  const over = (weight: (place: number, t: number) => number, divisor: number) =>
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
      // Later tokens weigh more: by their place, from 1 on.
      return over(
        (_, t) => t + 1,
        rows.reduce((sum, t) => sum + t + 1, 0)
      )
  }
}
