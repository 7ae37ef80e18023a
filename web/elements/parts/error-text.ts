/** An error in the words of the page: what happened, what it means, what to do. */
import type { AttenscopeError } from 'attenscope'
import { errors, type Explanation } from '../words/errors.js'

type ErrorCode = AttenscopeError['code']

/** An error in the words of the page: what happened, and what to make of it. */
export interface ErrorText extends Explanation {
  readonly what: string
}

/** The code of a package's error, whichever copy of the package threw it. */
function errorCode(error: unknown): ErrorCode | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? (error.code as ErrorCode)
    : undefined
}

/** What was asked for is not there to be had, of this model or in this file: no failure. */
export function isAbsent(error: unknown): boolean {
  const code = errorCode(error)
  return (code === 'unsupported' && !isOfBrowser(error)) || code === 'not-captured'
}

/** The engine is gone, and the model with it. */
export function isLost(error: unknown): boolean {
  return errorCode(error) === 'worker'
}

export function isAborted(error: unknown): boolean {
  return errorCode(error) === 'aborted' || (error instanceof Error && error.name === 'AbortError')
}

/** Nothing runs here, whatever the model: what the library cannot do without is named. */
function isOfBrowser(error: unknown): boolean {
  return errorCode(error) === 'unsupported' && error instanceof Error && error.message.includes('WebAssembly SIMD')
}

/** Puts an error into the words of the page. */
export function errorText(error: unknown): ErrorText {
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  // A sentence begins with a capital; the name of a file or of a tensor stays as it is written.
  const what = /^[a-z]+[ ,]/.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message
  const explained = isOfBrowser(error) ? errors.oldBrowser : code && errors.known[code]
  return { what: /[.!?]$/.test(what) ? what : `${what}.`, ...(explained ?? errors.unknown) }
}
