/**
 * The normalisers of tokenizer.json, as in the `tokenizers` library; each keeps the position of every character in the
 * original text.
 */

import { AttenscopeError } from '../errors.js'
import { isJsonObject, kindOf, type JsonObject } from '../formats/json.js'
import { Charsmap } from './charsmap.js'
import { compilePattern } from './patterns.js'
import type { TrackedText } from './tracked-text.js'

/** A normaliser. */
export type Normalize = (text: TrackedText) => TrackedText

/** Makes the function of a normaliser's config. Throws 'unsupported' for an unknown type. */
export function createNormalizer(config: unknown): Normalize {
  if (config === null || config === undefined) return (text) => text
  if (!isJsonObject(config))
    throw new AttenscopeError('bad-model', `tokenizer.json: a normalizer is ${kindOf(config)}, expected an object`)
  switch (config['type']) {
    case 'Sequence': {
      const steps = listOf(config, 'normalizers').map(createNormalizer)
      return (text) => steps.reduce((changed, step) => step(changed), text)
    }
    case 'BertNormalizer':
      return bertNormalizer(config)
    case 'Precompiled': {
      const map = config['precompiled_charsmap']
      if (typeof map !== 'string' || map === '') return (text) => text
      const charsmap = new Charsmap(map, config['longest'] === true)
      return (text) => charsmap.apply(text)
    }
    case 'Replace': {
      const pattern = compilePattern(config['pattern'])
      const content = textOf(config, 'content')
      return (text) => text.replace(pattern, content)
    }
    case 'Prepend': {
      const content = textOf(config, 'prepend')
      return (text) => text.prepend(content)
    }
    // Append, CollapseSpaces and `longest` above are this package's own types: from-pieces.ts writes them for steps of
    // SentencePiece that tokenizer.json cannot express.
    case 'Append': {
      const content = textOf(config, 'append')
      return (text) => (text.text === '' ? text : text.replace(/$/gu, content))
    }
    case 'CollapseSpaces':
      return (text) => trimmed(text, / /, true, true).replace(/ {2,}/gu, ' ')
    case 'Strip': {
      const { strip_left: left = true, strip_right: right = true } = config
      return (text) => trimmed(text, /\p{White_Space}/u, left === true, right === true)
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = config['type']
      return (text) => unicodeNormalize(text, form)
    }
    case 'Lowercase':
      return lowercase
    case 'StripAccents':
      return (text) => text.map((character) => (/^\p{M}$/u.test(character) ? '' : character))
    default:
      throw new AttenscopeError(
        'unsupported',
        `tokenizer.json: the normalizer ${kindOf(config['type'])} is not supported`
      )
  }
}

/** Lowers each character by itself, so that a final sigma is no special case. */
const lowercase: Normalize = (text) => text.map((character) => character.toLowerCase())

function bertNormalizer(config: JsonObject): Normalize {
  const { clean_text: clean, handle_chinese_chars: spaced, lowercase: lower, strip_accents: strips } = config
  return (text) => {
    let changed = text
    if (clean !== false) changed = changed.map(cleaned)
    if (spaced !== false) changed = changed.map((character) => (isChinese(character) ? ` ${character} ` : character))
    if (strips ?? lower !== false) {
      const marked = unicodeNormalize(changed, 'NFD')
      changed = marked.map((character) => (/^\p{Mn}$/u.test(character) ? '' : character))
    }
    return lower === false ? changed : lowercase(changed)
  }
}

function cleaned(character: string): string {
  if (/^[\t\n\r]$/.test(character)) return ' '
  if (/^[\0\ufffd\p{C}]$/u.test(character)) return ''
  return /^\p{White_Space}$/u.test(character) ? ' ' : character
}

/** Whether a character is in one of the blocks of CJK ideographs that BERT lists. */
function isChinese(character: string): boolean {
  return /^[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]$/u.test(
    character
  )
}

/** The text without blanks at its start and end. A loop reads each blank once; a pattern would try from each of them. */
function trimmed(text: TrackedText, blank: RegExp, left: boolean, right: boolean): TrackedText {
  const { text: units } = text
  let [start, end] = [0, units.length]
  if (left) while (start < end && blank.test(units[start] ?? '')) start += 1
  if (right) while (end > start && blank.test(units[end - 1] ?? '')) end -= 1
  return text.slice(start, end)
}

/** A composed character takes the position of its first part; each part of a decomposed character takes the character's. */
function unicodeNormalize(text: TrackedText, form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): TrackedText {
  const normalized = text.text.normalize(form)
  if (normalized === text.text) return text
  const apart = decompose(text.text, form.includes('K') ? 'NFKD' : 'NFD')
  const parts: [string, number][] = []
  let at = 0
  for (const character of normalized) {
    const count = form.endsWith('D') ? 1 : [...character.normalize('NFD')].length
    // A character whose first part came from the previous original character takes the position of its second part.
    const cameOut = at > 0 && apart[at - 1]?.[1] === apart[at]?.[1]
    const made = apart[count > 1 && cameOut ? at + 1 : at]
    if (made) parts.push([character, made[1]])
    at += count
  }
  return text.rebuilt(parts)
}

/** The decomposed characters in canonical order, each with the index of the unit that it comes from. */
function decompose(text: string, form: 'NFD' | 'NFKD'): [string, number][] {
  const apart: [string, number][] = []
  let at = 0
  for (const character of text) {
    for (const made of character.normalize(form)) apart.push([made, at])
    at += character.length
  }
  // Canonical order may swap different marks, never equal marks: the nth of equal marks stays the nth.
  const units = new Map<string, number[]>()
  for (const [made, unit] of apart) {
    const known = units.get(made)
    if (known) known.push(unit)
    else units.set(made, [unit])
  }
  const taken = new Map<string, number>()
  const ordered = apart
    .map(([made]) => made)
    .join('')
    .normalize(form)
  return Array.from(ordered, (character, i): [string, number] => {
    const count = taken.get(character) ?? 0
    taken.set(character, count + 1)
    return [character, units.get(character)?.[count] ?? apart[i]?.[1] ?? 0]
  })
}

/** The most steps of all sequences together: a hostile file must not run a text through thousands of steps. */
const maxSteps = 256

/** A field that must be a list of at most `maxSteps` steps. Throws 'bad-model'. */
export function listOf(config: JsonObject, field: string): readonly unknown[] {
  const value = config[field]
  if (!Array.isArray(value)) {
    throw new AttenscopeError('bad-model', `tokenizer.json: ${field} is ${kindOf(value)}, expected a list`)
  }
  if (stepsIn(value, field) > maxSteps) {
    throw new AttenscopeError('bad-model', `tokenizer.json: ${field} has more than ${maxSteps} steps`)
  }
  return value
}

/** The number of steps in a list, including those of inner sequences. */
function stepsIn(list: readonly unknown[], field: string): number {
  let steps = 0
  const lists: (readonly unknown[])[] = [list]
  for (let next = lists.pop(); next && steps <= maxSteps; next = lists.pop()) {
    steps += next.length
    for (const step of next) {
      const inner = isJsonObject(step) ? step[field] : undefined
      if (Array.isArray(inner)) lists.push(inner)
    }
  }
  return steps
}

function textOf(config: JsonObject, field: string): string {
  const value = config[field] ?? ''
  if (typeof value === 'string') return value
  throw new AttenscopeError('bad-model', `tokenizer.json: ${field} is ${kindOf(value)}, expected a text`)
}
