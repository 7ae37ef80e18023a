/** Arguments in the forms that callers have: masks of any integers, nulls, other layouts, other names. */

import { loadOps, type MultiHeadOptions, type Ops, type Tensor } from 'attenscope'
import { beforeAll, describe, expect, it } from 'vitest'

import { attendHead, linear, sum } from './support/attention-reference.js'
import { largestDifference } from './support/golden-file.js'
import { at, checkFormula, type Wide } from './support/ops-formula.js'
import { randomTensors, tensorOf } from './support/ops.js'

const random = randomTensors(17)
let ops: Ops
beforeAll(async () => {
  ops = await loadOps()
})

describe('attention takes', () => {
  const [q, k, v] = [random(2, 2, 3, 4), random(2, 1, 5, 4), random(2, 1, 5, 3)]
  const call = (more: object) => ops.attention({ q, k, v, ...more })

  it('a mask as bytes, booleans, whole numbers of any width, or plain numbers', () => {
    const seen = [1, 0, 1, 1, 0]
    const expected = call({ mask: { data: Uint8Array.from(seen), shape: [5] } }).output
    const forms = [
      Int32Array.from(seen),
      Int8Array.from(seen),
      BigInt64Array.from(seen, BigInt),
      seen,
      seen.map(Boolean)
    ]
    for (const data of forms) expect(call({ mask: { data, shape: [5] } }).output).toEqual(expected)
  })

  it('null and undefined for missing options, also in nested options', () => {
    const bare = call({})
    const nothing = { mask: null, pastKey: null, pastValue: undefined, window: null, softcap: null, seed: null }
    expect(call(nothing).output).toEqual(bare.output)
    expect(call({ score: null, parameters: null, capture: null, keyLengths: null, scale: null }).output).toEqual(
      bare.output
    )
    expect(call({ window: { left: null, right: 1 } }).output).toEqual(call({ window: { right: 1 } }).output)
    const x = random(1, 2, 4)
    expect(ops.softmax(x, null as unknown as number)).toEqual(ops.softmax(x))
    expect(ops.layerNorm(x, null as unknown as object).data).toEqual(ops.layerNorm(x).data)
    const weight = random(4, 8)
    const parameters = { weight, bias: null, activation: null } as unknown as { weight: Tensor }
    expect(ops.combine(x, x, { how: 'concat', parameters })).toEqual(
      ops.combine(x, x, { how: 'concat', parameters: { weight } })
    )
  })

  it('a soft cap and tanh together, in that order, and the smallest positive soft cap', () => {
    const both = call({ score: 'dot', scale: 3, softcap: 2, squash: 'tanh', capture: ['scores', 'squashed'] })
    const expected = Array.from(both.stages.scores?.data ?? [], (s) => Math.tanh(2 * Math.tanh((3 * s) / 2)))
    expect(largestDifference(both.stages.squashed?.data ?? [], expected)).toBeLessThanOrEqual(1e-6)
    for (const softcap of [1e-300, 2 ** -149, 1e-40]) {
      const { output, stages } = call({ softcap, capture: 'squashed' })
      expect(Array.from(output.data).every(Number.isFinite)).toBe(true)
      expect(Array.from(stages.squashed?.data ?? []).every((s) => Math.abs(s) <= 1e-38)).toBe(true)
      const gradOutput = random(...output.shape)
      expect(
        Array.from(ops.attentionGradient({ q, k, v, softcap, gradOutput }).gradQ.data).every(Number.isFinite)
      ).toBe(true)
    }
  })
})

