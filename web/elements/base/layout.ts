/** Which tokens attend to which, and questions about the weights between them. */
import { traceName, traceSiteOf, type TraceStage, type ModelInfo, type Part, type PatternSource } from 'attenscope'
import type { HeadRef } from './refs.js'

/** 'one': a text attends to itself. 'two': one text attends to another. 'pooled': a learnt query attends to a text. */
export type Layout = 'one' | 'two' | 'pooled'

export function layoutOf({ part, queries, queryTokens }: PatternSource): Layout {
  if (queryTokens.length === 0 && queries.count > 0) return 'pooled'
  return part === 'cross' ? 'two' : 'one'
}

/** The index after the last query that has a row of weights. */
export function queryEnd({ queries }: PatternSource): number {
  return queries.first + queries.count
}

export function hasRow({ queries }: PatternSource, query: number): boolean {
  return query >= queries.first && query < queries.first + queries.count
}

/** Facts about the cells of a source that do not follow from its part. */
export interface CellFacts {
  /** True for numbers from before the mask: every query has a number for every key. */
  readonly isBeforeMask?: boolean
  /** True if a row may have a gap: −∞ where a mask hides the key, NaN where there is no number. */
  readonly hasGaps?: boolean
}

/** How many keys a query has numbers for: a decoder's query sees itself and the tokens before it. */
export function visibleKeys({ part, keyCount, isBeforeMask }: PatternSource & CellFacts, query: number): number {
  return part === 'decoder' && !isBeforeMask ? Math.min(query + 1, keyCount) : keyCount
}

/**
 * The weight from a query to a key; `undefined` if the key is hidden from the query or the query has no row; NaN if
 * there is no number.
 */
export function weightAt(
  source: PatternSource,
  { layer, head }: HeadRef,
  query: number,
  key: number
): number | undefined {
  if (!hasRow(source, query) || key >= visibleKeys(source, query)) return undefined
  const weight = source.row(layer, head, query)[key] ?? 0
  return weight === -Infinity ? undefined : weight
}

/**
 * The name of a layer's tensor in a trace, such as 'blocks.0.attn.pattern'. A model with two stacks puts the stack in
 * front.
 */
export function tensorName(
  info: Pick<ModelInfo, 'kind'>,
  part: Part | undefined,
  layer: number,
  stage: TraceStage = 'pattern'
): string {
  return traceName({ ...traceSiteOf(info, part ?? 'decoder'), layer, stage })
}

/** An index with its weight. */
export interface Weighted {
  readonly index: number
  readonly weight: number
}

/**
 * The keys that a query attends to, strongest first, without those whose weight is below `least`. Keys without a number
 * come last.
 */
export function keysOf(
  source: PatternSource,
  { layer, head }: HeadRef,
  query: number,
  least = -Infinity
): readonly Weighted[] {
  return strongest(source.row(layer, head, query).subarray(0, visibleKeys(source, query)), 0, least)
}

/** The queries that attend to a key, strongest first, without those whose weight is below `least`. */
export function queriesOf(source: PatternSource, head: HeadRef, key: number, least = -Infinity): readonly Weighted[] {
  const { first, count } = source.queries
  const weights = Array.from({ length: count }, (_, at) => weightAt(source, head, first + at, key) ?? 0)
  return strongest(weights, first, least)
}

/** Drops small weights before it sorts: in a long text most weights are close to 0. */
function strongest(weights: ArrayLike<number>, first: number, least: number): readonly Weighted[] {
  const wanted: Weighted[] = []
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at]!
    if (least === -Infinity || weight >= least) wanted.push({ index: first + at, weight })
  }
  const rank = ({ weight }: Weighted) => (Number.isNaN(weight) ? -Infinity : weight)
  // Two gaps are equal: −∞ minus −∞ would be NaN.
  return wanted.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))
}
