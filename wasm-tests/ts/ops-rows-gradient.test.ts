/** Softmax, norms, rotary encoding and tables of positions with their gradients, compared with float64. */

import { loadOps, type Ops } from 'attenscope'
import { beforeAll, describe, expect, it } from 'vitest'

import { norm, softmax, table } from './support/attention-reference.js'
import { largestDifference } from './support/golden-file.js'
import { at, checkFormula, named, type Wide } from './support/ops-formula.js'
import { randomTensors, variants } from './support/ops.js'

describe.each(variants)('rows, positions and their gradients on the %s build', (variant) => {
  let ops: Ops
  beforeAll(async () => {
    ops = await loadOps({ variant })
  })

  describe('rows', () => {
    const tensors = randomTensors(51)
    const x = tensors(2, 3, 4)

    it.each([0, 1, 2, -1, -3])('softmax and its logarithm along axis %i', (axis) => {
      const [outer = 1, length = 1, inner = 1] = { 0: [1, 2, 12], 1: [2, 3, 4], 2: [6, 4, 1] }[(axis + 3) % 3] ?? []
      const forward = (log: boolean) => (w: Wide) => {
        const output: number[] = []
        for (let o = 0; o < outer; ++o) {
          for (let i = 0; i < inner; ++i) {
            const places = Array.from({ length }, (_, l) => (o * length + l) * inner + i)
            const row = softmax(places.map((place) => at(w['x'], place)))
            places.forEach((place, l) => (output[place] = log ? Math.log(at(row, l)) : at(row, l)))
          }
        }
        return output
      }
      checkFormula({ x }, ops.softmax(x, axis), forward(false), (gradOutput) =>
        named(ops.softmaxGradient(x, { axis, gradOutput }))
      )
      checkFormula({ x }, ops.logSoftmax(x, axis), forward(true), (gradOutput) =>
        named(ops.logSoftmaxGradient(x, { axis, gradOutput }))
      )
    })

    it.each([
      [-1, [4]],
      [1, [3, 4]],
      [0, [2, 3, 4]]
    ])('norms from axis %i on', (axis, shape) => {
      const length = shape.reduce((all, extent) => all * extent, 1)
      const [weight, bias] = [tensors(...shape), tensors(...shape)]
      const layer = ops.layerNorm(x, { weight, bias, axis })
      checkFormula(
        { x, weight, bias },
        layer,
        (w) => norm(w['x'] ?? [], length, w['weight'] ?? [], w['bias'], true),
        (gradOutput) => named(ops.layerNormGradient(x, { weight, bias, axis, gradOutput }))
      )
      expect(layer.mean?.data[0]).toBeCloseTo(x.data.slice(0, length).reduce((a, b) => a + b, 0) / length, 6)
      const root = ops.rmsNorm(x, { weight, axis })
      checkFormula(
        { x, weight },
        root,
        (w) => norm(w['x'] ?? [], length, w['weight'] ?? [], undefined, false),
        (gradOutput) => named(ops.rmsNormGradient(x, { weight, axis, gradOutput }))
      )
    })

    it('a broadcast weight sums its gradient', () => {
      const weight = tensors(3, 1)
      const repeated = (w: Wide) => Array.from({ length: 12 }, (_, i) => at(w['weight'], Math.floor(i / 4)))
      checkFormula(
        { x, weight },
        ops.rmsNorm(x, { weight, axis: 1 }),
        (w) => norm(w['x'] ?? [], 12, repeated(w), undefined, false),
        (gradOutput) => named(ops.rmsNormGradient(x, { weight, axis: 1, gradOutput }))
      )
    })
  })

  describe('positions', () => {
    const [B, N, T, H] = [2, 2, 3, 6]
    const x = randomTensors(61)(B, N, T, H)

    it.each([
      [false, 6],
      [true, 6],
      [false, 4],
      [true, 2]
    ])('rotary, interleaved: %s, of width %i', (interleaved, width) => {
      const positions = { data: Int32Array.of(0, 1, 2, 5, 6, 1000), shape: [B, T] }
      const options = { positions, interleaved, width, base: 100 }
      const forward = (w: Wide) =>
        Array.from(w['x'] ?? [], (value, i) => {
          const [h, t, b] = [i % H, Math.floor(i / H) % T, Math.floor(i / (H * T * N))]
          if (h >= width) return value
          const pair = interleaved ? Math.floor(h / 2) : h % (width / 2)
          const isFirst = interleaved ? h % 2 === 0 : h < width / 2
          const other = at(w['x'], i + (isFirst ? 1 : -1) * (interleaved ? 1 : width / 2))
          const angle = at(Array.from(positions.data), b * T + t) * 100 ** ((-2 * pair) / width)
          return value * Math.cos(angle) + (isFirst ? -other : other) * Math.sin(angle)
        })
      const found = ops.rotary(x, options)
      checkFormula({ x }, found, forward, (gradOutput) => named(ops.rotaryGradient(x, { ...options, gradOutput })))

      const { cos, sin } = ops.positionalEncoding('rotary', { length: 1001, width, base: 100 })
      if (!cos || !sin) throw new Error('the rotary encoding has no cos and sin')
      const cached = ops.rotary(x, { positions, interleaved, cos, sin })
      expect(largestDifference(cached.data, found.data)).toBe(0)
    })

    it('learned tables and T5 biases sum their gradients', () => {
      const tensors = randomTensors(71)
      const table1 = tensors(5, 3)
      const positions = [4, 0, 4]
      const encoding = ops.positionalEncoding('learned', { table: table1, positions })
      const looked = (w: Wide) =>
        positions.flatMap((p) => Array.from({ length: 3 }, (_, c) => at(w['table'], p * 3 + c)))
      checkFormula({ table: table1 }, encoding, looked, (gradOutput) =>
        named(ops.positionalEncodingGradient('learned', { table: table1, positions, gradOutput }))
      )
      // Below half of a direction's buckets, each distance has its own bucket.
      const buckets = tensors(8, 2)
      const options = { table: buckets, length: 2, keys: 2 }
      const bucket = (t: number, s: number) => (s > t ? 4 + s - t : t - s)
      const biased = (w: Wide) =>
        [0, 1].flatMap((n) => table(2, 2, (t, s) => at(w['table'], bucket(t, s) * 2 + n)).flat())
      checkFormula({ table: buckets }, ops.positionalEncoding('t5', options), biased, (gradOutput) =>
        named(ops.positionalEncodingGradient('t5', { ...options, gradOutput }))
      )
    })
  })
})
