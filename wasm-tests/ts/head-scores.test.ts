/** Scores and names of heads: known patterns, a plain loop, and the numbers of trace.heads(). */

import {
  headNames,
  headScores,
  loadModel,
  nameHead,
  openTrace,
  type HeadName,
  type HeadScores,
  type PatternSource,
  type Token
} from 'attenscope'
import { describe, expect, it } from 'vitest'
import { HEAD_NAME_COPIES, HEAD_NAME_QUERIES, HEAD_NAME_SCORE, nameOfScores } from '../../web/lib/trace/head-scores.js'
import { expectError } from './support/errors.js'

const folder = (name: string) => new URL(`../../models/${name}`, import.meta.url).pathname

function token(id: number, index: number): Token {
  return { id, text: String(id), start: index, end: index + 1, special: false }
}

/** A source with one head, from the ids of its tokens and a function for the weights that a query gives. */
function sourceOf(
  ids: readonly number[],
  weights: (query: number) => Readonly<Record<number, number>>,
  part: PatternSource['part'] = 'decoder'
): PatternSource {
  const tokens = ids.map(token)
  const rows = ids.map((_, query) => {
    const row = new Float32Array(part === 'decoder' ? query + 1 : ids.length)
    for (const [key, weight] of Object.entries(weights(query))) row[Number(key)] = weight
    return row
  })
  return {
    part,
    tokens,
    keyCount: ids.length,
    queryTokens: tokens,
    queries: { first: 0, count: ids.length },
    layers: [0],
    headCount: 1,
    row: (_layer, _head, query) => rows[query] ?? new Float32Array(),
    pattern: () => ({ data: new Float32Array(), shape: [0, 0] })
  }
}

/** Four repetitions of five different tokens. */
const repeated = [5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9]
const uniform = (query: number) =>
  Object.fromEntries(Array.from({ length: query + 1 }, (_, key) => [key, 1 / (query + 1)]))

describe('names of known patterns', () => {
  const patterns: readonly [HeadName, (query: number) => Readonly<Record<number, number>>][] = [
    ['previous-token', (query) => ({ [Math.max(0, query - 1)]: 1 })],
    ['first-token', () => ({ 0: 1 })],
    ['own-token', (query) => ({ [query]: 1 })],
    ['duplicate-token', (query) => ({ [query < 5 ? 0 : query - 5]: 1 })],
    ['induction', (query) => ({ [query < 5 ? 0 : query - 4]: 1 })]
  ]
  it.each(patterns)('%s', (name, weights) => expect(nameHead(sourceOf(repeated, weights), 0, 0)?.name).toBe(name))

  it.each(patterns)('%s, in an encoder', (name, weights) =>
    expect(nameHead(sourceOf(repeated, weights, 'encoder'), 0, 0)?.name).toBe(name)
  )

  it('covers every name', () => expect([...headNames].sort()).toEqual(patterns.map(([name]) => name).sort()))

  it('has no name for equal weights, and for a head that looks at one word of the middle', () => {
    expect(nameHead(sourceOf(repeated, uniform), 0, 0)).toBeUndefined()
    expect(
      nameHead(
        sourceOf(repeated, (query) => ({ [Math.min(query, 2)]: 1 })),
        0,
        0
      )
    ).toBeUndefined()
  })

  it('has no name for a text that is too short, or has too few copies', () => {
    const first = () => ({ 0: 1 })
    const distinct = (count: number) => Array.from({ length: count }, (_, id) => id)
    expect(nameHead(sourceOf(distinct(HEAD_NAME_QUERIES - 1), first), 0, 0)).toBeUndefined()
    expect(nameHead(sourceOf(distinct(HEAD_NAME_QUERIES), first), 0, 0)?.name).toBe('first-token')
    const copies = (count: number) => [...distinct(HEAD_NAME_QUERIES), ...distinct(count)]
    const back = (query: number) => ({ [query < HEAD_NAME_QUERIES ? (query + 1) >> 1 : query - HEAD_NAME_QUERIES]: 1 })
    expect(nameHead(sourceOf(copies(HEAD_NAME_COPIES - 1), back), 0, 0)).toBeUndefined()
    expect(nameHead(sourceOf(copies(HEAD_NAME_COPIES), back), 0, 0)?.name).toBe('duplicate-token')
  })

  it('takes the largest score, from the least score on', () => {
    const scores: HeadScores = {
      ...{ previousToken: HEAD_NAME_SCORE, firstToken: 0, ownToken: 0, duplicateToken: 0, induction: 0 },
      ...{ queries: 20, queriesWithCopy: 10 }
    }
    expect(nameOfScores(scores)?.name).toBe('previous-token')
    expect(nameOfScores({ ...scores, previousToken: HEAD_NAME_SCORE - 1e-9 })).toBeUndefined()
    expect(nameOfScores({ ...scores, induction: HEAD_NAME_SCORE + 0.1 })).toMatchObject({
      score: HEAD_NAME_SCORE + 0.1,
      name: 'induction'
    })
  })
})

