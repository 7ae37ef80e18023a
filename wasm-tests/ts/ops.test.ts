/** Worked examples of the attention library, both builds compared, long sequences and unusual sizes. */

import { loadOps, type AttentionOptions, type Ops, type Tensor } from 'attenscope'
import { beforeAll, describe, expect, it } from 'vitest'

import { largestDifference } from './support/golden-file.js'
import { randomTensors, tensorOf, variants } from './support/ops.js'

const rounded = (tensor: Tensor | undefined) => Array.from(tensor?.data ?? [], (x) => Number(x.toFixed(5)) + 0)

it('both builds agree within 1e-5, and each is loaded once', async () => {
  const [base, best] = await Promise.all([loadOps({ variant: 'base' }), loadOps()])
  expect(await loadOps({ variant: 'base' })).toBe(base)
  expect(await loadOps()).toBe(best)
  const random = randomTensors(1)
  const options = { q: random(2, 4, 37, 19), k: random(2, 2, 41, 19), v: random(2, 2, 41, 11), causal: true }
  const [one, other] = [base.attention(options), best.attention(options)]
  expect(largestDifference(one.output.data, other.output.data)).toBeLessThanOrEqual(1e-5)
  expect(largestDifference(one.pattern?.data ?? [], other.pattern?.data ?? [])).toBeLessThanOrEqual(1e-5)
})

