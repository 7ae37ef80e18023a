/** The comparison of the predictions of two runs, checked with a simple version that sorts everything. */

import { describe, expect, it } from 'vitest'
import { compareLogits } from 'attenscope'

/** Compares logits in the simplest way: sorts everything, and sums by the textbook formulas. */
function compareInOrder(before: readonly number[], after: readonly number[], count: number) {
  const shares = (logits: readonly number[]) => {
    const weights = logits.map((logit) => Math.exp(logit - Math.max(...logits)))
    const sum = weights.reduce((a, b) => a + b, 0)
    return weights.map((weight) => weight / sum)
  }
  const [p, q] = [shares(before), shares(after)]
  const ids = p.map((_, id) => id).sort((a, b) => Math.max(p[b]!, q[b]!) - Math.max(p[a]!, q[a]!))
  return {
    divergence: p.reduce((sum, share, id) => sum + (share > 0 ? share * Math.log2(share / q[id]!) : 0), 0),
    top: ids.slice(0, count).map((id) => ({ id, before: p[id]!, after: q[id]! }))
  }
}

const tensor = (rows: readonly (readonly number[])[]) => ({
  shape: [rows.length, rows[0]?.length ?? 0],
  data: Float32Array.from(rows.flat())
})

describe('two runs’ predictions', () => {
  it('equal those from sorting the whole vocabulary, row by row', () => {
    // Unsorted numbers without ties that floats represent exactly.
    const row = (seed: number) => Array.from({ length: 97 }, (_, id) => (((id * 37 + seed * 11) % 97) - 48) / 16)
    const [before, after] = [
      [row(1), row(2)],
      [row(5).map((logit) => 1.25 * logit), row(40).map((logit) => 0.75 * logit)]
    ]
    for (const count of [1, 8, 97]) {
      const found = compareLogits(tensor(before), tensor(after), { top: count })
      found.forEach((one, at) => {
        const wanted = compareInOrder(before[at]!, after[at]!, count)
        expect(one.divergence).toBeCloseTo(wanted.divergence, 9)
        expect(one.top.map(({ id }) => id)).toEqual(wanted.top.map(({ id }) => id))
        one.top.forEach((each, place) => {
          expect(each.before).toBeCloseTo(wanted.top[place]!.before, 9)
          expect(each.after).toBeCloseTo(wanted.top[place]!.after, 9)
        })
      })
    }
  })

  it('equal probabilities are in the order of ids, and there are at most as many as tokens in the vocabulary', () => {
    const same = { shape: [4], data: Float32Array.of(1, 2, 2, 2) }
    expect(compareLogits(same, same, { top: 2 })[0]).toMatchObject({ divergence: 0, top: [{ id: 1 }, { id: 2 }] })
    expect(compareLogits(same, same)[0]?.top.map(({ id }) => id)).toEqual([1, 2, 3, 0])
    expect(
      compareLogits({ shape: [0, 4], data: new Float32Array() }, { shape: [0, 4], data: new Float32Array() })
    ).toEqual([])
  })

  it('have difference 0 when nothing changed, and impossible tokens have probability 0', () => {
    const masked = { shape: [1, 3], data: Float32Array.of(0, -Infinity, 0) }
    const [one] = compareLogits(masked, masked)
    expect(one?.divergence).toBe(0)
    expect(one?.top).toEqual([
      { id: 0, before: 0.5, after: 0.5 },
      { id: 2, before: 0.5, after: 0.5 },
      { id: 1, before: 0, after: 0 }
    ])
  })
})
