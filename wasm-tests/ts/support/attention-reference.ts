/** Attention, multi-head attention and related operations as plain loops in float64, written from their formulas. */

type Numbers = ArrayLike<number>

/** The formula of one head of attention, as functions of its indices. */
export interface HeadForm {
  readonly T: number
  readonly S: number
  readonly Hv: number
  score(t: number, s: number): number
  value(row: number, h: number): number
  readonly scale?: number
  readonly squash?: (score: number) => number
  /** Added to the score. −∞ masks the key. */
  readonly bias?: (t: number, s: number) => number
  readonly normalizer?: (row: readonly number[]) => number[]
  readonly over?: 'keys' | 'queries'
  readonly weighting?: 'forward' | 'backward'
}

/** Returns the pattern, T rows of S weights, and the output, row by row. */
export function attendHead(form: HeadForm): { pattern: number[][]; output: number[] } {
  const { T, S, Hv, scale = 1, squash = (x) => x, bias = () => 0, normalizer = softmax, over = 'keys' } = form
  const masked = table(T, S, (t, s) => squash(form.score(t, s) * scale) + bias(t, s))
  const pattern = over === 'keys' ? masked.map(normalizer) : transposed(transposed(masked, S).map(normalizer), T)
  const forward = (form.weighting ?? 'forward') === 'forward'
  const rows = forward ? T : S
  const inner = forward ? S : T
  const output = table(rows, Hv, (row, h) =>
    sum(inner, (i) => cell(pattern, forward ? row : i, forward ? i : row) * form.value(i, h))
  )
  return { pattern, output: output.flat() }
}

export function sum(count: number, term: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < count; ++i) total += term(i)
  return total
}

export function table(rows: number, columns: number, of: (row: number, column: number) => number): number[][] {
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => of(r, c)))
}

const cell = (rows: readonly (readonly number[])[], r: number, c: number) => rows[r]?.[c] ?? NaN
const transposed = (rows: readonly (readonly number[])[], columns: number) =>
  table(columns, rows.length, (c, r) => cell(rows, r, c))

export function softmax(row: readonly number[]): number[] {
  const most = Math.max(...row)
  if (most === -Infinity) return row.map(() => 0)
  const powers = row.map((x) => Math.exp(x - most))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}

/** Solves Σ max(0, x − τ)^power = 1 by bisection. power 1 is sparsemax of x, power 2 is 1.5-entmax of 2x. */
function simplex(row: readonly number[], power: number): number[] {
  let low = Math.max(...row) - 1
  let high = Math.max(...row)
  for (let step = 0; step < 200; ++step) {
    const middle = (low + high) / 2
    const total = row.reduce((all, x) => all + Math.max(0, x - middle) ** power, 0)
    if (total > 1) low = middle
    else high = middle
  }
  return row.map((x) => Math.max(0, x - low) ** power)
}

const shown = (x: number, weight: number) => (x === -Infinity ? 0 : weight)

export const normalizers: Readonly<Record<string, (row: readonly number[]) => number[]>> = {
  softmax,
  tanh: (row) => row.map((x) => shown(x, Math.tanh(x))),
  sigmoid: (row) => row.map((x) => 1 / (1 + Math.exp(-x))),
  sparsemax: (row) => simplex(row, 1),
  entmax15: (row) =>
    simplex(
      row.map((x) => x / 2),
      2
    ),
  none: (row) => row.map((x) => shown(x, x))
}

/** Applies W (out, in) and b (out) to x (M, in). */
export function linear(
  x: Numbers,
  weight: Numbers,
  bias: Numbers | undefined,
  M: number,
  activation = (y: number) => y
) {
  const inner = x.length / M
  const out = weight.length / inner
  return table(M, out, (m, o) =>
    activation(sum(inner, (i) => (x[m * inner + i] ?? NaN) * (weight[o * inner + i] ?? NaN)) + (bias?.[o] ?? 0))
  ).flat()
}

/** Applies layer norm or RMS norm to rows of a length. */
export function norm(
  x: Numbers,
  length: number,
  weight: Numbers,
  bias: Numbers | undefined,
  centred: boolean
): number[] {
  return table(x.length / length, length, (r, c) => {
    const at = (i: number) => x[r * length + i] ?? NaN
    const mean = centred ? sum(length, at) / length : 0
    const variance = sum(length, (i) => (at(i) - mean) ** 2) / length
    return ((at(c) - mean) / Math.sqrt(variance + 1e-5)) * (weight[c] ?? NaN) + (bias?.[c] ?? 0)
  }).flat()
}

/**
 * Computes one head of linear attention: T outputs of width Hv, and the state. `decay` and `beta` are null when the
 * rule does not use them.
 */
export function linearHead(
  sizes: { T: number; H: number; Hv: number; scale: number },
  of: {
    q: (t: number, h: number) => number
    k: (t: number, h: number) => number
    v: (t: number, j: number) => number
    decay: ((t: number, h: number) => number) | null
    beta: ((t: number) => number) | null
    past: (h: number, j: number) => number
  }
): { output: number[]; state: number[] } {
  const { T, H, Hv, scale } = sizes
  let state = table(H, Hv, of.past)
  const output: number[] = []
  for (let t = 0; t < T; ++t) {
    const decayed = table(H, Hv, (h, j) => cell(state, h, j) * Math.exp(of.decay?.(t, h) ?? 0))
    const written = Array.from({ length: Hv }, (_, j) =>
      of.beta ? of.beta(t) * (of.v(t, j) - sum(H, (h) => cell(decayed, h, j) * of.k(t, h))) : of.v(t, j)
    )
    state = table(H, Hv, (h, j) => cell(decayed, h, j) + of.k(t, h) * (written[j] ?? NaN))
    for (let j = 0; j < Hv; ++j) output.push(scale * sum(H, (h) => cell(state, h, j) * of.q(t, h)))
  }
  return { output, state: state.flat() }
}