describe.each(variants)('the attention library on the %s build', (variant) => {
  let ops: Ops
  beforeAll(async () => {
    ops = await loadOps({ variant })
  })

  it('three tokens, two heads: scores, weights, outputs, and the position beside them', () => {
    const { output, pattern, stages } = ops.attention({
      q: tensorOf([1, 2, 1, 1], [2, 1]),
      k: tensorOf([1, 2, 3, 1], [1, 2, 3, 1, 1, 1]),
      v: tensorOf([1, 2, 3, 1], [1, 0, 0, 1, 0, 0]),
      score: 'dot',
      capture: ['scores', 'scaled', 'squashed', 'masked']
    })
    for (const stage of [stages.scores, stages.scaled, stages.squashed, stages.masked]) {
      expect(Array.from(stage?.data ?? [])).toEqual([2, 4, 6, 1, 1, 1])
    }
    expect(pattern?.shape).toEqual([1, 2, 1, 3])
    expect(rounded(pattern)).toEqual([0.01588, 0.11731, 0.86681, 0.33333, 0.33333, 0.33333])
    expect(output.shape).toEqual([1, 2, 1, 1])
    expect(rounded(output)).toEqual([0.01588, 0.33333])

    // The heads side by side, then sin and cos of 1, ½, ¼: position 1 in the encoding by powers of two.
    const encoding = ops.positionalEncoding('powers-of-two', { length: 1, width: 6, first: 1 })
    expect(encoding.shape).toEqual([1, 6])
    expect(rounded(encoding)).toEqual([0.84147, 0.5403, 0.47943, 0.87758, 0.2474, 0.96891])
    const both = ops.combine(tensorOf([1, 2], Array.from(output.data)), encoding, { how: 'concat' })
    expect(both.shape).toEqual([1, 8])
    expect(rounded(both)).toEqual([0.01588, 0.33333, 0.84147, 0.5403, 0.47943, 0.87758, 0.2474, 0.96891])
  })

  const general = { weight: tensorOf([2, 2], [1, 2, 0, 1]) }
  const hidden = tensorOf([2], [1, 2])
  const additive = { query: tensorOf([2, 2], [1, 0, 0, 1]), key: tensorOf([2, 2], [0, 1, 1, 0]), hidden }
  const joined = { weight: tensorOf([2, 4], [1, 0, 0, 1, 0, 1, 1, 0]), hidden }
  const byAdding = {
    scores: [0.76159, -0.55916, 0.96403, -0.46212],
    weights: [0.35901, 0.09583, 0.43956, 0.1056],
    context: [0.85137, 0.4826]
  }
  type Step = Omit<AttentionOptions, 'q' | 'k' | 'v'>
  const steps: readonly [string, Step, typeof byAdding][] = [
    [
      'scaled dot',
      {},
      { scores: [1, -1, 0, 1], weights: [0.36547, 0.08885, 0.1802, 0.36547], context: [0.72841, 0.08632] }
    ],
    [
      'dot',
      { score: 'dot' },
      { scores: [1, -1, 0, 1], weights: [0.39949, 0.05406, 0.14696, 0.39949], context: [0.74619, 0.00128] }
    ],
    [
      'general',
      { score: 'general', parameters: general },
      { scores: [1, 1, 2, 0], weights: [0.19661, 0.19661, 0.53445, 0.07233], context: [0.76722, 0.69489] }
    ],
    ['additive', { score: 'additive', parameters: additive }, byAdding],
    ['additive of the two joined', { score: 'additive', parameters: joined }, byAdding],
    [
      'cosine',
      { score: 'cosine', scale: 2 },
      {
        scores: [0.70711, -0.70711, 0, 1],
        weights: [0.32272, 0.01907, 0.07846, 0.57974],
        context: [0.69105, -0.19234]
      }
    ]
  ]
  it.each(steps)('one decoder step over four encoder states: %s', (_, options, expected) => {
    const encoded = tensorOf([1, 1, 4, 2], [1, 0, 0, 1, 1, 1, 0.5, -0.5])
    const state = tensorOf([1, 1, 1, 2], [1, -1])
    const found = ops.attention({ q: state, k: encoded, v: encoded, ...options, capture: 'scores' })
    expect(rounded(found.stages.scores)).toEqual(expected.scores)
    expect(rounded(found.pattern)).toEqual(expected.weights)
    expect(rounded(found.output)).toEqual(expected.context)
  })

  it('a long pattern is not returned, but each head of it can be computed and equals the plain one', () => {
    const random = randomTensors(2)
    const options: AttentionOptions = {
      ...{ q: random(1, 4, 2100, 8), k: random(1, 2, 2100, 8), v: random(1, 2, 2100, 4), causal: true }
    }
    const long = ops.attention(options)
    expect(long.pattern).toBeUndefined()
    const whole = ops.attention({ ...options, pattern: true })
    expect(whole.pattern?.shape).toEqual([1, 4, 2100, 2100])
    // With 2,100 keys attention runs tile by tile, unless the whole pattern is requested.
    expect(largestDifference(long.output.data, whole.output.data)).toBeLessThanOrEqual(1e-5)
    const [one, other] = [long.patternOf(0, 3), whole.patternOf(0, 3)]
    expect(one.shape).toEqual([2100, 2100])
    expect(largestDifference(one.data, other.data)).toBe(0)
  })

  const rich: readonly [string, Partial<AttentionOptions>][] = [
    ['drawn keys', { normalizer: 'hard', seed: 5 }],
    ['drawn queries', { normalizer: 'hard', seed: 5, over: 'queries' }],
    ['masks of each head', { mask: randomTensors(4)(2, 4, 5, 8), softcap: 2 }],
    ['key lengths', { keyLengths: [3, 8], causal: true }],
    [
      'a mask of each sequence',
      { mask: { data: Uint8Array.from({ length: 16 }, (_, i) => i % 3), shape: [2, 1, 1, 8] } }
    ]
  ]
  it.each(rich)('patternOf with %s equals the plain pattern', (_, more) => {
    const random = randomTensors(3)
    const options: AttentionOptions = {
      ...{ q: random(2, 4, 5, 3), k: random(2, 2, 6, 3), v: random(2, 2, 6, 3) },
      ...{ pastKey: random(2, 2, 2, 3), pastValue: random(2, 2, 2, 3), ...more }
    }
    const whole = ops.attention(options)
    const apart = ops.attention({ ...options, pattern: false })
    expect(apart.pattern).toBeUndefined()
    for (const [batch, head] of [
      [0, 0],
      [0, 3],
      [1, 0],
      [1, 2]
    ] as const) {
      const first = (batch * 4 + head) * 40
      expect(apart.patternOf(batch, head).data).toEqual(whole.pattern?.data.slice(first, first + 40))
      expect(whole.patternOf(batch, head).data).toEqual(whole.pattern?.data.subarray(first, first + 40))
    }
  })

  it('a masked key has weight exactly 0, whatever its numbers, and a query without keys gives zeros', () => {
    for (const normalizer of ['softmax', 'tanh', 'sigmoid', 'sparsemax', 'entmax15', 'hard', 'none'] as const) {
      const { output, pattern } = ops.attention({
        q: tensorOf([1, 1, 2, 1], [1, 1]),
        k: tensorOf([1, 1, 2, 1], [0.5, NaN]),
        v: tensorOf([1, 1, 2, 1], [1, NaN]),
        mask: { data: [true, false, false, false], shape: [2, 2] },
        normalizer
      })
      expect(pattern?.data[1], normalizer).toBe(0)
      expect(Array.from(pattern?.data ?? []).slice(2), normalizer).toEqual([0, 0])
      expect(output.data[0], normalizer).toBe(pattern?.data[0])
      expect(output.data[1], normalizer).toBe(0)
    }
  })

  it('the seed determines the draws, and their frequencies equal the softmax', () => {
    const T = 4000
    const zeros = new Float32Array(T)
    const options = {
      q: { data: zeros.map(() => 1), shape: [1, 1, T, 1] },
      k: tensorOf([1, 1, 3, 1], [0, Math.log(2), Math.log(5)]),
      v: tensorOf([1, 1, 3, 1], [1, 2, 3]),
      normalizer: 'hard'
    } as const
    const drawn = ops.attention({ ...options, seed: 1 }).output.data
    expect(ops.attention({ ...options, seed: 1 }).output.data).toEqual(drawn)
    expect(ops.attention({ ...options, seed: 2 }).output.data).not.toEqual(drawn)
    expect(drawn.filter((value) => value === 3).length / T).toBeCloseTo(5 / 8, 1)
    expect(ops.attention(options).output.data.every((value) => value === 3)).toBe(true)
  })

  it('sequences of length zero, no batch and a thousand heads', () => {
    const random = randomTensors(6)
    const empty = ops.attention({ q: random(1, 2, 0, 4), k: random(1, 2, 3, 4), v: random(1, 2, 3, 4) })
    expect([empty.output.shape, empty.pattern?.shape]).toEqual([
      [1, 2, 0, 4],
      [1, 2, 0, 3]
    ])
    const blind = ops.attention({ q: random(1, 2, 2, 4), k: random(1, 2, 0, 4), v: random(1, 2, 0, 3) })
    expect(blind.output).toEqual({ data: new Float32Array(12), shape: [1, 2, 2, 3] })
    expect(blind.patternOf(0, 1).shape).toEqual([2, 0])
    const none = ops.attention({ q: random(0, 2, 2, 4), k: random(0, 2, 2, 4), v: random(0, 2, 2, 4) })
    expect(none.output.shape).toEqual([0, 2, 2, 4])
    const noPast = { pastKey: random(1, 2, 0, 4), pastValue: random(1, 2, 0, 4) }
    const q = random(1, 2, 3, 4)
    expect(ops.attention({ q, k: q, v: q, ...noPast }).output).toEqual(ops.attention({ q, k: q, v: q }).output)
    expect(ops.softmax(random(3, 0)).shape).toEqual([3, 0])
    expect(ops.layerNorm(random(0, 4)).shape).toEqual([0, 4])

    // Options with the value undefined count as missing.
    expect(ops.rmsNorm(q, { epsilon: 1e-5, ...{ bias: undefined } })).toEqual(ops.rmsNorm(q, { epsilon: 1e-5 }))

    const many = ops.attention({ q: random(1, 1000, 2, 4), k: random(1, 1000, 3, 4), v: random(1, 1000, 3, 4) })
    expect(many.pattern?.shape).toEqual([1, 1000, 2, 3])
    const row = (many.pattern?.data ?? zeroes).slice(-3)
    expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
  })
})

