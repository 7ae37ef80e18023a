/**
 * Finds which part of a text each token stands for.
 *
 * The tokens are spelt out as bytes and read as characters again, each character knowing the tokens that hold a byte of
 * it; these are matched with the text's own characters from left to right. A space that the tokenizer put in, and white
 * space that it took out, are passed over. If that meets a character that differs, the tokenizer has rewritten the text
 * (lower case, NFKC, accents stripped …) and a second pass compares without case, accents and compatibility forms: a
 * best guess, which resynchronises after what it cannot match. A character split over tokens belongs to each of them.
 */

import { SpanList, spellOut, type Span, type SpeltCharacter } from './spelt-text.js'

interface TextCharacter extends Span {
  readonly text: string
}

/** Each token's span in UTF-16 units of the text. */
export function align(text: string, tokens: readonly (Uint8Array | undefined)[]): Span[] {
  const spelt = spellOut(tokens)
  return (
    match(charactersOf(text), spelt, tokens.length, { strict: true }) ??
    match(foldedCharactersOf(text), spelt.flatMap(foldSpelt), tokens.length, { strict: false }) ??
    []
  )
}

function charactersOf(text: string): TextCharacter[] {
  const characters: TextCharacter[] = []
  for (const character of text) {
    const start = characters.at(-1)?.end ?? 0
    characters.push({ text: character, start, end: start + character.length })
  }
  return characters
}

/** A letter with its marks counts as one: its marks may have gone, or become part of it. */
function foldedCharactersOf(text: string): TextCharacter[] {
  return [...text.matchAll(/\P{M}\p{M}*|\p{M}+/gu)].flatMap((cluster) => {
    const start = cluster.index
    const end = start + cluster[0].length
    return [...fold(cluster[0])].map((character) => ({ text: character, start, end }))
  })
}

function foldSpelt(character: SpeltCharacter): SpeltCharacter[] {
  return character.isUnknown ? [character] : [...fold(character.text)].map((text) => ({ ...character, text }))
}

/** Without case, accents and compatibility forms. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Two characters that a tokenizer writes alike: any white space and SentencePiece's ▁ are spelt as a space. */
function isSame(spelt: string | undefined, text: string | undefined): boolean {
  return spelt === text || (spelt === ' ' && text === '▁')
}

/** Invisible format characters, such as a joiner, are written as a space by some tokenizers and dropped by others. */
const whiteSpace = /^[\s\p{Cc}\p{Cf}]$/u
/** How far ahead to look for the place where spelling and text agree again, and how many characters must agree. */
const lookAhead = 48
const agreement = 4

/** One walk over both; `strict` gives up (undefined) at the first difference that is not white space. */
function match(
  text: readonly TextCharacter[],
  spelt: readonly SpeltCharacter[],
  tokenCount: number,
  { strict }: { strict: boolean }
): Span[] | undefined {
  const spans = new SpanList(tokenCount)
  let at = 0
  const between = (from: number, to: number): Span => {
    const start = text[from]?.start ?? text.at(-1)?.end ?? 0
    return { start, end: to > from ? (text[to - 1]?.end ?? start) : start }
  }

  // A space put in front of a text that begins with spaces itself is the first of them all.
  const isSpace = ({ text: character }: { readonly text: string }) => character === ' '
  const hasAddedSpace = countLeading(spelt, isSpace) > countLeading(text, isSpace)

  for (let i = 0; i < spelt.length; ++i) {
    const character = spelt[i]
    if (!character) break
    if (i === 0 && hasAddedSpace) {
      spans.add(character, between(0, 0))
      continue
    }
    if (character.isUnknown && isOneEach(text, spelt, at, i)) {
      spans.add(character, between(at, at + 1))
      at += 1
    } else if (character.isUnknown) {
      const next = findNext(text, spelt, at, i)
      const start = skipWhiteSpace(text, at, next)
      let end = next
      while (end > start && whiteSpace.test(text[end - 1]?.text ?? '')) end -= 1
      spans.add(character, between(start, end))
      at = next
    } else if (isSame(character.text, text[at]?.text)) {
      spans.add(character, between(at, at + 1))
      at += 1
    } else if (character.text === ' ') {
      // White space of another kind, or a space that is not in the text.
      const other = whiteSpace.test(text[at]?.text ?? '') && (!strict || agrees(text, spelt, at + 1, i + 1))
      spans.add(character, between(at, other ? at + 1 : at))
      if (other) at += 1
    } else {
      const behind = skipWhiteSpace(text, at, text.length)
      if (behind > at && isSame(character.text, text[behind]?.text)) {
        spans.add(character, between(behind, behind + 1))
        at = behind + 1
      } else if (strict) {
        return undefined
      } else {
        const [speltEnd, textEnd] = resynchronise(text, spelt, at, i)
        for (; i < speltEnd; ++i) {
          const lost = spelt[i]
          if (lost) spans.add(lost, between(at, textEnd))
        }
        i -= 1
        at = textEnd
      }
    }
  }
  return spans.finish()
}

