/** Matches captures with trace names, and makes the error for an unknown name. */

import { AttenscopeError } from '../errors.js'
import { nearestName } from '../nearest-name.js'

/**
 * The names that the patterns match, in the order of `names`. A pattern without a dot is a kind: it matches every name
 * whose last segment is this kind. A pattern with dots is a name. * matches any text within one segment. Throws 'option' if
 * a pattern matches no name.
 */
export function matchCapture(patterns: readonly string[], names: readonly string[]): string[] {
  const wanted = new Set<string>()
  for (const pattern of patterns) {
    const found = matchOne(pattern, names)
    if (found.length === 0) throw unknownName('capture', pattern, names)
    for (const name of found) wanted.add(name)
  }
  return names.filter((name) => wanted.has(name))
}

function matchOne(pattern: string, names: readonly string[]): string[] {
  const parts = pattern.split('.')
  const isKind = parts.length === 1
  return names.filter((name) => {
    const segments = name.split('.')
    const compared = isKind ? segments.slice(-1) : segments
    return compared.length === parts.length && parts.every((part, i) => matchPart(part, compared[i] ?? ''))
  })
}

/**
 * True if a segment matches the pattern. Each text between two stars is searched once, from the left, so the time is
 * linear.
 */
function matchPart(pattern: string, part: string): boolean {
  const [first = '', ...pieces] = pattern.split('*')
  const last = pieces.pop()
  if (last === undefined) return part === pattern
  if (!part.startsWith(first) || !part.endsWith(last) || part.length < first.length + last.length) return false
  const end = part.length - last.length
  let at = first.length
  for (const piece of pieces) {
    const found = part.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}

// All names are much shorter. An error shows only the start of a longer text.
const longestName = 80

/** The error for an unknown name, with the most similar name. */
export function unknownName(what: string, asked: string, names: readonly string[]): AttenscopeError {
  const name = asked.length > longestName ? `${asked.slice(0, longestName)}…` : asked
  const kinds = [...new Set(names.map((known) => known.split('.').at(-1) ?? known))]
  const nearest = nearestName(name, [...kinds, ...names])
  const hint = nearest === undefined ? '' : `did you mean '${nearest}'? `
  return new AttenscopeError(
    'option',
    `${what}: nothing is called '${name}'; ${hint}kinds: ${kinds.join(', ')}; names such as ${names.slice(0, 3).join(', ')}`
  )
}
