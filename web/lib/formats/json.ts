/** Parses JSON from untrusted files, with errors that name the file. */

import { AttenscopeError, describe } from '../errors.js'

/** A JSON object with unchecked fields. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Throws 'bad-model' for a text that is not JSON. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const hint = text.trimStart().startsWith('<') ? ' (it looks like an HTML page)' : ''
    throw new AttenscopeError('bad-model', `${file} is not JSON${hint}: ${describe(error)}`)
  }
}

/** Throws 'bad-model' for a text that is not a JSON object. */
export function parseJsonObject(text: string, file: string): JsonObject {
  const value = parseJson(text, file)
  if (!isJsonObject(value)) throw new AttenscopeError('bad-model', `${file} holds ${kindOf(value)}, expected an object`)
  return value
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A short description of a value, for error messages. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
