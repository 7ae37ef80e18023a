/**
 * How tokens are written: in whole graphemes, spaces as a faint dot, line ends as an arrow, special tokens by a short
 * name.
 */
import type { Token } from 'attenscope'
import * as words from '../words/index.js'

const SPACE_MARK = '·'
const NEWLINE_MARK = '↵'
const TAB_MARK = '⇥'

const segmenter = typeof Intl !== 'undefined' && 'Segmenter' in Intl ? new Intl.Segmenter() : undefined

/** The characters as readers count them: an emoji with its modifiers is one. */
export function graphemes(text: string): string[] {
  return segmenter ? Array.from(segmenter.segment(text), (part) => part.segment) : Array.from(text)
}

/** A piece of a token's label. Marks stand for white space and are fainter than text. */
export interface LabelPart {
  readonly text: string
  readonly mark: boolean
}

function markFor(grapheme: string): string | undefined {
  if (grapheme === '\t') return TAB_MARK
  if (grapheme.includes('\n') || grapheme === '\r') return NEWLINE_MARK
  return /^\s$/u.test(grapheme) ? SPACE_MARK : undefined
}

/** The names that tokenizers give to the start and the end of a text. */
const ENDS: Readonly<Record<string, 'start' | 'end'>> = { s: 'start', bos: 'start', '/s': 'end', eos: 'end', '': 'end' }

/**
 * The name of a special token without its brackets. The first token of a text is 'start'; one without a name is 'end'.
 */
function specialName(token: Token, index: number): string {
  if (index === 0 && token.start === 0 && token.end === 0) return words.tokens.start
  const name = token.text.replace(/^[<[]\|?|\|?[>\]]$/g, '')
  const end = ENDS[name]
  return end ? words.tokens[end] : name
}

/**
 * Several tokens may share the bytes of one character. Returns which of them a token is, counted from 1, and 0 for a
 * token with a text of its own.
 */
export function partOfCharacter(tokens: readonly Token[], index: number): number {
  const token = tokens[index]
  if (!token || token.start === token.end) return 0
  const shares = (at: number) => tokens[at]?.start === token.start && tokens[at]?.end === token.end
  let part = 1
  while (shares(index - part)) part += 1
  return part > 1 || shares(index + 1) ? part : 0
}

/** True if text before this token belongs to no token: some tokenizers drop spaces. */
export function followsGap(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]
  if (!token || token.special) return false
  for (let before = index - 1; before >= 0; before--) {
    const other = tokens[before]
    if (other && !other.special) return token.start > other.end
  }
  return false
}

/** The number of a part, small and low: 小₂ is the second of the tokens that spell 小. */
export function partMark(part: number): string {
  return String(part).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)))
}

/** A token's label, cut to `limit` graphemes with an ellipsis. */
export function labelParts(tokens: readonly Token[], index: number, limit = Infinity): LabelPart[] {
  const token = tokens[index]
  if (!token) return []
  if (token.special) return [{ text: `⟨${specialName(token, index)}⟩`, mark: true }]
  const all = graphemes(token.text)
  // A token may be a part of a character whose other bytes are not written yet.
  if (all.length === 0) return [{ text: '∅', mark: true }]
  const shown = all.length > limit ? [...all.slice(0, Math.max(1, limit - 1)), '…'] : all
  const parts: LabelPart[] = []
  for (const grapheme of shown) {
    const mark = markFor(grapheme)
    const last = parts.at(-1)
    if (last && last.mark === (mark !== undefined)) {
      parts[parts.length - 1] = { text: last.text + (mark ?? grapheme), mark: last.mark }
    } else parts.push({ text: mark ?? grapheme, mark: mark !== undefined })
  }
  const part = partOfCharacter(tokens, index)
  return part > 0 ? [...parts, { text: partMark(part), mark: true }] : parts
}

/** A token's label as plain text, for screen readers and tooltips; marks show its white space. */
export function labelText(tokens: readonly Token[], index: number, limit = Infinity): string {
  return labelParts(tokens, index, limit)
    .map((part) => part.text)
    .join('')
}

/** A token as a screen reader says it: its bare text, or a name if it has no text. */
export function spokenToken(tokens: readonly Token[], index: number): string {
  const token = tokens[index]
  if (!token) return ''
  if (token.special) return words.tokens.special(specialName(token, index))
  const part = partOfCharacter(tokens, index)
  const text = token.text.trim() || (token.text.includes('\n') ? words.tokens.lineBreak : words.tokens.space)
  return part > 0 ? words.tokens.part(text, part) : text
}

/** True if a label stays upright in a column: Chinese, Japanese, Korean. */
export function standsUpright(text: string): boolean {
  return /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff00-\uffef]+$/u.test(text)
}

/** One token of the vocabulary, as the second of two: the first token of a text may have a special name. */
export function alone(token: Token): readonly Token[] {
  return [{ id: -1, text: '', start: -1, end: -1 }, token]
}
