/** An error in the words of the page: what happened, what it means, what to do. */
import type { AttenscopeError } from 'attenscope'

type ErrorCode = AttenscopeError['code']

export interface ErrorText {
  readonly what: string
  readonly meaning: string
  readonly remedy: string
}

const EXPLANATIONS: Readonly<Partial<Record<ErrorCode, { readonly meaning: string; readonly remedy: string }>>> = {
  'bad-model': {
    meaning: 'The model’s files are damaged, incomplete, or not what their names say.',
    remedy: 'Fetch the folder again and check that every file has arrived whole.'
  },
  unsupported: {
    meaning: 'This model asks for something the engine does not compute.',
    remedy: 'Choose a model of a supported family.'
  },
  tokenizer: {
    meaning: 'The text cannot be cut into the model’s tokens.',
    remedy: 'Add the model’s own tokenizer.json to its folder.'
  },
  'too-long': {
    meaning: 'A model reads no more than its context holds, so a longer text does not fit.',
    remedy: 'Shorten the text.'
  },
  memory: {
    meaning: 'The page may not use as much memory as this needs.',
    remedy: 'Use a shorter text or a smaller model, or close other pages.'
  },
  network: {
    meaning: 'A file of the model could not be fetched.',
    remedy:
      'Check the address and the connection, then try again. A page may be allowed to fetch from its own site only; ' +
      'then choose the model’s files instead.'
  },
  option: { meaning: 'A setting is outside what the model accepts.', remedy: 'Change the setting and try again.' },
  worker: {
    meaning: 'The engine stopped unexpectedly.',
    remedy: 'Try again; if it happens again, reload the page.'
  }
}

const UNKNOWN = {
  meaning: 'Something unforeseen went wrong.',
  remedy: 'Try again; if it happens again, reload the page.'
}

/** The code of a package's error, whichever copy of the package threw it. */
function errorCode(error: unknown): ErrorCode | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? (error.code as ErrorCode)
    : undefined
}

export function isAborted(error: unknown): boolean {
  return errorCode(error) === 'aborted' || (error instanceof Error && error.name === 'AbortError')
}

export function errorText(error: unknown): ErrorText {
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  // A sentence begins with a capital; the name of a file or of a tensor stays as it is written.
  const what = /^[a-z]+[ ,]/.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message
  return { what: /[.!?]$/.test(what) ? what : `${what}.`, ...((code && EXPLANATIONS[code]) ?? UNKNOWN) }
}