function countLeading<T>(items: readonly T[], test: (item: T) => boolean): number {
  const end = items.findIndex((item) => !test(item))
  return end < 0 ? items.length : end
}

function skipWhiteSpace(text: readonly TextCharacter[], from: number, limit: number): number {
  let at = from
  while (at < limit && whiteSpace.test(text[at]?.text ?? '')) at += 1
  return at
}

/** Whether the unknown tokens from here on stand for a character each, be it a joiner or a space of its own kind. */
function isOneEach(
  text: readonly TextCharacter[],
  spelt: readonly SpeltCharacter[],
  at: number,
  unknown: number
): boolean {
  let count = 1
  while (spelt[unknown + count]?.isUnknown) count += 1
  if (spelt[unknown + count] === undefined) return at + count === text.length
  return spelt[unknown + count]?.text !== ' ' && agrees(text, spelt, at + count, unknown + count)
}

/** Where in the text the spelling goes on after an unknown token: it stands for one character at least. */
function findNext(
  text: readonly TextCharacter[],
  spelt: readonly SpeltCharacter[],
  at: number,
  unknown: number
): number {
  const first = Math.min(skipWhiteSpace(text, at, text.length) + 1, text.length)
  // Spaces may be ones that are not in the text; the letters after them are surer.
  let anchor = unknown + 1
  while (spelt[anchor]?.text === ' ') anchor += 1
  const hasSpace = anchor > unknown + 1
  const known = spelt[anchor]
  if (!known) return text.length
  if (known.isUnknown && !hasSpace) return first
  for (let candidate = first; candidate <= text.length; ++candidate) {
    const isSpace = whiteSpace.test(text[candidate]?.text ?? '')
    if (
      hasSpace &&
      isSpace &&
      (known.isUnknown || agrees(text, spelt, skipWhiteSpace(text, candidate, text.length), anchor))
    ) {
      return candidate
    }
    if (!known.isUnknown && agrees(text, spelt, candidate, anchor)) return candidate
  }
  return first
}

/** The nearest pair of places from which both agree again. */
function resynchronise(
  text: readonly TextCharacter[],
  spelt: readonly SpeltCharacter[],
  at: number,
  i: number
): [speltEnd: number, textEnd: number] {
  for (let distance = 1; distance <= lookAhead; ++distance) {
    for (let ofSpelt = 0; ofSpelt <= distance; ++ofSpelt) {
      const speltAt = i + ofSpelt
      const textAt = at + distance - ofSpelt
      if (speltAt < spelt.length && textAt < text.length && agrees(text, spelt, textAt, speltAt))
        return [speltAt, textAt]
    }
  }
  return [i + 1, Math.min(at + 1, text.length)]
}

/** Whether the next few characters are the same, white space aside that was put in or taken out. */
function agrees(
  text: readonly TextCharacter[],
  spelt: readonly SpeltCharacter[],
  textAt: number,
  speltAt: number
): boolean {
  let compared = 0
  let at = textAt
  for (let k = 0; k < agreement; ++k) {
    const character = spelt[speltAt + k]
    if (!character || character.isUnknown) break
    if (k > 0 && !isSame(character.text, text[at]?.text)) {
      if (character.text === ' ') return true
      at = skipWhiteSpace(text, at, text.length)
    }
    if (!isSame(character.text, text[at]?.text)) return false
    at += 1
    compared += 1
  }
  return compared > 0
}
