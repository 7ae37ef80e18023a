/**
 * The numbers that a head computes for one query: the query's vector, the keys and values it sees, and each stage of
 * the scores.
 */
import type { TraceStage, PatternSource, Tensor, Trace } from 'attenscope'
import { visibleKeys } from '../base/layout.js'
import type { HeadRef } from '../base/refs.js'
import type { Selection } from '../base/selection.js'

export interface QueryData {
  readonly head: HeadRef
  readonly query: number
  /** How many keys the query sees. */
  readonly keys: number
  /** (H) */
  readonly q?: Float32Array
  /** For each key (H). */
  readonly k?: readonly Float32Array[]
  readonly v?: readonly Float32Array[]
  readonly scores?: Float32Array
  readonly scaled?: Float32Array
  readonly squashed?: Float32Array
  readonly masked?: Float32Array
  readonly pattern: Float32Array
  /** (H) */
  readonly output?: Float32Array
}

const ROWS = ['scores', 'scaled', 'squashed', 'masked'] as const

/** The current query, else the last query that has a row. */
export function queryInHand({ token }: Selection, { queries }: Pick<PatternSource, 'queries'>): number {
  const last = queries.first + queries.count - 1
  const asked = token?.query
  return asked === undefined ? last : Math.min(Math.max(asked, queries.first), last)
}

/** Reads the tensors that the trace has: a saved trace has what was saved, and families differ in their stages. */
export async function readQuery(
  trace: Trace,
  selection: Pick<Selection, 'traceName'>,
  source: PatternSource,
  { layer, head }: HeadRef,
  query: number
): Promise<QueryData> {
  const names = new Set(trace.names())
  const queries = { first: query, count: 1 }
  const compute = async (stage: TraceStage, withHead = true): Promise<Tensor | undefined> => {
    const name = selection.traceName(layer, stage)
    return names.has(name) ? trace.compute(name, { queries, ...(withHead && { head }) }) : undefined
  }
  const keys = visibleKeys(source, query)
  const row = async (stage: TraceStage) => (await compute(stage))?.data.subarray(0, keys)
  // With grouped queries, several query heads share one head of keys and values.
  const shared = async (stage: TraceStage) => {
    const tensor = await compute(stage, false)
    if (!tensor) return undefined
    const [heads = 1, rows = 0, width = 0] = tensor.shape
    const first = Math.floor((head * heads) / source.headCount) * rows
    return Array.from({ length: Math.min(keys, rows) }, (_, key) =>
      tensor.data.subarray((first + key) * width, (first + key + 1) * width)
    )
  }
  const [q, k, v, output, pattern, ...stages] = await Promise.all([
    compute('q'),
    shared('k'),
    shared('v'),
    compute('head_output'),
    row('pattern'),
    ...ROWS.map(row)
  ])
  return {
    ...{ head: { layer, head }, query, keys, pattern: pattern ?? source.row(layer, head, query).subarray(0, keys) },
    ...(q && { q: q.data }),
    ...(k && { k }),
    ...(v && { v }),
    ...(output && { output: output.data }),
    ...Object.fromEntries(ROWS.flatMap((kind, at) => (stages[at] ? [[kind, stages[at]]] : [])))
  }
}

/** The keys to show, in the order of the text: the strongest, and those that are current. */
export function shownKeys(pattern: ArrayLike<number>, limit: number, inHand: number | undefined): number[] {
  const keys = Array.from(pattern, (_, key) => key)
  if (keys.length <= limit) return keys
  const strongest = keys.sort((a, b) => (pattern[b] ?? 0) - (pattern[a] ?? 0)).slice(0, limit)
  if (inHand !== undefined && inHand < pattern.length && !strongest.includes(inHand))
    strongest[strongest.length - 1] = inHand
  return strongest.sort((a, b) => a - b)
}
