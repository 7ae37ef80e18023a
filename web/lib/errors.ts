/** The one error type of the package, and the plain form in which an error travels between threads. */

import type { errorCodes } from './choices.js'

/** What kind of error happened. Programs compare codes, which never change; messages are for people. */
export type ErrorCode = (typeof errorCodes)[number]

/**
 * An error with a `code` for programs and a message that names the file, tensor or option, the value found and the
 * value expected. Addresses in a message have no user, password or query, which may be secret.
 */
export class AttenscopeError extends Error {
  override readonly name = 'AttenscopeError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(shortened(withoutSecrets(message.slice(0, 10 * longestMessage))), options)
    this.code = code
  }
}

/** The longest message, in UTF-16 units: a message may quote a file, and a file may hold a text of any length. */
const longestMessage = 1000

function shortened(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 1)}…`
}

/**
 * Removes from each address in a text the parts that may be secret: user and password, the query, which may hold a
 * signature, and the fragment.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\b([a-z][a-z\d+.-]{1,20}:\/\/)[^\s/?#'"<>]*@/gi, '$1')
    .replace(/\b([a-z][a-z\d+.-]{1,20}:\/\/[^\s?#'"<>]*)[?#][^\s'"<>]*[^\s'"<>:;,.)]/gi, '$1?…')
}

/** An error as plain data: a structured clone would drop the class and the code of an Error. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
}

/** Turns any thrown value into plain data, to send it to another thread. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof AttenscopeError) return { code: error.code, message: error.message }
  // Any other error is a fault of this package, not of the call: it keeps its message and gets the code 'worker'.
  return { code: 'worker', message: `the engine failed unexpectedly: ${describe(error)}` }
}

/** Turns plain data back into an error, on the thread that receives it. */
export function fromPlainError(plain: PlainError): AttenscopeError {
  return new AttenscopeError(plain.code, plain.message)
}

/** The message of any thrown value. */
export function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Throws 'aborted' when the signal has fired. `action` names the aborted call in the message. */
export function throwIfAborted(signal: AbortSignal | undefined, action: string): void {
  if (signal?.aborted) throw abortedError(action)
}

/** The error of a call that its signal stopped. */
export function abortedError(action: string): AttenscopeError {
  return new AttenscopeError('aborted', `${action} was aborted`)
}

/** The error of a page that asks for a file on the reader's disk. */
export function fileError(address: string): AttenscopeError {
  return new AttenscopeError(
    'blocked',
    `a page cannot fetch ${address} from the disk; open the page from a web server (http:// or https://), or choose the files in the page`
  )
}

/** The error of a call on a model after `dispose`. */
export function disposedModelError(): AttenscopeError {
  return new AttenscopeError('disposed', 'the model was disposed of; load it again')
}

/** The error of a call on a run that the engine no longer stores. */
export function goneRunError(): AttenscopeError {
  return new AttenscopeError(
    'disposed',
    'the engine no longer stores this run: it was disposed of, its generation ended early, or later runs replaced it; captured tensors can still be read'
  )
}
