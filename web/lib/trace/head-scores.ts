/** Scores of a head by the place that it attends to, and the name that a high score earns. */

import { AttenscopeError } from '../errors.js'
import type { HeadName, HeadScores, NamedHead, PatternSource, Token } from '../types/index.js'

/** The names that a head can earn, in the order in which they are tried. */
export const headNames: readonly HeadName[] = [
  'previous-token',
  'first-token',
  'own-token',
  'induction',
  'duplicate-token'
]

/** The least score of a name: two fifths of the head's weight go to the named place. */
export const HEAD_NAME_SCORE = 0.4

/**
 * The fewest queries behind a score of a name. With fewer queries a chance decides: the first queries of a decoder see so
 * few keys that even equal weights are large.
 */
export const HEAD_NAME_QUERIES = 16

/** The fewest queries with an earlier copy of their token behind the names 'induction' and 'duplicate-token'. */
export const HEAD_NAME_COPIES = 4

const scoreOf = {
  'previous-token': 'previousToken',
  'first-token': 'firstToken',
  'own-token': 'ownToken',
  induction: 'induction',
  'duplicate-token': 'duplicateToken'
} as const satisfies Readonly<Record<HeadName, keyof HeadScores>>

/**
 * The scores of a head, computed from its pattern. Each score is a mean of weights, 0 to 1, and equals the number of the
 * same name in `trace.heads()` where the source has all queries.
 *
 * Throws 'option' for a part whose queries and keys are not the same tokens ('cross', attention pooling) and for a layer
 * or head that does not exist, and 'not-captured' if the pattern was not captured.
 */
export function headScores(source: PatternSource, layer: number, head: number): HeadScores {
  if (!attendsToItself(source)) {
    throw new AttenscopeError(
      'option',
      `headScores needs queries and keys that are the same tokens, but the queries of part '${source.part}' are not its keys`
    )
  }
  const { first, count } = source.queries
  const copies = earlierCopies(source.queryTokens, first + count)
  const sums = { previousToken: 0, firstToken: 0, ownToken: 0, duplicateToken: 0, induction: 0 }
  let withPrevious = 0
  let withCopy = 0
  for (let query = first; query < first + count; query++) {
    const row = source.row(layer, head, query)
    sums.ownToken += row[query] ?? 0
    sums.firstToken += row[0] ?? 0
    if (query > 0) {
      sums.previousToken += row[query - 1] ?? 0
      withPrevious++
    }
    const earlier = copies[query] ?? []
    if (earlier.length > 0) withCopy++
    for (const key of earlier) {
      sums.duplicateToken += row[key] ?? 0
      sums.induction += row[key + 1] ?? 0
    }
  }
  const mean = (sum: number, queries: number) => (queries > 0 ? sum / queries : 0)
  return {
    previousToken: mean(sums.previousToken, withPrevious),
    firstToken: mean(sums.firstToken, count),
    ownToken: mean(sums.ownToken, count),
    duplicateToken: mean(sums.duplicateToken, withCopy),
    induction: mean(sums.induction, withCopy),
    queries: count,
    queriesWithCopy: withCopy
  }
}

/**
 * The name of a head, with its score: that of its largest score, if this score is at least 0.4 and there are at least 16
 * queries, for the names about earlier copies also 4 queries with such a copy. Else undefined, as for a part whose
 * queries and keys are not the same tokens. Throws as `headScores` does for a layer or head that does not exist.
 */
export function nameHead(source: PatternSource, layer: number, head: number): NamedHead | undefined {
  return attendsToItself(source) ? nameOfScores(headScores(source, layer, head)) : undefined
}

/** The name that scores earn, by the rule of `nameHead`. */
export function nameOfScores(scores: HeadScores): NamedHead | undefined {
  if (scores.queries < HEAD_NAME_QUERIES) return undefined
  const needsCopies = (name: HeadName) => name === 'induction' || name === 'duplicate-token'
  return headNames
    .map((name) => ({ name, score: scores[scoreOf[name]] }))
    .filter(
      ({ name, score }) =>
        score >= HEAD_NAME_SCORE && (!needsCopies(name) || scores.queriesWithCopy >= HEAD_NAME_COPIES)
    )
    .sort((one, other) => other.score - one.score)[0]
}

function attendsToItself({ part, queryTokens, queries }: PatternSource): boolean {
  return part !== 'cross' && queryTokens.length >= queries.first + queries.count
}

/** For each of the first `end` tokens, the indices of the earlier tokens with the same id. */
function earlierCopies(tokens: readonly Token[], end: number): readonly (readonly number[])[] {
  const seen = new Map<number, number[]>()
  return tokens.slice(0, end).map(({ id }, index) => {
    const known = seen.get(id) ?? []
    seen.set(id, [...known, index])
    return known
  })
}
