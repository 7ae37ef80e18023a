/** Attention in every form and its gradients, compared with float64 loops and their central differences. */

import { loadOps, type AttentionGradientOptions, type AttentionOptions, type Ops, type Tensor } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { attendHead, normalizers, sum } from './support/attention-reference.js'
import { largestDifference } from './support/golden-file.js'
import { named } from './support/ops-formula.js'
import { checkGradients, randomTensors, tensorOf, variants } from './support/ops.js'

const [B, N, K, T, P, S, H, Hv, A] = [2, 4, 2, 3, 2, 4, 3, 2, 5]
type Wide = Readonly<Record<string, Float64Array>>
type Form = Omit<AttentionOptions, 'q' | 'k' | 'v'>

const random = randomTensors(7)
const mask = random(N, T, S)
const additive = { query: random(A, H), key: random(A, H), hidden: random(A), bias: random(A) }

const forms: readonly [string, Form][] = [
  ['scaled dot', {}],
  ['dot', { score: 'dot' }],
  ['general', { score: 'general', parameters: { weight: random(H, H) } }],
  ['additive', { score: 'additive', parameters: additive }],
  ['additive of the two joined', { score: 'additive', parameters: { weight: random(A, 2 * H), hidden: random(A) } }],
  ['cosine with a temperature', { score: 'cosine', scale: 3 }],
  ['softcap', { softcap: 0.7 }],
  ['tanh before the softmax', { squash: 'tanh', scale: 1.5 }],
  ['softcap, and then tanh', { softcap: 0.7, squash: 'tanh', scale: 1.5 }],
  ['a float mask', { mask }],
  ['causal, after a past', { causal: true, pastKey: random(B, K, P, H), pastValue: random(B, K, P, Hv) }],
  ['key lengths', { keyLengths: [3, 4] }],
  [
    'causal, key lengths and a past that they count',
    { causal: true, keyLengths: [6, 4], pastKey: random(B, K, P, H), pastValue: random(B, K, P, Hv) }
  ],
  ['a window', { window: { left: 1, right: 0 }, globalTokens: 1 }],
  ['a boolean mask', { mask: { data: [true, false, true, true], shape: [4] } }],
  ...Object.keys(normalizers).map((name): [string, Form] => [name, { normalizer: name as 'softmax', scale: 2 }]),
  ['over the queries', { over: 'queries' }],
  ['weighted backward', { weighting: 'backward' }],
  ['backward, over the queries', { weighting: 'backward', over: 'queries', normalizer: 'entmax15' }]
]

/** Returns all tensors of a call by name. */
function tensorsOf(form: Form): Record<string, Tensor> {
  const tensors = randomTensors(11)
  const isBackward = form.weighting === 'backward'
  return {
    q: tensors(B, N, T, H),
    k: tensors(B, K, S, H),
    v: tensors(B, K, isBackward ? T : S, Hv),
    ...(form.pastKey && form.pastValue && { pastKey: form.pastKey, pastValue: form.pastValue }),
    ...(form.mask === mask && { mask }),
    ...(form.parameters as Record<string, Tensor>)
  }
}

/** Computes the output (B, N, rows, Hv) with loops. */
function reference(form: Form, wide: Wide): { output: number[]; pattern: number[] } {
  const past = form.pastKey ? P : 0
  const keys = past + S
  const at = (name: string, i: number) => wide[name]?.[i] ?? NaN
  const output: number[] = []
  const pattern: number[] = []
  for (let b = 0; b < B; ++b) {
    for (let n = 0; n < N; ++n) {
      const head = b * K + Math.floor(n / (N / K))
      const q = (t: number, h: number) => at('q', ((b * N + n) * T + t) * H + h)
      const k = (s: number, h: number) =>
        s < past ? at('pastKey', (head * P + s) * H + h) : at('k', (head * S + s - past) * H + h)
      const isBackward = form.weighting === 'backward'
      const value = (s: number, h: number) =>
        s < past ? at('pastValue', (head * P + s) * Hv + h) : at('v', (head * (isBackward ? T : S) + s - past) * Hv + h)
      const found = attendHead({
        ...{ T, S: keys, Hv, value },
        score: scoreOf(form, at, q, k),
        scale: form.scale ?? ((form.score ?? 'scaled-dot') === 'scaled-dot' ? 1 / Math.sqrt(H) : 1),
        squash: squashOf(form),
        bias: (t, s) => biasOf(form, at, b, n, t, s, past),
        normalizer: normalizers[form.normalizer ?? 'softmax'],
        ...(form.over && { over: form.over }),
        ...(form.weighting && { weighting: form.weighting })
      })
      output.push(...found.output)
      pattern.push(...found.pattern.flat())
    }
  }
  return { output, pattern }
}

type At = (name: string, i: number) => number
type Cell = (row: number, h: number) => number

