/** Encodings of positions, compared with the numbers of their papers. */

import { loadOps, type Ops, type Tensor } from 'attenscope'
import { beforeAll, describe, expect, it } from 'vitest'

import { largestDifference } from './support/golden-file.js'
import { randomTensors, tensorOf } from './support/ops.js'

const rounded = ({ data }: Tensor) => Array.from(data, (x) => Number(x.toFixed(5)) + 0)

describe('encodings of positions', () => {
  let ops: Ops
  beforeAll(async () => {
    ops = await loadOps()
  })

  it('sinusoidal: sines and cosines interleaved or in halves, from any position on', () => {
    const [s, c, slowS, slowC] = [Math.sin(2), Math.cos(2), Math.sin(0.2), Math.cos(0.2)]
    const options = { length: 3, width: 4, base: 100 }
    const encoding = ops.positionalEncoding('sinusoidal', options)
    expect(encoding.shape).toEqual([3, 4])
    expect(largestDifference(encoding.data.slice(0, 4), [0, 1, 0, 1])).toBe(0)
    expect(largestDifference(encoding.data.slice(8), [s, c, slowS, slowC])).toBeLessThan(1e-7)
    const halves = ops.positionalEncoding('sinusoidal', { ...options, length: 1, first: 2, layout: 'halves' })
    expect(largestDifference(halves.data, [s, slowS, c, slowC])).toBeLessThan(1e-7)
  })

  it('ALiBi: the slopes of eight heads are 2⁻¹ to 2⁻⁸, and the bias falls with the distance', () => {
    const { data, shape, slopes } = ops.positionalEncoding('alibi', { length: 2, heads: 8, first: 1 })
    expect(Array.from(slopes?.data ?? [])).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => 2 ** -n))
    expect(shape).toEqual([8, 2, 3])
    expect(Array.from(data.slice(0, 6), (bias) => bias + 0)).toEqual([-0.5, 0, -0.5, -1, -0.5, 0])
  })

  it('a bias over distances is an additive mask of attention', () => {
    const random = randomTensors(1)
    const [q, k] = [random(1, 2, 3, 4), random(1, 2, 3, 4)]
    const mask = ops.positionalEncoding('alibi', { length: 3, heads: 2 })
    const { stages } = ops.attention({
      q,
      k,
      v: k,
      mask: { data: mask.data, shape: mask.shape },
      capture: ['scaled', 'masked']
    })
    const sums = stages.scaled?.data.map((score, i) => score + (mask.data[i] ?? NaN))
    expect(largestDifference(stages.masked?.data ?? [], sums ?? [])).toBe(0)
  })

  it('rotary: position interpolation by 2 rotates half as far, and scores depend only on the distance', () => {
    const x = randomTensors(2)(1, 1, 3, 8)
    const plain = ops.rotary(x, { positions: [0, 1, 2] })
    const scaled = ops.rotary(x, { positions: [0, 2, 4], scaling: { kind: 'linear', factor: 2 } })
    expect(largestDifference(plain.data, scaled.data)).toBeLessThan(1e-6)
    const score = (first: number) => {
      const turned = ops.rotary(x, { positions: { data: [first, first + 3, first + 5], shape: [1, 3] } })
      return ops.attention({ q: turned, k: turned, v: x, score: 'dot', capture: 'scores' }).stages.scores?.data ?? []
    }
    expect(largestDifference(score(0), score(40))).toBeLessThan(1e-5)
  })

  it('T5: a bias by the bucket of each distance', () => {
    const table = tensorOf([4, 1], [10, 11, 12, 13])
    const causal = ops.positionalEncoding('t5', { table, length: 3, bidirectional: false, maxDistance: 8 })
    expect(causal.shape).toEqual([1, 3, 3])
    expect(rounded(causal)).toEqual([10, 10, 10, 11, 10, 10, 12, 11, 10])
  })

  describe('scaled rotary frequencies', () => {
    const [width, base, factor, originalLength] = [16, 10000, 4, 64]
    const plain = Array.from({ length: width / 2 }, (_, i) => base ** ((-2 * i) / width))
    const ntk = (by: number) => plain.map((_, i) => (base * by ** (width / (width - 2))) ** ((-2 * i) / width))

    /** Wavelengths above originalLength / low are divided, those below originalLength / high are kept. */
    const llama3 = plain.map((frequency) => {
      const turns = (originalLength * frequency) / (2 * Math.PI)
      const kept = Math.min(1, Math.max(0, (turns - 1) / (4 - 1)))
      return (1 - kept) * (frequency / factor) + kept * frequency
    })
    /** A ramp over the pairs, from those that make 32 turns within originalLength to those that make one. */
    const pairThatTurns = (times: number) =>
      (width * Math.log(originalLength / (times * 2 * Math.PI))) / (2 * Math.log(base))
    const yarn = plain.map((frequency, i) => {
      const low = Math.max(0, Math.floor(pairThatTurns(32)))
      const high = Math.min(width - 1, Math.ceil(pairThatTurns(1)))
      const divided = Math.min(1, Math.max(0, (i - low) / (high - low)))
      return divided * (frequency / factor) + (1 - divided) * frequency
    })

    it.each([
      ['none', {}, plain, 1],
      ['linear', {}, plain.map((frequency) => frequency / factor), 1],
      ['ntk', {}, ntk(factor), 1],
      ['dynamic-ntk', { length: 96 }, ntk((factor * 96) / originalLength - (factor - 1)), 1],
      ['llama3', { lowFrequencyFactor: 1, highFrequencyFactor: 4 }, llama3, 1],
      ['yarn', { betaFast: 32, betaSlow: 1 }, yarn, 0.1 * Math.log(factor) + 1]
    ] as const)('%s', (kind, more, frequencies, length) => {
      const scaling = { kind, factor, originalLength, ...more }
      const { cos, sin } = ops.positionalEncoding('rotary', { length: 5, width, base, scaling })
      const angles = Array.from({ length: 5 * frequencies.length }, (_, at) => {
        const i = at % frequencies.length
        return Math.floor(at / frequencies.length) * (frequencies[i] ?? NaN)
      })
      const of = (turn: (angle: number) => number) => angles.map((angle) => length * turn(angle))
      expect(largestDifference(cos?.data ?? [], of(Math.cos))).toBeLessThan(1e-6)
      expect(largestDifference(sin?.data ?? [], of(Math.sin))).toBeLessThan(1e-6)
    })
  })
})