/** The definitions as a loop over every query and key. */
function plainScores(source: PatternSource, layer: number, head: number): HeadScores {
  const { first, count } = source.queries
  const queries = Array.from({ length: count }, (_, at) => first + at)
  const weight = (query: number, key: number) => source.row(layer, head, query)[key] ?? 0
  const isCopy = (query: number, key: number) => source.tokens[key]?.id === source.queryTokens[query]?.id
  const before = (query: number) => Array.from({ length: query }, (_, key) => key)
  const withCopy = queries.filter((query) => before(query).some((key) => isCopy(query, key)))
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
  const mean = (numbers: readonly number[]) => (numbers.length > 0 ? sum(numbers) / numbers.length : 0)
  const overCopies = (query: number, shift: number) =>
    sum(
      before(query)
        .filter((key) => isCopy(query, key))
        .map((key) => weight(query, key + shift))
    )
  return {
    previousToken: mean(queries.filter((query) => query > 0).map((query) => weight(query, query - 1))),
    firstToken: mean(queries.map((query) => weight(query, 0))),
    ownToken: mean(queries.map((query) => weight(query, query))),
    duplicateToken: mean(withCopy.map((query) => overCopies(query, 0))),
    induction: mean(withCopy.map((query) => overCopies(query, 1))),
    queries: count,
    queriesWithCopy: withCopy.length
  }
}

describe('scores of the shipped models', () => {
  it('equal a plain loop and the numbers of trace.heads(), in every layer and head of stories', async () => {
    const model = await loadModel(folder('stories'))
    const { trace } = await model.run('Lily had a cat. The cat saw a red cat. Lily had a dog.', {
      capture: ['pattern']
    })
    const summaries = await trace.heads()
    expect(summaries).toHaveLength(48)
    for (const summary of summaries) {
      const { layer, head } = summary
      const scores = headScores(trace, layer, head)
      const plain = plainScores(trace, layer, head)
      for (const [name, value] of Object.entries(scores)) expect(value).toBeCloseTo(plain[name as keyof HeadScores], 6)
      for (const name of ['previousToken', 'firstToken', 'duplicateToken', 'induction'] as const)
        expect(scores[name]).toBeCloseTo(summary[name], 5)
    }
    // A saved trace has the same patterns, so it gives the same names.
    const opened = await openTrace(await trace.save())
    expect(headScores(opened, 3, 2)).toEqual(headScores(trace, 3, 2))
    expect(nameHead(trace, 3, 2)?.name).toBe('previous-token')
    await expectError(async () => headScores(trace, 6, 0), 'option', '6')
    await model.dispose()
  })

  it('in an encoder–decoder, the encoder and the decoder have names, the cross-attention has none', async () => {
    const model = await loadModel(folder('translate'))
    const { trace } = await model.translate(
      'The cat is sleeping under the old tree, and the dog is running after the red ball in the garden.',
      {
        capture: ['pattern']
      }
    )
    const encoder = trace.view('encoder')
    expect(headScores(encoder, 0, 0)).toEqual(plainScores(encoder, 0, 0))
    expect(nameHead(encoder, 0, 0)?.name).toBe('previous-token')
    expect(nameHead(trace.view('cross'), 0, 0)).toBeUndefined()
    await expectError(async () => headScores(trace.view('cross'), 0, 0), 'option', 'cross')
    await model.dispose()
  })

  it('attention pooling has no name', async () => {
    const model = await loadModel(folder('sentiment'))
    const { trace } = await model.classify('A warm and funny film with a warm and funny end.', { capture: ['pattern'] })
    expect(nameHead(trace, 0, 0)).toBeUndefined()
    await model.dispose()
  })
})