describe('linear attention takes decay and beta', () => {
  const [B, K, T, H] = [2, 3, 4, 2]
  const [q, k, v] = [random(B, K, T, H), random(B, K, T, H), random(B, K, T, 2)]
  /** Returns (B, rows, columns, width) with rows and columns exchanged. */
  const turned = ({ data }: Tensor, rows: number, columns: number, width: number, shape: number[]) =>
    tensorOf(
      shape,
      Array.from({ length: data.length }, (_, i) => {
        const [b, c, r, w] = [
          Math.floor(i / (rows * columns * width)),
          Math.floor(i / (rows * width)) % columns,
          Math.floor(i / width) % rows,
          i % width
        ]
        return data[((b * rows + r) * columns + c) * width + w] ?? NaN
      })
    )

  it("in ONNX's layout, positions before heads, and returns gradients in this layout", () => {
    const [wide, narrow, beta, single] = [random(B, K, T, H), random(B, K, T, 1), random(B, K, T), random(B, 1, T)]
    const forms = [
      { own: { decay: wide }, onnx: { decay: turned(wide, K, T, H, [B, T, K * H]) }, sizes: [T, K, H] },
      { own: { decay: narrow }, onnx: { decay: turned(narrow, K, T, 1, [B, T, K]) }, sizes: [T, K, 1] },
      { own: { beta }, onnx: { beta: turned(beta, K, T, 1, [B, T, K]) }, sizes: [T, K, 1] },
      { own: { beta: single }, onnx: { beta: turned(single, 1, T, 1, [B, T, 1]) }, sizes: [T, 1, 1] }
    ] as const
    const gradOutput = random(B, K, T, 2)
    for (const { own, onnx, sizes } of forms) {
      expect(ops.linearAttention({ q, k, v, ...onnx })).toEqual(ops.linearAttention({ q, k, v, ...own }))
      const one = ops.linearAttentionGradient({ q, k, v, ...own, gradOutput })
      const other = ops.linearAttentionGradient({ q, k, v, ...onnx, gradOutput })
      const given = Object.values(onnx)[0] as Tensor
      const [ours, theirs] = [one.gradDecay ?? one.gradBeta, other.gradDecay ?? other.gradBeta] as [Tensor, Tensor]
      expect(theirs.shape).toEqual(given.shape)
      expect(turned(theirs, sizes[0], sizes[1], sizes[2], [...ours.shape]).data).toEqual(ours.data)
    }
  })
})

describe('rotary takes', () => {
  const x = random(2, 2, 3, 4)

  it('caches of one sequence for all, and positions of one number per sequence', () => {
    const [cos, sin] = [random(1, 3, 2), random(1, 3, 2)]
    const twice = ({ data }: Tensor) => tensorOf([2, 3, 2], [...data, ...data])
    expect(ops.rotary(x, { cos, sin })).toEqual(ops.rotary(x, { cos: twice(cos), sin: twice(sin) }))
    const each = { shape: [2, 1], data: Int32Array.of(4, 7) }
    expect(ops.rotary(x, { positions: each })).toEqual(
      ops.rotary(x, { positions: { shape: [2, 3], data: Int32Array.of(4, 4, 4, 7, 7, 7) } })
    )
  })
})