function scoreOf(form: Form, at: At, q: Cell, k: Cell): Cell {
  const dot = (one: (h: number) => number, other: (h: number) => number) => sum(H, (h) => one(h) * other(h))
  switch (form.score) {
    case 'general':
      return (t, s) => sum(H, (i) => sum(H, (j) => q(t, i) * at('weight', i * H + j) * k(s, j)))
    case 'additive': {
      const joined = form.parameters?.weight !== undefined
      const query = (a: number, h: number) => (joined ? at('weight', a * 2 * H + h) : at('query', a * H + h))
      const key = (a: number, h: number) => (joined ? at('weight', a * 2 * H + H + h) : at('key', a * H + h))
      const bias = (a: number) => (joined ? 0 : at('bias', a))
      const inner = (t: number, s: number, a: number) =>
        dot(
          (h) => query(a, h),
          (h) => q(t, h)
        ) +
        dot(
          (h) => key(a, h),
          (h) => k(s, h)
        ) +
        bias(a)
      return (t, s) => sum(A, (a) => at('hidden', a) * Math.tanh(inner(t, s, a)))
    }
    case 'cosine':
      return (t, s) => {
        const length = (x: (h: number) => number) => Math.sqrt(dot(x, x))
        const [one, other] = [(h: number) => q(t, h), (h: number) => k(s, h)]
        return dot(one, other) / (length(one) * length(other))
      }
    default:
      return (t, s) =>
        dot(
          (h) => q(t, h),
          (h) => k(s, h)
        )
  }
}

function squashOf({ softcap, squash }: Form): (score: number) => number {
  const squashed = squash === 'tanh' ? Math.tanh : (score: number) => score
  return softcap ? (score) => squashed(softcap * Math.tanh(score / softcap)) : squashed
}

function biasOf(form: Form, at: At, b: number, n: number, t: number, s: number, past: number): number {
  const length = (form.keyLengths as readonly number[] | undefined)?.[b] ?? past + S
  const position = form.causal && form.keyLengths ? length - T + t : past + t
  if (s >= length || (form.causal && s > position)) return -Infinity
  const { left = Infinity, right = Infinity } = form.window ?? {}
  const isGlobal = s < (form.globalTokens ?? 0) || position < (form.globalTokens ?? 0)
  if (!isGlobal && (s < position - left || s > position + right)) return -Infinity
  if (form.mask === mask) return at('mask', (n * T + t) * (past + S) + s)
  if (form.mask) return form.mask.data[s] ? 0 : -Infinity
  return 0
}

for (const variant of variants) {
  describe(`attention and its gradient on the ${variant} build`, () => {
    let ops: Ops
    let largest = 0
    beforeAll(async () => {
      ops = await loadOps({ variant })
    })
    afterAll(() => console.log(`largest relative difference of attention's gradients (${variant}): ${largest}`))

    it.each(forms)('%s', (_, form) => {
      const tensors = tensorsOf(form)
      const { q, k, v } = tensors as { q: Tensor; k: Tensor; v: Tensor }
      const options: AttentionOptions = { ...form, q, k, v }
      const wide = Object.fromEntries(
        Object.entries(tensors).map(([name, { data }]) => [name, Float64Array.from(data)])
      )
      const expected = reference(form, wide)
      const found = ops.attention(options)
      expect(largestDifference(found.output.data, expected.output)).toBeLessThanOrEqual(1e-6)
      expect(largestDifference(found.pattern?.data ?? [], expected.pattern)).toBeLessThanOrEqual(1e-6)

      const gradOutput = randomTensors(13)(...found.output.shape)
      const call: AttentionGradientOptions = { ...options, gradOutput }
      const { gradParameters, ...gradients } = ops.attentionGradient(call)
      const byName = { ...gradParameters, ...named(gradients) }
      const forward = (inputs: Wide) => reference(form, inputs).output
      largest = Math.max(largest, checkGradients(tensors, gradOutput, byName, forward))
    })

    it('a finite fill replaces a score, which then gets no gradient', () => {
      const options: AttentionOptions = {
        ...{ q: tensorOf([1, 1, 1, 1], [2]), k: tensorOf([1, 1, 2, 1], [1, 3]), v: tensorOf([1, 1, 2, 1], [1, 0]) },
        ...{ mask: { data: Uint8Array.of(1, 0), shape: [2] }, maskFill: 2 }
      }
      const found = ops.attention({ ...options, capture: 'masked' })
      expect(Array.from(found.stages.masked?.data ?? [])).toEqual([2, 2])
      expect(Array.from(found.output.data)).toEqual([0.5])
      const { gradK } = ops.attentionGradient({ ...options, gradOutput: tensorOf([1, 1, 1, 1], [1]) })
      expect(Array.from(gradK.data)).toEqual([0.5, 0])
    })

    it('the gradient of the scale equals a central difference', () => {
      const { q, k, v } = tensorsOf({}) as { q: Tensor; k: Tensor; v: Tensor }
      const wide = { q: Float64Array.from(q.data), k: Float64Array.from(k.data), v: Float64Array.from(v.data) }
      const gradOutput = randomTensors(13)(B, N, T, Hv)
      const loss = (scale: number) =>
        reference({ scale }, wide).output.reduce((all, x, i) => all + x * (gradOutput.data[i] ?? NaN), 0)
      const { gradScale } = ops.attentionGradient({ q, k, v, scale: 0.8, gradOutput })
      expect(gradScale).toBeCloseTo((loss(0.8 + 1e-5) - loss(0.8 - 1e-5)) / 2e-5, 5)
    })
  })
}
