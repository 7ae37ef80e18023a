/** Weights as tables. */
import type { PatternSource } from 'attenscope'
import type { Table } from './figure.js'
import { visibleKeys } from './layout.js'
import type { HeadRef } from './selection.js'
import { labelText } from './token-text.js'
import { words } from './words.js'

/** Rows that a spreadsheet can still open. */
const MOST_ROWS = 1_000_000

/** A head's: a row a query, a column a key; what is hidden is left empty. */
export function patternTable(source: PatternSource, { layer, head }: HeadRef): Table {
  const { first, count } = source.queries
  const keys = Array.from({ length: source.keyCount }, (_, key) => labelText(source.tokens, key))
  return {
    columns: [words.keep.query, ...keys],
    rows: Array.from({ length: count }, (_, at) => {
      const query = first + at
      const row = source.row(layer, head, query)
      const seen = visibleKeys(source, query)
      const name = source.queryTokens.length > 0 ? labelText(source.queryTokens, query) : words.matrix.learnedQuery
      return [name, ...keys.map((_, key) => (key < seen ? (row[key] ?? 0) : ''))]
    })
  }
}

/** Those of all heads: a row a weight. */
export function headsTable(source: PatternSource): Table {
  const { layers, headCount, queries, keyCount } = source
  if (layers.length * headCount * queries.count * keyCount > MOST_ROWS) throw new Error(words.keep.tooLarge)
  const rows: (string | number)[][] = []
  for (const layer of layers) {
    for (let head = 0; head < headCount; head++) {
      for (let query = queries.first; query < queries.first + queries.count; query++) {
        const row = source.row(layer, head, query)
        for (let key = 0; key < visibleKeys(source, query); key++) rows.push([layer, head, query, key, row[key] ?? 0])
      }
    }
  }
  return { columns: ['layer', 'head', 'query', 'key', 'weight'], rows }
}
