/** The added tokens of tokenizer.json: a text is cut at every added token before any other step. */

import { isJsonObject, type JsonObject } from '../formats/json.js'
import type { TrackedText } from './tracked-text.js'

interface AddedToken {
  readonly id: number
  readonly content: string
  readonly lstrip: boolean
  readonly rstrip: boolean
  readonly single_word: boolean
}

/** An added token with the text that it covers, or a part of the text between added tokens. */
export type Section =
  { readonly id: number; readonly text: TrackedText } | { readonly id?: never; readonly text: TrackedText }

/** The added tokens that are searched together. */
export class AddedTokens {
  /** The tokens by first UTF-16 unit, then length, then content, so that a text is read once for any number of tokens. */
  private readonly _byFirst = new Map<string, Map<number, Map<string, AddedToken>>>()

  /**
   * Reads the tokens that are searched in the normalised text (`normalized`) or in the original text. `normalize` is
   * applied to each token's own text.
   */
  constructor(
    tokenizer: JsonObject,
    normalized: boolean,
    normalize: (content: string) => string = (content) => content
  ) {
    const listed = Array.isArray(tokenizer['added_tokens']) ? tokenizer['added_tokens'] : []
    for (const entry of listed) {
      if (!isJsonObject(entry) || (entry['normalized'] === true) !== normalized) continue
      const { id, content: written } = entry
      if (typeof id !== 'number' || typeof written !== 'string') continue
      const content = normalize(written)
      const flag = (name: string) => entry[name] === true
      this._add({ id, content, lstrip: flag('lstrip'), rstrip: flag('rstrip'), single_word: flag('single_word') })
    }
    // When several tokens match at one position, the longest counts.
    for (const [first, byLength] of this._byFirst) {
      this._byFirst.set(first, new Map([...byLength].sort(([a], [b]) => b - a)))
    }
  }

  private _add(token: AddedToken): void {
    const { content } = token
    const first = content[0]
    if (first === undefined) return
    const byLength = this._byFirst.get(first) ?? new Map<number, Map<string, AddedToken>>()
    this._byFirst.set(first, byLength)
    const byContent = byLength.get(content.length) ?? new Map<string, AddedToken>()
    byLength.set(content.length, byContent)
    // When two tokens have the same content, the first in the list counts.
    if (!byContent.has(content)) byContent.set(content, token)
  }

  /** Cuts a text into added tokens and the parts between them. */
  cut(whole: TrackedText): Section[] {
    const { text } = whole
    const sections: Section[] = []
    let end = 0
    const add = (from: number, to: number) => {
      if (to > from) sections.push({ text: whole.slice(from, to) })
    }
    for (let at = this._next(whole, 0); at; at = this._next(whole, at.to)) {
      let { from, to } = at
      if (!at.token.single_word || isAlone(text, from, to)) {
        if (at.token.lstrip) while (from > end && /^\p{White_Space}$/u.test(text[from - 1] ?? '')) from -= 1
        if (at.token.rstrip) while (/^\p{White_Space}$/u.test(text[to] ?? '')) to += 1
        if (from < end) from = end
        add(end, from)
        sections.push({ id: at.token.id, text: whole.slice(from, to) })
        end = to
        at.to = to
      }
    }
    add(end, text.length)
    return sections
  }

  /** The first token at or after `start`. */
  private _next(
    { text, budget }: TrackedText,
    start: number
  ): { token: AddedToken; from: number; to: number } | undefined {
    if (this._byFirst.size === 0) return undefined
    for (let from = start; from < text.length; ++from) {
      const byLength = this._byFirst.get(text[from] ?? '')
      if (!byLength) continue
      for (const [length, byContent] of byLength) {
        budget.spend(length)
        const token = byContent.get(text.slice(from, from + length))
        if (token) return { token, from, to: from + length }
      }
    }
    return undefined
  }
}

/** Whether no letter or digit is next to [from, to). */
function isAlone(text: string, from: number, to: number): boolean {
  const word = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u
  // A neighbouring character has at most two UTF-16 units, so the rest of the text need not be cut into characters.
  const before = [...text.slice(Math.max(0, from - 2), from)].at(-1) ?? ''
  const after = [...text.slice(to, to + 2)][0] ?? ''
  return !word.test(before) && !word.test(after)
}
