/** What looks at what: within one text, from one text at another, or from a learnt query at a text. */
import { traceName, traceSiteOf, type ModelInfo, type Part, type PatternSource, type TraceStage } from 'attenscope'
import type { HeadRef } from './selection.js'

/** 'one' text that looks at itself, 'two' where one looks at the other, 'pooled' where the only query was learnt. */
export type Layout = 'one' | 'two' | 'pooled'

export function layoutOf({ part, queries, queryTokens }: PatternSource): Layout {
  if (queryTokens.length === 0 && queries.count > 0) return 'pooled'
  return part === 'cross' ? 'two' : 'one'
}

/** The index after the last query that has a row. */
export function queryEnd({ queries }: PatternSource): number {
  return queries.first + queries.count
}

export function hasRow({ queries }: PatternSource, query: number): boolean {
  return query >= queries.first && query < queries.first + queries.count
}

/** How many keys a query sees: a decoder's looks at itself and at what stands before it. */
export function visibleKeys({ part, keyCount }: PatternSource, query: number): number {
  return part === 'decoder' ? Math.min(query + 1, keyCount) : keyCount
}

/** The weight from query to key; undefined where the key is hidden from it, or nothing is known of the query. */
export function weightAt(
  source: PatternSource,
  { layer, head }: HeadRef,
  query: number,
  key: number
): number | undefined {
  if (!hasRow(source, query) || key >= visibleKeys(source, query)) return undefined
  return source.row(layer, head, query)[key] ?? 0
}

/** Where a layer's tensor of a kind stands in a trace: 'blocks.0.attn.pattern'; beside an encoder the name says which stack. */
export function tensorName(
  { kind }: Pick<ModelInfo, 'kind'>,
  part: Part | undefined,
  layer: number,
  of = 'pattern'
): string {
  return traceName({ ...traceSiteOf({ kind }, part ?? 'decoder'), layer, stage: of as TraceStage })
}

/** An index with its weight. */
export interface Weighted {
  readonly index: number
  readonly weight: number
}

/** What a query looks at, the strongest first, as far as it weighs at least so much. */
export function keysOf(
  source: PatternSource,
  { layer, head }: HeadRef,
  query: number,
  least = -Infinity
): readonly Weighted[] {
  return strongest(source.row(layer, head, query).subarray(0, visibleKeys(source, query)), 0, least)
}

/** What looks at a key, the strongest first, as far as it weighs at least so much. */
export function queriesOf(source: PatternSource, head: HeadRef, key: number, least = -Infinity): readonly Weighted[] {
  const { first, count } = source.queries
  const weights = Array.from({ length: count }, (_, at) => weightAt(source, head, first + at, key) ?? 0)
  return strongest(weights, first, least)
}

/** Sorted are only those that are wanted: of a long text, most weigh next to nothing. */
function strongest(weights: ArrayLike<number>, first: number, least: number): readonly Weighted[] {
  const wanted: Weighted[] = []
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at]!
    if (least === -Infinity || weight >= least) wanted.push({ index: first + at, weight })
  }
  return wanted.sort((a, b) => b.weight - a.weight)
}
