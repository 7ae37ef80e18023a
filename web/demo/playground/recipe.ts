/** A recipe: one way to compute weights from queries and keys, and its options for the attention library. */
import {
  normalizerNames,
  positionKinds,
  scoreNames,
  squashNames,
  type AttentionOptions,
  type MaskTensor,
  type Ops,
  type Tensor
} from 'attenscope'

/**
 * The encodings of the menu. A recipe has no table for 'learned' and no biases for 't5'; `<attn-position>` shows
 * 'powers-of-two'.
 */
type Encoding = Exclude<(typeof positionKinds)[number], 'powers-of-two' | 'learned' | 't5'>
const encodings = positionKinds.filter(
  (kind): kind is Encoding => kind !== 'powers-of-two' && kind !== 'learned' && kind !== 't5'
)

/** The choices of each menu. 'softcap' is an option of its own in the attention library, and a squash here. */
export const CHOICES = {
  encoding: ['none', ...encodings],
  score: scoreNames,
  squash: [...squashNames, 'softcap'],
  mask: ['none', 'causal', 'window', 'strided', 'fixed'],
  normalizer: normalizerNames
} as const

export type Choice = keyof typeof CHOICES

export type Recipe = { readonly [Name in Choice]: (typeof CHOICES)[Name][number] }

export const plainRecipe: Recipe = {
  encoding: 'none',
  score: 'scaled-dot',
  squash: 'none',
  mask: 'causal',
  normalizer: 'softmax'
}

/** c in c · tanh(s / c): small, so that its effect shows on scores of a few units. */
export const SOFTCAP = 2
/** Tokens before the query that a window includes. */
export const REACH = 1
/** Block length and stride of the sparse masks, in tokens. */
export const STRIDE = 2

/** Queries, keys and values of one head, (T, H), (T, H), (T, Hv), and the texts of the tokens. */
export interface Vectors {
  readonly tokens: readonly string[]
  readonly q: Tensor
  readonly k: Tensor
  readonly v: Tensor
}

/** The options for the attention library: the vectors with their positions applied, and the recipe's choices. */
export function optionsFor(ops: Ops, recipe: Recipe, { q, k, v }: Vectors): AttentionOptions {
  const { score, squash, mask, normalizer } = recipe
  const [T = 0, H = 0] = q.shape
  const parameters = parametersOf(score, H)
  const added = maskFor(ops, recipe, T)
  return {
    q: placed(ops, recipe.encoding, q),
    k: placed(ops, recipe.encoding, k),
    v: ofOneHead(v),
    score,
    normalizer,
    ...(parameters && { parameters }),
    ...(squash === 'tanh' && { squash }),
    ...(squash === 'softcap' && { softcap: SOFTCAP }),
    ...((mask === 'causal' || mask === 'window') && { causal: true }),
    ...(mask === 'window' && { window: { left: REACH, right: 0 } }),
    ...(added && { mask: added })
  }
}

const ofOneHead = ({ data, shape }: Tensor): Tensor => ({ data, shape: [1, 1, ...shape] })

/** The vectors with their positions applied: rotated, or with the encoding added. */
function placed(ops: Ops, encoding: Recipe['encoding'], x: Tensor): Tensor {
  const [T = 0, H = 0] = x.shape
  if (encoding === 'rotary') return ops.rotary(ofOneHead(x))
  if (encoding !== 'sinusoidal') return ofOneHead(x)
  const { data } = ops.positionalEncoding('sinusoidal', { length: T, width: H })
  return ofOneHead({ data: x.data.map((value, at) => value + (data[at] ?? 0)), shape: x.shape })
}

/**
 * 'general' compares each element of a query with the next element of a key; 'additive' has identity matrices and ones.
 */
function parametersOf(score: Recipe['score'], H: number): AttentionOptions['parameters'] {
  const square = (is: (row: number, column: number) => boolean): Tensor => ({
    data: Float32Array.from({ length: H * H }, (_, at) => Number(is(Math.floor(at / H), at % H))),
    shape: [H, H]
  })
  const identity = () => square((row, column) => row === column)
  if (score === 'general') return { weight: square((row, column) => column === (row + 1) % H) }
  if (score !== 'additive') return undefined
  return { query: identity(), key: identity(), hidden: { data: new Float32Array(H).fill(1), shape: [H] } }
}

/** The mask tensor (T, T) of sparse masks and ALiBi; undefined where the causal options suffice. */
function maskFor(ops: Ops, { mask, encoding }: Recipe, T: number): MaskTensor | undefined {
  const sparse =
    mask === 'strided' || mask === 'fixed' ? ops.sparseMask(mask, { length: T, stride: STRIDE }) : undefined
  if (encoding !== 'alibi') return sparse
  const { data } = ops.positionalEncoding('alibi', { length: T, heads: 1 })
  return { data: data.map((bias, at) => (sparse && !sparse.data[at] ? -Infinity : bias)), shape: [T, T] }
}
