/** The one error type of the package, and its plain form for the way between threads. */

import type { errorCodes } from './choices.js'

/** The code of an error, to act on. */
export type ErrorCode = (typeof errorCodes)[number]

/** What went wrong, by a code to act on and a message that names the thing, what was found and what was expected. */
export class AttenscopeError extends Error {
  override readonly name = 'AttenscopeError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An error as data: a structured clone would drop an Error's own class and its code. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof AttenscopeError) return { code: error.code, message: error.message }
  // Anything else is a fault of ours, not of the call: it goes out as the engine's, with its own words.
  return { code: 'worker', message: `the engine failed unexpectedly: ${describe(error)}` }
}

export function fromPlainError(plain: PlainError): AttenscopeError {
  return new AttenscopeError(plain.code, plain.message)
}

/** The words of anything that was thrown. */
export function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Throws 'aborted' once the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw abortedError(what)
}

export function abortedError(what: string): AttenscopeError {
  return new AttenscopeError('aborted', `${what} was aborted`)
}

export function disposedModelError(): AttenscopeError {
  return new AttenscopeError('disposed', 'the model was disposed of')
}

export function goneRunError(): AttenscopeError {
  return new AttenscopeError(
    'disposed',
    'this run is gone from the engine: it was disposed of, its generation was left, or later runs took its place; what was captured is still there'
  )
}
