/** Regular expressions of tokenizer.json, which are Oniguruma's, as JavaScript's. */

import { ReplaceNormalizer } from '@huggingface/tokenizers'

import { AttenscopeError, describe } from '../errors.js'
import { isJsonObject, kindOf } from '../formats/json.js'

/** `{ String }` or `{ Regex }`, to find all its matches. */
export function compilePattern(pattern: unknown): RegExp {
  const text = isJsonObject(pattern) ? pattern['String'] : pattern
  if (typeof text === 'string') return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gu')
  const regex = isJsonObject(pattern) ? pattern['Regex'] : undefined
  if (typeof regex !== 'string') {
    throw new AttenscopeError('unsupported', `tokenizer.json: a pattern is ${kindOf(pattern)}`)
  }
  try {
    const compiled: unknown = new ReplaceNormalizer({ type: 'Replace', pattern: { Regex: regex }, content: '' }).pattern
    if (compiled instanceof RegExp) return withUnicodeSpaces(compiled)
  } catch (error) {
    throw new AttenscopeError(
      'unsupported',
      `tokenizer.json: the pattern ${regex} is not understood: ${describe(error)}`
    )
  }
  throw new AttenscopeError('unsupported', `tokenizer.json: the pattern ${regex} is not understood`)
}

/** JavaScript's \s has U+FEFF and lacks U+0085, where Unicode has it the other way round. */
export function withUnicodeSpaces({ source, flags }: RegExp): RegExp {
  const spaces = source.replace(/\\\\|\\[sS]/g, (found) =>
    found === '\\s' ? '\\p{White_Space}' : found === '\\S' ? '\\P{White_Space}' : found
  )
  return new RegExp(
    spaces,
    [...new Set([...flags, 'g', 'u'])].filter((flag) => flag !== 'v' || !flags.includes('u')).join('')
  )
}
