/** Turns the regular expressions of tokenizer.json, whose syntax is Oniguruma's, into JavaScript's. */

import { ReplaceNormalizer } from '@huggingface/tokenizers'

import { AttenscopeError, describe } from '../errors.js'
import { isJsonObject, kindOf } from '../formats/json.js'

/**
 * A global regular expression for `{ String }` or `{ Regex }`. Throws 'unsupported' for a pattern that JavaScript
 * cannot express.
 */
export function compilePattern(pattern: unknown): RegExp {
  const text = isJsonObject(pattern) ? pattern['String'] : pattern
  if (typeof text === 'string') return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gu')
  const regex = isJsonObject(pattern) ? pattern['Regex'] : undefined
  if (typeof regex !== 'string') {
    throw new AttenscopeError(
      'unsupported',
      `tokenizer.json: a pattern is ${kindOf(pattern)}, expected { String } or { Regex }`
    )
  }
  try {
    const compiled: unknown = new ReplaceNormalizer({ type: 'Replace', pattern: { Regex: regex }, content: '' }).pattern
    if (compiled instanceof RegExp) return withUnicodeSpaces(compiled)
  } catch (error) {
    throw new AttenscopeError(
      'unsupported',
      `tokenizer.json: the pattern ${regex} is not supported: ${describe(error)}`
    )
  }
  throw new AttenscopeError('unsupported', `tokenizer.json: the pattern ${regex} is not supported`)
}

/** Replaces \s by Unicode's white space: JavaScript's \s contains U+FEFF and lacks U+0085, Unicode's is the opposite. */
export function withUnicodeSpaces({ source, flags }: RegExp): RegExp {
  const spaces = source.replace(/\\\\|\\[sS]/g, (found) =>
    found === '\\s' ? '\\p{White_Space}' : found === '\\S' ? '\\P{White_Space}' : found
  )
  return new RegExp(
    spaces,
    [...new Set([...flags, 'g', 'u'])].filter((flag) => flag !== 'v' || !flags.includes('u')).join('')
  )
}
