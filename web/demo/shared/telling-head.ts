/** Finds the head with most to see: the head that looks at chosen tokens, rather than at a fixed place or at everything. */
import type { PatternSource } from 'attenscope'
import type { HeadRef } from 'attenscope/elements'

/** With fewer rows, a pattern has nothing to tell. */
const FEWEST_ROWS = 3
/** Later rows of a long text add time and change little. */
const MOST_ROWS = 128

/**
 * The head with the highest score; undefined while the source has too few rows. A row's score is the largest excess of a
 * weight over the mean weight of its key. So a head scores 0 if it spreads its weights evenly, or if every query looks at
 * the same token, such as the first one. In self-attention the token itself and its neighbours do not count.
 */
export function tellingHead(source: PatternSource): HeadRef | undefined {
  if (source.queries.count < FEWEST_ROWS) return undefined
  const heads = source.layers.flatMap((layer) =>
    Array.from({ length: source.headCount }, (_, head): HeadRef => ({ layer, head }))
  )
  const scores = heads.map((head) => scoreOf(source, head))
  const best = Math.max(...scores)
  return best > 0 ? heads[scores.indexOf(best)] : undefined
}

function scoreOf(source: PatternSource, { layer, head }: HeadRef): number {
  const { first, count } = source.queries
  const shown = Math.min(count, MOST_ROWS)
  const rows = Array.from({ length: shown }, (_, at) => source.row(layer, head, first + at))
  const means = meanWeights(rows)
  const isCross = source.part === 'cross'
  const excesses = rows.map((row, at) => {
    const query = first + at
    return row.reduce((most, weight, key) => {
      const isNear = !isCross && Math.abs(query - key) <= 1
      return isNear ? most : Math.max(most, weight - (means[key] ?? 0))
    }, 0)
  })
  return excesses.reduce((sum, excess) => sum + excess, 0) / shown
}

/** For each key, the mean weight over the rows that reach it. */
function meanWeights(rows: readonly Float32Array[]): number[] {
  const keys = Math.max(...rows.map(({ length }) => length))
  return Array.from({ length: keys }, (_, key) => {
    const weights = rows.flatMap((row) => (key < row.length ? [row[key] ?? 0] : []))
    return weights.reduce((sum, weight) => sum + weight, 0) / weights.length
  })
}
