/** The pre-tokenizers of tokenizer.json, which cut a text into the pieces that the model cuts into tokens. */

import { AttenscopeError } from '../errors.js'
import { isJsonObject, kindOf, type JsonObject } from '../formats/json.js'
import { listOf } from './normalizers.js'
import { compilePattern, type Pattern } from './patterns.js'
import { byteLevelCharacters } from './spelling.js'
import type { TrackedText } from './tracked-text.js'

/** `isFirst` says whether `text` is the beginning of the whole text. */
export type PreTokenize = (text: TrackedText, isFirst: boolean) => TrackedText[]

type Behavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous'

/** Makes the function of a pre-tokenizer's config. Throws 'unsupported' for an unknown type. */
export function createPreTokenizer(config: unknown): PreTokenize {
  if (config === null || config === undefined) return (text) => [text]
  if (!isJsonObject(config))
    throw new AttenscopeError('bad-model', `tokenizer.json: a pre_tokenizer is ${kindOf(config)}, expected an object`)
  switch (config['type']) {
    case 'Sequence': {
      const steps = listOf(config, 'pretokenizers').map(createPreTokenizer)
      return (text, isFirst) =>
        steps.reduce((pieces, step) => pieces.flatMap((piece, i) => step(piece, isFirst && i === 0)), [text])
    }
    case 'ByteLevel':
      return byteLevel(config)
    case 'Metaspace':
      return metaspace(config)
    case 'Whitespace':
      return splitter(
        /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu,
        'Removed',
        true
      )
    case 'WhitespaceSplit':
      return splitter(/\p{White_Space}/gu, 'Removed')
    case 'BertPreTokenizer': {
      const words = splitter(/\p{White_Space}/gu, 'Removed')
      const marks = splitter(punctuation, 'Isolated')
      return (text, isFirst) => words(text, isFirst).flatMap((word) => marks(word, false))
    }
    case 'Punctuation':
      return splitter(punctuation, behaviorOf(config, 'Isolated'))
    case 'Digits':
      return splitter(/\p{N}/gu, config['individual_digits'] === true ? 'Isolated' : 'Contiguous')
    case 'CharDelimiterSplit':
      return splitter(compilePattern(config['delimiter']), 'Removed')
    case 'Split':
      return splitter(compilePattern(config['pattern']), behaviorOf(config, 'Isolated'), config['invert'] === true)
    default:
      throw new AttenscopeError(
        'unsupported',
        `tokenizer.json: the pre_tokenizer ${kindOf(config['type'])} is not supported`
      )
  }
}

/** Punctuation and symbols of ASCII, and punctuation of Unicode. */
const punctuation = /[!-/:-@[-`{-~\p{P}]/gu
/**
 * GPT-2's pattern: contractions; letters, digits or other characters after one optional space; spaces, but not the last
 * before a word.
 */
const gpt2Words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu

function byteLevel(config: JsonObject): PreTokenize {
  const split = config['use_regex'] === false ? (text: TrackedText) => [text] : splitter(gpt2Words, 'Isolated')
  const addsSpace = config['add_prefix_space'] === true
  return (text, isFirst) => {
    const whole = addsSpace && !text.text.startsWith(' ') ? text.prepend(' ') : text
    return split(whole, isFirst).map((piece) => piece.map(byteLevelCharacters))
  }
}

function metaspace(config: JsonObject): PreTokenize {
  const mark = typeof config['replacement'] === 'string' ? config['replacement'] : '▁'
  const scheme = config['prepend_scheme'] ?? (config['add_prefix_space'] === false ? 'never' : 'always')
  const words = splitter(compilePattern(mark), 'MergedWithNext')
  return (text, isFirst) => {
    let marked = text.replace(/ /gu, mark)
    const adds = scheme === 'always' || (scheme === 'first' && isFirst)
    if (adds && !marked.text.startsWith(mark)) marked = marked.prepend(mark)
    return config['split'] === false ? [marked] : words(marked, isFirst)
  }
}

function behaviorOf(config: JsonObject, usual: Behavior): Behavior {
  const value = config['behavior'] ?? usual
  const known: readonly Behavior[] = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']
  const found = known.find((behavior) => behavior.toLowerCase() === String(value).replaceAll('_', '').toLowerCase())
  if (found) return found
  throw new AttenscopeError(
    'unsupported',
    `tokenizer.json: behavior is ${kindOf(value)}; supported: ${known.join(', ')}`
  )
}

interface Part {
  from: number
  to: number
  readonly isMatch: boolean
}

/** Cuts at the matches of a pattern, or with `invert` at the text between the matches. */
function splitter(pattern: Pattern, behavior: Behavior, invert = false): PreTokenize {
  return (text) => {
    const parts = partsOf(text, pattern, invert)
    const pieces = behavior === 'Removed' ? parts.filter(({ isMatch }) => !isMatch) : merge(parts, behavior)
    return pieces.map(({ from, to }) => text.slice(from, to))
  }
}

function partsOf(text: TrackedText, pattern: Pattern, invert: boolean): Part[] {
  const parts: Part[] = []
  const add = (from: number, to: number, isMatch: boolean) => {
    if (to > from) parts.push({ from, to, isMatch: isMatch !== invert })
  }
  let end = 0
  for (const { from, to } of text.matches(pattern)) {
    add(end, from, false)
    end = to
    add(from, end, true)
  }
  add(end, text.text.length, false)
  return parts
}

function merge(parts: readonly Part[], behavior: Behavior): Part[] {
  const merged: Part[] = []
  parts.forEach((part, i) => {
    const last = merged.at(-1)
    const before = parts[i - 1]
    const joins =
      (behavior === 'Contiguous' && part.isMatch === before?.isMatch) ||
      (behavior === 'MergedWithPrevious' && part.isMatch && before !== undefined && !before.isMatch) ||
      (behavior === 'MergedWithNext' && !part.isMatch && before?.isMatch === true)
    if (last && joins) last.to = part.to
    else merged.push({ ...part })
  })
  return merged
}
