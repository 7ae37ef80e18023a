/**
 * The messages between a page and the thread that holds its model.
 *
 * Each request has an id of its own and is answered by exactly one reply with that id: 'answer' or 'failed'. Before the
 * answer, 'load-progress' may report the bytes that a load has read, and 'run-progress' the share of a call that is done.
 * 'abort' has no reply of its own: the request that it names fails as 'aborted', unless it was answered already.
 */

import type { PlainError } from '../errors.js'
import type { Progress } from '../types/index.js'
import type { Calls } from './calls.js'
import type { TraceKind, TraceQuestion, TraceQuestions } from './trace-questions.js'

/** Every kind of request with its fields and its answer. */
type Exchanges = Calls & {
  [Kind in TraceKind]: { asked: TraceQuestion & TraceQuestions[Kind]['asked']; answer: TraceQuestions[Kind]['answer'] }
}

export type Kind = keyof Exchanges
/** The fields of a request. */
export type Asked<K extends Kind> = Exchanges[K]['asked']
/** The answer to a request. */
export type Answer<K extends Kind> = Exchanges[K]['answer']

/** A request without its id. */
export type RequestBody<K extends Kind = Kind> = { [Each in K]: { readonly type: Each } & Asked<Each> }[K]

export interface AbortRequest {
  readonly type: 'abort'
  readonly id: number
}

export type Request = (RequestBody & { readonly id: number }) | AbortRequest

/** The units of work done, and all of them: tokens, or runs. */
export interface RunProgress {
  readonly done: number
  readonly total: number
}

export type Reply =
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer<Kind> }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainError }
  | { readonly type: 'load-progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'run-progress'; readonly id: number; readonly progress: RunProgress }
