/** Explains an error to the reader: what happened, what it means, what to do. */
import type { AttenscopeError } from 'attenscope'
import { errors, type Explanation } from '../words/errors.js'

type ErrorCode = AttenscopeError['code']

/** An error in the page's language: the event, and advice. */
export interface ErrorText extends Explanation {
  readonly what: string
}

/** The code of an error of this package, even if another copy of the package threw it. */
function errorCode(error: unknown): ErrorCode | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? (error.code as ErrorCode)
    : undefined
}

/** True if this model or file cannot answer the question, which is no failure. */
export function isAbsent(error: unknown): boolean {
  const code = errorCode(error)
  return (code === 'unsupported' && !isOfBrowser(error)) || code === 'not-captured'
}

/** True if the engine has crashed, and the model with it. */
export function isLost(error: unknown): boolean {
  return errorCode(error) === 'worker'
}

/** True if a policy or the page's address forbids the call, so that trying again is of no use. */
export function isBlocked(error: unknown): boolean {
  return errorCode(error) === 'blocked'
}

export function isAborted(error: unknown): boolean {
  return errorCode(error) === 'aborted' || (error instanceof Error && error.name === 'AbortError')
}

/** True if no model can run here; the error names the missing feature. */
function isOfBrowser(error: unknown): boolean {
  return errorCode(error) === 'unsupported' && error instanceof Error && error.message.includes('WebAssembly SIMD')
}

/** Explains an error in the page's language. */
export function errorText(error: unknown): ErrorText {
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  // A sentence begins with a capital. The name of a file or a tensor stays as it is.
  const what = /^[a-z]+[ ,]/.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message
  const explained = isOfBrowser(error) ? errors.oldBrowser : code && errors.known[code]
  return { what: /[.!?]$/.test(what) ? what : `${what}.`, ...(explained ?? errors.unknown) }
}
