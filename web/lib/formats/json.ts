/** Parses JSON from a file that may hold anything, with errors that name the file. */

import { AttenscopeError, describe } from '../errors.js'

export type JsonObject = Readonly<Record<string, unknown>>

export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const hint = text.trimStart().startsWith('<') ? ' (it looks like an HTML page)' : ''
    throw new AttenscopeError('bad-model', `${file} is not JSON${hint}: ${describe(error)}`)
  }
}

export function parseJsonObject(text: string, file: string): JsonObject {
  const value = parseJson(text, file)
  if (!isJsonObject(value))
    throw new AttenscopeError('bad-model', `${file} holds ${kindOf(value)} where an object is expected`)
  return value
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value in few words, for an error message. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
