/**
 * The stages of a head that a matrix can show besides its weights, as sources of rows: scores, moved sizes, rollout,
 * flow.
 */
import { attentionStages, type PatternSource, type Tensor, type Trace, type TraceStage } from 'attenscope'
import { scaleOf, weightScale, type ColorScale } from '../canvas/color-scale.js'
import { tensorName, visibleKeys, type CellFacts } from '../base/layout.js'
import type { HeadRef } from '../base/refs.js'
import type { ScaleKind } from '../base/scale-kind.js'
import type { Selection } from '../base/selection.js'

/** The stages of an attention whose tensor has no row for each query and no column for each key. */
const NOT_QUERY_BY_KEY = ['q', 'k', 'v', 'picture', 'head_output', 'output'] as const
type QueryByKeyStage = Exclude<TraceStage, (typeof NOT_QUERY_BY_KEY)[number]>
/** A stage that a matrix can show: a tensor with a row for each query and a column for each key. */
export type Stage = QueryByKeyStage | 'rollout' | 'flow'

const isQueryByKey = (stage: TraceStage): stage is QueryByKeyStage =>
  !(NOT_QUERY_BY_KEY as readonly TraceStage[]).includes(stage)

/** The stages of (T, S), in the order in which a run computes them. Rollout and flow are computed from patterns. */
export const STAGES: readonly Stage[] = [...attentionStages.filter(isQueryByKey), 'rollout', 'flow']

/** True for the stages of a single head. Rollout and flow cover all layers. */
export function isOfHead(stage: Stage): stage is Exclude<Stage, 'rollout' | 'flow'> {
  return stage !== 'rollout' && stage !== 'flow'
}

/** The stages from before the mask: they have a number for every query and every key. */
export function isBeforeMask(stage: Stage): boolean {
  return stage === 'scores' || stage === 'scaled' || stage === 'squashed'
}

/** Attention flow searches for each pair of tokens, which would take minutes for a long text. */
export const LONGEST_FLOW = 128

/** The stages that a group can show. */
export function stagesOf({ trace, part, given, chosen }: Selection): readonly Stage[] {
  if (!trace || !given) return ['pattern']
  const names = new Set(trace.names())
  const selfLooking = part !== 'cross' && given.queryTokens.length > 0
  return STAGES.filter((stage) => {
    if (stage === 'pattern') return true
    // Rollout and flow of one layer are its weights.
    if ((stage === 'rollout' || stage === 'flow') && given.layers.length < 2) return false
    if (stage === 'rollout') return selfLooking || part === 'cross'
    if (stage === 'flow') return selfLooking && given.queries.count <= LONGEST_FLOW
    return names.has(tensorName(trace.info, part, chosen.layer, stage))
  })
}

/** A tensor (T, S) in place of a source's weights. */
export class StageSource implements PatternSource, CellFacts {
  readonly hasGaps = true
  readonly isBeforeMask: boolean
  readonly part: PatternSource['part']
  readonly layers: readonly number[]
  readonly headCount: number
  readonly tokens: PatternSource['tokens']
  readonly queryTokens: PatternSource['queryTokens']
  readonly keyCount: number
  readonly queries: PatternSource['queries']

  constructor(
    of: PatternSource,
    private readonly _tensor: Tensor,
    stage: Stage
  ) {
    this.part = of.part
    this.isBeforeMask = isBeforeMask(stage)
    this.layers = of.layers
    this.headCount = of.headCount
    this.tokens = of.tokens
    this.queryTokens = of.queryTokens
    const [rows = 0, columns = 0] = _tensor.shape
    this.queries = { first: 0, count: rows }
    this.keyCount = columns
  }

  row(_layer: number, _head: number, query: number): Float32Array {
    const [, columns = 0] = this._tensor.shape
    return this._tensor.data.subarray(query * columns, (query + 1) * columns)
  }

  pattern(): Tensor {
    return this._tensor
  }
}

/**
 * A head's weights, or sizes made of them, with −∞ where the mask hides a key: there the weight is 0 by definition, which
 * is no measurement.
 */
export class MaskedSource implements PatternSource, CellFacts {
  readonly hasGaps = true
  readonly part: PatternSource['part']
  readonly layers: readonly number[]
  readonly headCount: number
  readonly tokens: PatternSource['tokens']
  readonly queryTokens: PatternSource['queryTokens']
  readonly keyCount: number
  readonly queries: PatternSource['queries']

  /** `masked`: the masked scores of all queries, (T, S). */
  constructor(
    private readonly _of: PatternSource,
    private readonly _masked: Tensor
  ) {
    this.part = _of.part
    this.layers = _of.layers
    this.headCount = _of.headCount
    this.tokens = _of.tokens
    this.queryTokens = _of.queryTokens
    this.keyCount = _of.keyCount
    this.queries = _of.queries
  }

  row(layer: number, head: number, query: number): Float32Array {
    const { data, shape } = this._masked
    const [, columns = 0] = shape
    return this._of
      .row(layer, head, query)
      .map((weight, key) => (data[query * columns + key] === -Infinity ? -Infinity : weight))
  }

  pattern(layer: number, head: number): Tensor {
    return this._of.pattern(layer, head)
  }
}

/** True if a mask seems to hide keys that the query's place does not hide, as a window or padding does. */
export function seemsMasked(source: PatternSource, { layer, head }: HeadRef): boolean {
  const { first, count } = source.queries
  if (count === 0) return false
  // The last query meets the end of a window and all padding. A weight is exactly 0 for few other reasons.
  const last = first + count - 1
  return source.row(layer, head, last).subarray(0, visibleKeys(source, last)).includes(0)
}

/** Asks a trace for a stage of a head. */
export async function computeStage(
  trace: Trace,
  { part, source }: Pick<Selection, 'part' | 'source'>,
  { layer, head }: HeadRef,
  stage: Stage
): Promise<Tensor> {
  const options = part && { part }
  if (stage === 'rollout') return trace.rollout({ ...options })
  if (stage === 'flow') return allFlows(trace, source?.queries.count ?? 0, options ?? {})
  return trace.compute(tensorName(trace.info, part, layer, stage), {
    head: head < (source?.headCount ?? 0) ? head : 'mean'
  })
}

async function allFlows(trace: Trace, count: number, options: { part?: PatternSource['part'] }): Promise<Tensor> {
  const data = new Float32Array(count * count)
  for (let query = 0; query < count; query++) {
    const { data: row } = await trace.flow({ ...options, query })
    data.set(row.subarray(0, count), query * count)
  }
  return { data, shape: [count, count] }
}

/** The scale of a stage's numbers: the weights' own scale, or one that fits the visible numbers. */
export function stageScale(stage: Stage, source: PatternSource, head: HeadRef, kind: ScaleKind): ColorScale {
  return stage === 'pattern' || stage === 'rollout' || stage === 'flow'
    ? weightScale(kind)
    : scaleOf(visibleRows(source, head), kind)
}

/** The visible numbers of each of a head's queries. */
export function visibleRows(source: PatternSource, { layer, head }: HeadRef): Float32Array[] {
  const { first, count } = source.queries
  return Array.from({ length: count }, (_, at) =>
    source.row(layer, head, first + at).subarray(0, visibleKeys(source, first + at))
  )
}
