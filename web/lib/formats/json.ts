/** Parses JSON from untrusted files, with errors that name the file. */

import { AttenscopeError, describe } from '../errors.js'

/** A JSON object with unchecked fields. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The deepest nesting of objects and arrays: real files stay below 20, and recursive readers must not exhaust their stack. */
const maxDepth = 100

/** Throws 'bad-model' for a text that is not JSON or is nested too deeply. */
export function parseJson(text: string, file: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const hint = text.trimStart().startsWith('<') ? ' (it looks like an HTML page)' : ''
    throw new AttenscopeError('bad-model', `${file} is not JSON${hint}: ${describe(error)}`)
  }
  checkDepth(value, file)
  return value
}

/** Throws 'bad-model' when objects and arrays are nested deeper than `maxDepth`. */
function checkDepth(value: unknown, file: string): void {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; ++depth) {
    if (depth > maxDepth) {
      throw new AttenscopeError('bad-model', `${file} nests objects and arrays deeper than ${maxDepth} levels`)
    }
    const next: unknown[] = []
    for (const parent of level) {
      if (typeof parent !== 'object' || parent === null) continue
      for (const child of Array.isArray(parent) ? parent : Object.values(parent)) {
        if (typeof child === 'object' && child !== null) next.push(child)
      }
    }
    level = next
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
