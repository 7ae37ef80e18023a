/** Weights as tables. */
import type { PatternSource } from 'attenscope'
import type { Table } from './figure.js'
import { percent } from './format.js'
import { hasRow, keysOf, queryEnd, visibleKeys } from '../base/layout.js'
import type { HeadRef, TokenRef } from '../base/refs.js'
import type { TunedSource } from '../sources/tuned-source.js'
import { labelText } from './token-text.js'
import * as words from '../words/index.js'

/** The most rows that a spreadsheet can open. */
const MOST_ROWS = 1_000_000

/** A head with more weights shows those of one query only. */
const FEW_WEIGHTS = 400

/** A head's weights: a row for each query, a column for each key. Hidden cells are empty; a number that is not there is NaN. */
export function patternTable(source: PatternSource, { layer, head }: HeadRef): Table {
  const { first, count } = source.queries
  const keys = Array.from({ length: source.keyCount }, (_, key) => labelText(source.tokens, key))
  return {
    columns: [words.keep.query, ...keys],
    rows: Array.from({ length: count }, (_, at) => {
      const query = first + at
      const row = source.row(layer, head, query)
      const seen = visibleKeys(source, query)
      // A key after the end of a row has weight 0.
      const cell = (key: number) => (key < seen && row[key] !== -Infinity ? (row[key] ?? 0) : '')
      return [queryName(source, query), ...keys.map((_, key) => cell(key))]
    })
  }
}

/** The weights of all heads: a row for each weight. */
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

/**
 * A head's weights to read in the page: all of a short text; of a long text those of the current query, or of the last.
 */
export function weightsInHand(
  source: PatternSource,
  head: HeadRef,
  token: TokenRef | undefined,
  format: (weight: number) => string
): Table {
  const { count } = source.queries
  if (count * source.keyCount <= FEW_WEIGHTS) {
    const { columns, rows } = patternTable(source, head)
    return { columns, rows: rows.map((row) => row.map((cell) => (typeof cell === 'number' ? format(cell) : cell))) }
  }
  const asked = token?.query ?? token?.key
  const query = asked !== undefined && hasRow(source, asked) ? asked : queryEnd(source) - 1
  return {
    title: words.table.looks(queryName(source, query)),
    columns: [words.table.key, words.table.weight],
    rows: keysOf(source, head, query).map(({ index, weight }) => [
      labelText(source.tokens, index),
      weight === -Infinity ? words.matrix.hidden : format(weight)
    ])
  }
}

/**
 * A row for each layer, a column for each head: which query attends most to which key. For a long text, only the
 * weight.
 */
export function strongestWeights(source: PatternSource & Pick<TunedSource, 'pictures'>): Table {
  const { layers, headCount, queries } = source
  const strongest = ({ layer, head }: HeadRef): string => {
    // Reading every head of a long text would fetch all of them.
    const picture = source.pictures?.(layer, head)
    if (source.pictures) return picture ? percent(picture.data.reduce((a, b) => Math.max(a, b), 0)) : ''
    let best = { weight: -Infinity, query: 0, key: 0 }
    for (let query = queries.first; query < queryEnd(source); query++) {
      const row = source.row(layer, head, query)
      for (let key = 0; key < visibleKeys(source, query); key++)
        if (row[key]! > best.weight) best = { weight: row[key]!, query, key }
    }
    const { weight, query, key } = best
    return weight < 0 ? '' : `${queryName(source, query)} → ${labelText(source.tokens, key)} ${percent(weight)}`
  }
  return {
    title: words.table.strongest,
    columns: [words.table.layer, ...Array.from({ length: headCount }, (_, head) => `${words.table.head} ${head}`)],
    rows: layers.map((layer) => [layer, ...Array.from({ length: headCount }, (_, head) => strongest({ layer, head }))])
  }
}

function queryName(source: PatternSource, query: number): string {
  return source.queryTokens.length > 0 ? labelText(source.queryTokens, query) : words.matrix.learnedQuery
}
