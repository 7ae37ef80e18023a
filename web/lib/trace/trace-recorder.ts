/** Keeps the patterns of a generation as it grows, each row as it was when its token was computed. */

import { AttenscopeError } from '../errors.js'
import type { GenerationStep, ModelInfo, PatternSource, QueryRange, Tensor, Token, Trace } from '../types.js'
import { checkIndex } from './captured-trace.js'

/**
 * Feed it each step of a generate() that captures 'pattern'. Steps are kept as they are, without copying; a head's matrix
 * is put together when it is asked for. `tokens` ends with the token just sampled, which is no query yet.
 */
export class TraceRecorder implements PatternSource {
  readonly info: ModelInfo
  private readonly _tokens: Token[] = []
  /** For each query, the trace that has its row. */
  private readonly _traceOfQuery: Trace[] = []

  constructor(info: ModelInfo) {
    this.info = info
  }

  get tokens(): readonly Token[] {
    return this._tokens
  }

  get layerCount(): number {
    return this.info.L
  }

  get headCount(): number {
    return this.info.N
  }

  get queries(): QueryRange {
    return { first: 0, count: this._traceOfQuery.length }
  }

  add(step: GenerationStep): void {
    const { trace } = step
    const known = this._traceOfQuery.length
    if (trace.queries.first !== known) {
      throw new AttenscopeError(
        'option',
        `the step's first query is ${trace.queries.first}, the recorder expects ${known}: steps are added in order, from the first`
      )
    }
    // Refused now rather than when somebody looks.
    for (let layer = 0; layer < this.layerCount; ++layer) trace.pattern(layer, 0)

    if (known === 0) this._tokens.push(...trace.tokens)
    this._tokens.push(step.token)
    for (let i = 0; i < trace.queries.count; ++i) this._traceOfQuery.push(trace)
  }

  /** As long as the sequence was when the query was computed. */
  row(layer: number, head: number, query: number): Float32Array {
    const trace = this._traceOfQuery[query]
    if (!trace) {
      checkIndex('query', query, this._traceOfQuery.length)
      throw new AttenscopeError('option', 'nothing was recorded yet')
    }
    return trace.row(layer, head, query)
  }

  pattern(layer: number, head: number): Tensor {
    checkIndex('layer', layer, this.layerCount)
    checkIndex('head', head, this.headCount)
    const S = this._traceOfQuery.length
    const data = new Float32Array(S * S)
    for (let query = 0; query < S; ++query) data.set(this.row(layer, head, query), query * S)
    return { data, shape: [S, S] }
  }
}