describe('multi-head attention', () => {
  const [B, T, P, S, C, N, K, H] = [2, 3, 2, 5, 4, 4, 2, 3]
  const tensors: Record<string, Tensor> = {
    ...{ x: random(B, T, C), query: random(N * H, C), key: random(K * H, C), value: random(K * H, C) },
    ...{ pastKey: random(B, K, P, H), pastValue: random(B, K, P, H), mask: random(N, T, S) }
  }
  const part = (name: string) => ({ weight: tensors[name] as Tensor })
  const options = {
    ...{ x: tensors['x'], pastKey: tensors['pastKey'], pastValue: tensors['pastValue'], mask: tensors['mask'] },
    parameters: { query: part('query'), key: part('key'), value: part('value') },
    ...{ heads: N, kvHeads: K, causal: true, keyLengths: [S, 4] }
  } as MultiHeadOptions

  it('with a past, a float mask, key lengths and causal masking, and all its gradients', () => {
    const forward = (w: Wide): number[] => {
      const projected = (name: string) => linear(w['x'] ?? [], w[name] ?? [], undefined, B * T)
      const [queries, keys, values] = [projected('query'), projected('key'), projected('value')]
      const heads = Array.from({ length: B * N }, (_, i) => {
        const [b, n] = [Math.floor(i / N), i % N]
        const group = Math.floor(n / (N / K))
        const joined = (past: string, added: readonly number[]) => (s: number, h: number) =>
          s < P ? at(w[past], ((b * K + group) * P + s) * H + h) : at(added, (b * T + s - P) * K * H + group * H + h)
        const key = joined('pastKey', keys)
        const length = b === 0 ? S : 4
        return attendHead({
          ...{ T, S, Hv: H, scale: 1 / Math.sqrt(H), value: joined('pastValue', values) },
          score: (t, s) => sum(H, (h) => at(queries, ((b * T + t) * N + n) * H + h) * key(s, h)),
          bias: (t, s) => (s >= length || s > t + length - T ? -Infinity : at(w['mask'], (n * T + t) * S + s))
        }).output
      })
      return Array.from({ length: B * T * N * H }, (_, i) => {
        const [b, t, n, h] = [Math.floor(i / (T * N * H)), Math.floor(i / (N * H)) % T, Math.floor(i / H) % N, i % H]
        return at(heads[b * N + n], t * H + h)
      })
    }
    const { output, pattern, stages } = ops.multiHeadAttention({ ...options, capture: ['scaled', 'masked'] })
    expect(pattern?.shape).toEqual([B, N, T, S])
    expect(Object.keys(stages)).toEqual(['scaled', 'masked'])
    expect(stages.masked?.shape).toEqual([B, N, T, S])
    checkFormula(tensors, output, forward, (gradOutput) => {
      const found = ops.multiHeadAttentionGradient({ ...options, gradOutput })
      const { query, key, value } = found.gradParameters
      return {
        ...{ x: found.gradX, query: query.weight, key: key.weight, value: value.weight },
        ...{ pastKey: found.gradPastKey, pastValue: found.gradPastValue, mask: found.gradMask }
      }
    })
  })

  it('token by token gives the same bits as all tokens at once', () => {
    const { parameters } = options
    const call = { parameters, heads: N, keyValueHeads: K, causal: true }
    const x = tensors['x'] as Tensor
    const whole = ops.multiHeadAttention({ ...call, x })
    let past: Partial<MultiHeadOptions> = {}
    for (let t = 0; t < T; ++t) {
      const token = tensorOf(
        [B, 1, C],
        [0, 1].flatMap((b) => Array.from(x.data.subarray((b * T + t) * C, (b * T + t + 1) * C)))
      )
      const { output, presentKey, presentValue } = ops.multiHeadAttention({ ...call, ...past, x: token })
      for (const b of [0, 1]) {
        const row = (b * T + t) * N * H
        expect(output.data.subarray(b * N * H, (b + 1) * N * H)).toEqual(whole.output.data.subarray(row, row + N * H))
      }
      past = { pastKey: presentKey, pastValue: presentValue }
    }
    expect(past.pastKey).toEqual(whole.presentKey)
    expect(past.pastValue).toEqual(whole.presentValue)
  })
})

describe('pooling', () => {
  it('with a float mask and lengths, and their gradients', () => {
    const [B, S, C] = [2, 4, 3]
    const tensors = { x: random(B, S, C), query: random(C), mask: random(S) }
    const call = { x: tensors.x, parameters: { query: tensors.query }, mask: tensors.mask, keyLengths: [S, 2] }
    const forward = (w: Wide) =>
      [0, 1].flatMap(
        (b) =>
          attendHead({
            ...{ T: 1, S, Hv: C },
            score: (_t, s) => sum(C, (c) => at(w['query'], c) * at(w['x'], (b * S + s) * C + c)),
            value: (s, c) => at(w['x'], (b * S + s) * C + c),
            bias: (_t, s) => (b === 1 && s >= 2 ? -Infinity : at(w['mask'], s))
          }).output
      )
    checkFormula(tensors, ops.attentionPool(call).output, forward, (gradOutput) => {
      const { gradX, gradParameters, gradMask } = ops.attentionPoolGradient({ ...call, gradOutput })
      return { x: gradX, ...gradParameters, mask: gradMask }
    })
  })
})