describe('results', () => {
  it('belong to the caller, and a finite fill is finite, however large', async () => {
    const ops = await loadOps()
    const q = { data: Float32Array.of(1, 2), shape: [1, 1, 2, 1] }
    const result = ops.attention({ q, k: q, v: q })
    const before = [...(result.pattern?.data ?? [])]
    result.patternOf(0, 0).data.fill(7)
    expect([...(result.pattern?.data ?? [])]).toEqual(before)

    const mask = { data: Uint8Array.of(0, 0), shape: [2] }
    for (const maskFill of [-Number.MAX_VALUE, -1e40, -1e9]) {
      expect([...(ops.attention({ q, k: q, v: q, mask, maskFill }).pattern?.data ?? [])]).toEqual([0.5, 0.5, 0.5, 0.5])
    }
  })

  it('show a NaN under every normaliser', async () => {
    const ops = await loadOps()
    const q = { data: Float32Array.of(Number.NaN), shape: [1, 1, 1, 1] }
    const k = { data: Float32Array.of(1, 2), shape: [1, 1, 2, 1] }
    for (const normalizer of ['softmax', 'tanh', 'sigmoid', 'sparsemax', 'entmax15', 'hard', 'none'] as const) {
      expect(ops.attention({ q, k, v: k, normalizer }).output.data[0], normalizer).toBeNaN()
    }
  })
})

const zeroes = new Float32Array()
