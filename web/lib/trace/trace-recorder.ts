/** Records the patterns of a growing generation, each row as it was when its token was computed. */

import { AttenscopeError } from '../errors.js'
import { checkNames } from '../known-options.js'
import type {
  GenerationStep,
  ModelInfo,
  Part,
  PatternSource,
  QueryRange,
  Tensor,
  Token,
  Trace
} from '../types/index.js'
import { checkIndex, checkLayer } from './captured-trace.js'
import { choosePart } from './parts.js'

/**
 * Records the patterns of one part of a generation as a PatternSource. Add each step of a generate() that captures
 * 'pattern'. The recorder keeps the steps without copying, and builds a head's matrix on request. For an encoder–decoder
 * it records the part 'cross' by default. The last of queryTokens is the token that was just sampled, which is no query
 * yet.
 */
export class TraceRecorder implements PatternSource {
  readonly info: ModelInfo
  readonly part: Part
  readonly layers: readonly number[]
  readonly headCount: number
  /** The tokens of the queries. In a model of one sequence they are also the tokens of the keys. */
  private readonly _queryTokens: Token[] = []
  private _keyTokens: readonly Token[] | undefined
  /** For each query, the step's view that has its row. */
  private readonly _viewOfQuery: PatternSource[] = []
  private _latest: Trace | undefined
  /** True if each step adds queries to the part. The queries of an encoder are complete after the first step. */
  private readonly _grows: boolean

  constructor(info: ModelInfo, options: { part?: Part } = {}) {
    checkNames('TraceRecorder', options)
    const { part, size } = choosePart(info, options.part)
    this.info = info
    this.part = part
    this.layers = size.layers
    this.headCount = size.N
    this._grows = part !== 'encoder' && !size.learnedQuery
  }

  get tokens(): readonly Token[] {
    return this._keyTokens ?? this._queryTokens
  }

  get queryTokens(): readonly Token[] {
    return this._queryTokens
  }

  /** The number of keys so far. */
  get keyCount(): number {
    return this._keyTokens?.length ?? this._viewOfQuery.length
  }

  get queries(): QueryRange {
    return { first: 0, count: this._viewOfQuery.length }
  }

  /** The trace of the whole recorded sequence, which can compute other tensors; undefined before the first step. */
  whole(): Trace | undefined {
    return this._latest?.whole()
  }

  /**
   * Adds the next step of a generation. Add all steps in order, from the first. Throws 'option' for a step out of order, and
   * 'not-captured' for a step without patterns.
   */
  add(step: GenerationStep): void {
    const view = step.trace.view(this.part)
    const known = this._viewOfQuery.length
    // A missing pattern throws here, and not later in a view.
    for (const layer of this.layers) view.pattern(layer, 0)
    if (!this._grows && known > 0) return
    if (view.queries.first !== known) {
      throw new AttenscopeError(
        'option',
        `the step's first query is ${view.queries.first}, the recorder expects ${known}: steps are added in order, from the first`
      )
    }

    if (known === 0) {
      this._queryTokens.push(...view.queryTokens)
      if (view.part !== 'decoder') this._keyTokens = view.tokens
    }
    if (this._grows) this._queryTokens.push(step.token)
    for (let i = 0; i < view.queries.count; ++i) this._viewOfQuery.push(view)
    this._latest = step.trace
  }

  /** The weights of one query, (S) for the S keys that existed when the query was computed. */
  row(layer: number, head: number, query: number): Float32Array {
    const view = this._viewOfQuery[query]
    if (!view) {
      checkIndex('query', query, this._viewOfQuery.length)
      throw new AttenscopeError('option', 'no step was recorded yet')
    }
    return view.row(layer, head, query)
  }

  /** The pattern of a head, (T, S), with 0 for keys after each query. */
  pattern(layer: number, head: number): Tensor {
    checkLayer(layer, this.layers)
    checkIndex('head', head, this.headCount)
    const T = this._viewOfQuery.length
    const S = this.keyCount
    const data = new Float32Array(T * S)
    for (let query = 0; query < T; ++query) data.set(this.row(layer, head, query), query * S)
    return { data, shape: [T, S] }
  }
}
