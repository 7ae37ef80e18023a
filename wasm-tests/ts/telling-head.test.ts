/** The head that a model of the reader's own opens on: the one that looks at chosen tokens. */
import type { PatternSource } from 'attenscope'
import { describe, expect, it } from 'vitest'
import { tellingHead } from '../../web/demo/shared/telling-head.js'

const T = 8

/** The weights of a row: a share for each key that the head looks at, and the rest spread over all visible keys. */
function row(query: number, looksAt: number, part: PatternSource['part']): Float32Array {
  const visible = part === 'decoder' ? query + 1 : T
  const share = looksAt < 0 ? 0 : 0.8
  return Float32Array.from({ length: visible }, (_, key) => (1 - share) / visible + (key === looksAt ? share : 0))
}

/** Each head is a function from a query to the key that it looks at, or −1 for an even spread. */
function source(
  heads: readonly ((query: number) => number)[],
  { part = 'decoder', count = T }: { readonly part?: PatternSource['part']; readonly count?: number } = {}
): PatternSource {
  return {
    ...{ part, tokens: [], keyCount: T, queryTokens: [], queries: { first: 0, count } },
    ...{ layers: [4], headCount: heads.length },
    row: (_, head, query) => row(query, heads[head]?.(query) ?? -1, part),
    pattern: () => {
      throw new Error('the score needs rows alone')
    }
  }
}

const even = () => -1
const first = () => 0
const third = (query: number) => (query < 2 ? -1 : 2)
const itself = (query: number) => query
const previous = (query: number) => Math.max(0, query - 1)
const next = (query: number) => Math.min(T - 1, query + 1)
const chosen = (query: number) => [0, 0, 0, 1, 0, 2, 3, 1][query] ?? 0

describe('the telling head', () => {
  it('is the head that looks at chosen tokens, wherever it stands', () => {
    for (const at of [0, 3, 6]) {
      const heads = [even, first, third, itself, previous, previous]
      heads.splice(at, 0, chosen)
      expect(tellingHead(source(heads))).toEqual({ layer: 4, head: at })
    }
    expect(tellingHead(source([next, previous, itself, chosen], { part: 'encoder' }))).toEqual({ layer: 4, head: 3 })
  })

  it('may look at the same place in two texts', () => {
    expect(tellingHead(source([even, first, itself], { part: 'cross' }))).toEqual({ layer: 4, head: 2 })
  })

  it('is none while there are too few rows, and where every head spreads evenly', () => {
    expect(tellingHead(source([first, chosen], { count: 2 }))).toBe(undefined)
    expect(tellingHead(source([even, even], { part: 'cross' }))).toBe(undefined)
  })
})
