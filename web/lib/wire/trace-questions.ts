/**
 * The messages of the questions about the trace of a run: for each kind its request and its answer.
 *
 * A new question needs a line here, a method of Trace in types/traces.ts, its two answers in trace/engine-trace.ts and
 * trace/file-trace.ts, and a handler in session/trace-handlers.ts. No other file lists the questions.
 */

import type { DirectLogits, HeadSummary, LensReading, Part, Plane, QueryRange, Tensor } from '../types/index.js'

/**
 * Every question names its run and a range of queries, counted in the decoder's sequence where there is a decoder. A
 * question about an encoder covers all its queries.
 */
export interface TraceQuestion extends QueryRange {
  readonly run: number
}

/**
 * For each kind: the fields beside the common ones, and the answer. The name of a kind is the name of the method of
 * Trace.
 */
export interface TraceQuestions {
  compute: {
    asked: {
      readonly name: string
      readonly head: number | 'mean' | undefined
      /** Queries that replace the question's own. */
      readonly queries: QueryRange | undefined
    }
    answer: Tensor
  }
  rollout: { asked: { readonly part: Part }; answer: Tensor }
  /** The answer is one row, (1, S). */
  flow: { asked: { readonly part: Part; readonly query: number }; answer: Tensor }
  lens: {
    asked: { readonly top: number; readonly token: number | undefined }
    answer: readonly LensReading[]
  }
  /** Without a token, the answer is about the likeliest token. */
  directLogits: { asked: { readonly query: number; readonly token: number | undefined }; answer: DirectLogits }
  plane: { asked: { readonly part: Part; readonly layer: number; readonly head: number }; answer: Plane }
  heads: { asked: { readonly part: Part }; answer: readonly HeadSummary[] }
}

export type TraceKind = keyof TraceQuestions
export type AskedOfTrace<Kind extends TraceKind> = TraceQuestions[Kind]['asked']
