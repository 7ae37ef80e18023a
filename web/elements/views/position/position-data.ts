/** Encodings of positions and the similarity they induce, as the attention library computes them. */
import { positionKinds, type Ops, type Tensor } from 'attenscope'

/**
 * The encodings that the view draws: all of the attention library's, except 't5', whose biases are learned for each
 * head.
 */
export type ShownPositionKind = Exclude<(typeof positionKinds)[number], 't5'>
export const KINDS: readonly ShownPositionKind[] = positionKinds.filter((kind) => kind !== 't5')

export interface Encoded {
  readonly kind: ShownPositionKind
  /** (T, C); `undefined` for 'alibi', which adds to scores only. */
  readonly encoding?: Tensor
  /**
   * (T, T): cosines; for 'rotary' the mean cosine of the angles between positions; for 'alibi' the bias of its first
   * head.
   */
  readonly similarity: Tensor
  readonly isBias: boolean
}

export interface PositionSizes {
  readonly kind: ShownPositionKind
  readonly length: number
  readonly width: number
  readonly base: number
  readonly table?: Tensor
}

/** The colours of Okabe and Ito, which the colour-blind can tell apart and which suit both themes. */
export const curveColors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const

export function encode(ops: Ops, { kind, length, width, base, table }: PositionSizes): Encoded {
  if (kind === 'alibi') {
    const { data } = ops.positionalEncoding('alibi', { length, heads: 8 })
    return { kind, similarity: { data: data.slice(0, length * length), shape: [length, length] }, isBias: true }
  }
  if (kind === 'rotary') {
    const { cos, sin } = ops.positionalEncoding('rotary', { length, width, base })
    const pairs = cos?.shape[1] ?? 0
    const encoding = new Float32Array(length * 2 * pairs)
    for (let t = 0; t < length; t++) {
      for (let pair = 0; pair < pairs; pair++) {
        encoding[t * 2 * pairs + 2 * pair] = cos?.data[t * pairs + pair] ?? 0
        encoding[t * 2 * pairs + 2 * pair + 1] = sin?.data[t * pairs + pair] ?? 0
      }
    }
    const turned = { data: encoding, shape: [length, 2 * pairs] }
    return { kind, encoding: turned, similarity: cosines(turned), isBias: false }
  }
  const encoding =
    kind === 'learned'
      ? ops.positionalEncoding('learned', { length: Math.min(length, table?.shape[0] ?? 0), ...(table && { table }) })
      : ops.positionalEncoding(kind, { length, width, ...(kind === 'sinusoidal' && { base }) })
  return { kind, encoding, similarity: cosines(encoding), isBias: false }
}

/** The cosine of the angle between each two rows, (T, T). */
export function cosines({ data, shape }: Tensor): Tensor {
  const [T = 0, C = 0] = shape
  const row = (t: number) => data.subarray(t * C, (t + 1) * C)
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
  const lengths = Array.from({ length: T }, (_, t) => Math.sqrt(dot(row(t), row(t))))
  const similarity = new Float32Array(T * T)
  for (let t = 0; t < T; t++) {
    for (let s = 0; s < T; s++) {
      const unit = (lengths[t] ?? 0) * (lengths[s] ?? 0)
      similarity[t * T + s] = unit > 0 ? dot(row(t), row(s)) / unit : 0
    }
  }
  return { data: similarity, shape: [T, T] }
}
