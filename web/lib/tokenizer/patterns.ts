/** Turns the regular expressions of tokenizer.json, whose syntax is Oniguruma's, into patterns that cannot hang. */

import { ReplaceNormalizer } from '@huggingface/tokenizers'

import { AttenscopeError, describe } from '../errors.js'
import { isJsonObject, kindOf } from '../formats/json.js'
import { knownPatterns } from './known-patterns.js'
import { SteppedPattern } from './stepped-pattern.js'

/** A native regular expression of this package or of a known tokenizer, or any other pattern, which runs in steps. */
export type Pattern = RegExp | SteppedPattern

/** The longest pattern, in UTF-16 units. */
const maxPatternLength = 10_000

const known: ReadonlySet<string> = new Set(Object.values(knownPatterns))

/**
 * The pattern of `{ String }` or `{ Regex }`. Throws 'bad-model' for a pattern that is too long, and 'unsupported' for a
 * pattern that JavaScript cannot express or that cannot run in steps.
 */
export function compilePattern(pattern: unknown): Pattern {
  const text = isJsonObject(pattern) ? pattern['String'] : pattern
  if (typeof text === 'string') {
    checkLength(text)
    return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gu')
  }
  const regex = isJsonObject(pattern) ? pattern['Regex'] : undefined
  if (typeof regex !== 'string') {
    throw new AttenscopeError(
      'unsupported',
      `tokenizer.json: a pattern is ${kindOf(pattern)}, expected { String } or { Regex }`
    )
  }
  checkLength(regex)
  try {
    const compiled = nativePattern(regex)
    return known.has(regex) ? compiled : new SteppedPattern(compiled)
  } catch (error) {
    throw new AttenscopeError(
      'unsupported',
      `tokenizer.json: the pattern ${shortened(regex)} is not supported: ${shortened(describe(error))}`
    )
  }
}

/** The RegExp of an Oniguruma pattern, with the flags 'g' and 'u'. Throws an Error for a pattern without one. */
export function nativePattern(regex: string): RegExp {
  const compiled: unknown = new ReplaceNormalizer({ type: 'Replace', pattern: { Regex: regex }, content: '' }).pattern
  if (compiled instanceof RegExp) return withUnicodeSpaces(compiled)
  throw new Error('it is no regular expression')
}

function checkLength(pattern: string): void {
  if (pattern.length <= maxPatternLength) return
  throw new AttenscopeError(
    'bad-model',
    `tokenizer.json: the pattern ${shortened(pattern)} has ${pattern.length} characters; the limit is ${maxPatternLength}`
  )
}

function shortened(pattern: string): string {
  return pattern.length > 100 ? `${pattern.slice(0, 99)}…` : pattern
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
