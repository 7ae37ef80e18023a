/**
 * The messages between a page and the thread that holds its model.
 *
 * Each request has its own id and gets exactly one reply with this id: 'answer' or 'failed'. Before the answer,
 * 'load-progress' may report the bytes that a load has read, and 'run-progress' the finished share of a call. 'abort' has
 * no reply of its own: the request that it names fails as 'aborted', unless it was answered before.
 */

import type { PlainError } from '../errors.js'
import type { Progress } from '../types/index.js'
import type { Calls } from './calls.js'
import type { TraceKind, TraceQuestion, TraceQuestions } from './trace-questions.js'

/** Every kind of request with its fields and its answer. */
type Exchanges = Calls & {
  [Kind in TraceKind]: { asked: TraceQuestion & TraceQuestions[Kind]['asked']; answer: TraceQuestions[Kind]['answer'] }
}

/** The kinds of request. */
export type Kind = keyof Exchanges
/** The fields of a request. */
export type Asked<K extends Kind> = Exchanges[K]['asked']
/** The answer to a request. */
export type Answer<K extends Kind> = Exchanges[K]['answer']

/** A request without its id. */
export type RequestBody<K extends Kind = Kind> = { [Each in K]: { readonly type: Each } & Asked<Each> }[K]

/** Aborts the request with this id. */
export interface AbortRequest {
  readonly type: 'abort'
  readonly id: number
}

/** A message to the host. */
export type Request = (RequestBody & { readonly id: number }) | AbortRequest

/** The number of finished units of work and of all units. A unit is a token or a run. */
export interface RunProgress {
  readonly done: number
  readonly total: number
}

/** A message to the client. */
export type Reply =
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer<Kind> }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainError }
  | { readonly type: 'load-progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'run-progress'; readonly id: number; readonly progress: RunProgress }

/** The first message of a worker: its script runs. It answers no request. */
export interface WorkerReady {
  readonly type: 'ready'
  /** The lock that the worker holds while it has requests; see worker-life.ts. */
  readonly lock?: string | undefined
}

/** Asks a worker for a sign of life. */
export interface LifeQuestion {
  readonly type: 'alive?'
}

/** A worker's sign of life. */
export interface LifeSign {
  readonly type: 'alive'
}

/** The name of a worker that is a thread of the engine. Emscripten decides it. */
export const threadName = 'em-pthread'
