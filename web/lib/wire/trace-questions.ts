/**
 * The questions about the trace of a run: of each kind what is asked and what is answered.
 *
 * A new question needs a line here, a method of Trace in types/traces.ts, its two answers in trace/engine-trace.ts and
 * trace/file-trace.ts, and a handler in session/trace-handlers.ts. Nothing else passes it on.
 */

import type { DirectLogits, HeadSummary, LensReading, Part, Plane, QueryRange, Tensor } from '../types/index.js'

/**
 * Every question names its run. `first` and `count` are the queries that it is about, counted in the sequence that grows;
 * a question about an encoder is about all of them.
 */
export interface TraceQuestion extends QueryRange {
  readonly run: number
}

/** By kind: the fields besides those of every question, and the answer. A kind is called as the method of Trace. */
export interface TraceQuestions {
  compute: {
    asked: {
      readonly name: string
      readonly head: number | 'mean' | undefined
      /** Other queries than the question's own. */
      readonly queries: QueryRange | undefined
    }
    answer: Tensor
  }
  rollout: { asked: { readonly part: Part }; answer: Tensor }
  /** Answered by one row. */
  flow: { asked: { readonly part: Part; readonly query: number }; answer: Tensor }
  lens: {
    asked: { readonly top: number; readonly token: number | undefined }
    answer: readonly LensReading[]
  }
  /** Without a token: about the likeliest one. */
  directLogits: { asked: { readonly query: number; readonly token: number | undefined }; answer: DirectLogits }
  plane: { asked: { readonly part: Part; readonly layer: number; readonly head: number }; answer: Plane }
  heads: { asked: { readonly part: Part }; answer: readonly HeadSummary[] }
}

export type TraceKind = keyof TraceQuestions
export type AskedOfTrace<Kind extends TraceKind> = TraceQuestions[Kind]['asked']
