/** Attention rollout from a source to a target, compared with numbers computed by hand. */

import { describe, expect, it } from 'vitest'

import { crossRollout } from '../../web/lib/trace/cross-rollout.js'

const tensor = (shape: number[], ...numbers: number[]) => ({ shape, data: Float32Array.from(numbers) })

describe('rollout from a source to a target', () => {
  it('with a single cross-attention layer equals its pattern', () => {
    const cross = tensor([1, 2, 3], 0.25, 0.5, 0.25, 0, 0, 1)
    const { data, shape } = crossRollout({ encoder: undefined, layers: [{ own: undefined, cross }] })
    expect(shape).toEqual([2, 3])
    expect(Array.from(data)).toEqual([0.25, 0.5, 0.25, 0, 0, 1])
  })

  it('goes through the encoder', () => {
    const cross = tensor([1, 1, 2], 0.5, 0.5)
    const encoder = tensor([2, 2], 1, 0, 0.5, 0.5)
    expect(Array.from(crossRollout({ encoder, layers: [{ own: undefined, cross }] }).data)).toEqual([0.75, 0.25])
  })

  it('averages heads, and includes the attention between target tokens', () => {
    // The mean of the heads is ½ ½ for the first target token and 1 0 for the second.
    const cross = tensor([2, 2, 2], 1, 0, 1, 0, 0, 1, 1, 0)
    const own = tensor([1, 2, 2], 1, 0, 1, 0)
    const { data } = crossRollout({
      encoder: undefined,
      layers: [
        { own, cross },
        { own, cross }
      ]
    })
    // F₁ = ½ A = [¼ ¼], [½ 0]; own: [¼ ¼], [⅜ ⅛]; across: [⅜ ⅜], [11/16 1/16].
    expect(Array.from(data)).toEqual([0.5, 0.5, Math.fround(11 / 12), Math.fround(1 / 12)])
  })

  it('a query without keys has zeros', () => {
    const cross = tensor([1, 1, 2], 0, 0)
    expect(Array.from(crossRollout({ encoder: undefined, layers: [{ own: undefined, cross }] }).data)).toEqual([0, 0])
  })
})
