/** The playground's recipes, compared with sums by hand, and its link. */
import { describe, expect, it } from 'vitest'
import { loadOps } from 'attenscope'
import {
  drawn,
  firstNumbers,
  readTable,
  resized,
  vectorsOf,
  writeTable
} from '../../web/demo/playground/own-numbers.js'
import { CHOICES, optionsFor, plainRecipe, type Recipe } from '../../web/demo/playground/recipe.js'
import { firstState, readState, writeState } from '../../web/demo/playground/state.js'

const vectors = vectorsOf({
  tokens: ['a', 'b', 'c'],
  q: [
    [1, 0],
    [0, 2],
    [1, 1]
  ],
  k: [
    [1, 1],
    [2, 0],
    [0, 1]
  ],
  v: [[1], [2], [3]]
})

async function scoresOf(recipe: Partial<Recipe>, stage: 'scores' | 'masked' = 'masked'): Promise<number[]> {
  const ops = await loadOps()
  const options = optionsFor(ops, { ...plainRecipe, mask: 'none', ...recipe }, vectors)
  return Array.from(ops.attention({ ...options, capture: [stage] }).stages[stage]?.data ?? [])
}

const near = (numbers: readonly number[]) => numbers.map((each) => expect.closeTo(each, 5) as number)

describe('a recipe', () => {
  it('computes scores by its formula', async () => {
    expect(await scoresOf({ score: 'dot' })).toEqual([1, 2, 0, 2, 0, 2, 2, 2, 1])
    // q W k: the first number of a query times the second of a key, and the reverse.
    expect(await scoresOf({ score: 'general' })).toEqual([1, 0, 1, 2, 4, 0, 2, 2, 1])
    const additive = [
      [1, 0],
      [0, 2],
      [1, 1]
    ].flatMap(([q0 = 0, q1 = 0]) =>
      [
        [1, 1],
        [2, 0],
        [0, 1]
      ].map(([k0 = 0, k1 = 0]) => Math.tanh(q0 + k0) + Math.tanh(q1 + k1))
    )
    expect(await scoresOf({ score: 'additive' })).toEqual(near(additive))
    const root2 = Math.SQRT2
    expect(await scoresOf({ score: 'cosine' })).toEqual(
      near([1 / root2, 1, 0, 1 / root2, 0, 1, 1, 1 / root2, 1 / root2])
    )
  })

  it('adds positions by its formula', async () => {
    // Rotary: position 1 rotates (0, 2) by one radian, and the score depends on the difference from the key's rotation.
    const [turned] = await scoresOf({ encoding: 'rotary', score: 'dot' }).then((all) => all.slice(5, 6))
    // Query b at 1 and key c at 2: (0, 2) · R(1) (0, 1).
    expect(turned).toBeCloseTo(2 * Math.cos(1), 5)
    const [, added] = await scoresOf({ encoding: 'sinusoidal', score: 'dot' })
    // Query a at 0: (1, 0) + (0, 1); key b at 1: (2, 0) + (sin 1, cos 1).
    expect(added).toBeCloseTo(2 + Math.sin(1) + Math.cos(1), 5)
    const alibi = await scoresOf({ encoding: 'alibi', score: 'dot', mask: 'causal' })
    // One head's slope is 2^-8.
    expect(alibi.slice(6)).toEqual(near([2 - 2 / 256, 2 - 1 / 256, 1]))
  })

  it('squashes and masks by its formula', async () => {
    const hidden = -Infinity
    expect(await scoresOf({ score: 'dot', squash: 'softcap' })).toEqual(
      near([1, 2, 0, 2, 0, 2, 2, 2, 1].map((score) => 2 * Math.tanh(score / 2)))
    )
    expect(await scoresOf({ score: 'dot', mask: 'causal' })).toEqual([1, hidden, hidden, 2, 0, hidden, 2, 2, 1])
    expect(await scoresOf({ score: 'dot', mask: 'window' })).toEqual([1, hidden, hidden, 2, 0, hidden, hidden, 2, 1])
    // Blocks (a b) (c): c attends to itself and to the last key of each block, b.
    expect(await scoresOf({ score: 'dot', mask: 'fixed' })).toEqual([1, hidden, hidden, 2, 0, hidden, hidden, 2, 1])
    expect(await scoresOf({ score: 'dot', mask: 'strided' })).toEqual([1, hidden, hidden, 2, 0, hidden, 2, 2, 1])
    const both = await scoresOf({ score: 'dot', mask: 'fixed', encoding: 'alibi' })
    expect(both.slice(6)).toEqual([hidden, expect.closeTo(2 - 1 / 256, 5), 1])
  })

  it('can be computed with every combination of its options', async () => {
    const ops = await loadOps()
    let combinations = 0
    for (const encoding of CHOICES.encoding)
      for (const score of CHOICES.score)
        for (const squash of CHOICES.squash)
          for (const mask of CHOICES.mask)
            for (const normalizer of CHOICES.normalizer) {
              const recipe = { encoding, score, squash, mask, normalizer }
              const { output } = ops.attention(optionsFor(ops, recipe, vectors))
              expect(output.data.every(Number.isFinite), JSON.stringify(recipe)).toBe(true)
              combinations++
            }
    expect(combinations).toBe(4 * 5 * 3 * 5 * 7)
  })
})

describe('the numbers', () => {
  it('are extended with zeros and shortened from the end', () => {
    const grown = resized(firstNumbers, 6, 5)
    expect(grown.tokens).toEqual(['the', 'sun', 'and', 'the', 'moon', 't6'])
    expect(grown.q[1]).toEqual([0, 2, 1, 0, 0])
    expect(grown.k[5]).toEqual([0, 0, 0, 0, 0])
    expect(grown.v[5]).toEqual([0, 0, 0])
    expect(resized(grown, 5, 4)).toEqual(firstNumbers)
  })

  it('are random tenths from −2 to 2', () => {
    const { q } = drawn(firstNumbers, () => 0.999)
    expect(q.flat().every((number) => number === 2)).toBe(true)
  })
})

describe('the link', () => {
  it('restores all settings', () => {
    expect(readState(writeState(firstState))).toEqual(firstState)
    const other = {
      ...firstState,
      own: { ...resized(firstNumbers, 2, 3), tokens: ['a&b=', '猫;,'] },
      recipes: [{ ...plainRecipe, encoding: 'rotary', normalizer: 'entmax15' } as const]
    }
    expect(readState(writeState(other))).toEqual(other)
    const model = { ...firstState, from: 'model', model: { text: 'A cat & a dog', layer: 5, head: 1 } } as const
    expect(readState(writeState(model))).toEqual(model)
  })

  it.each([
    '',
    '#recipes=none.dot',
    '#recipes=none.dot.none.causal.evil,',
    '#token=a&q=1,2&k=1&v=1',
    '#token=a&q=1;2&k=1;2&v=1;2',
    '#token=a&q=x&k=1&v=1',
    '#token=a&q=1e999&k=1&v=1',
    `#${'token=a&'.repeat(99)}q=1&k=1&v=1`
  ])('may contain anything: %s', (hash) => {
    expect(readState(hash)).toEqual(firstState)
  })

  it('keeps tables unchanged', () => {
    const table = [
      [0.1, -2],
      [3, 1e-7]
    ]
    expect(readTable(writeTable(table), 2)).toEqual(table)
    expect(readTable(writeTable(table), 3)).toBeUndefined()
  })
})
