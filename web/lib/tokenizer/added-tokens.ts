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
  private readonly _tokens: readonly AddedToken[]

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
    this._tokens = listed.flatMap((entry): AddedToken[] => {
      if (!isJsonObject(entry) || (entry['normalized'] === true) !== normalized) return []
      const { id, content } = entry
      if (typeof id !== 'number' || typeof content !== 'string') return []
      const flag = (name: string) => entry[name] === true
      return [
        {
          id,
          content: normalize(content),
          lstrip: flag('lstrip'),
          rstrip: flag('rstrip'),
          single_word: flag('single_word')
        }
      ]
    })
    // When several tokens match at one position, the longest counts.
    this._tokens = this._tokens
      .filter(({ content }) => content !== '')
      .sort((a, b) => b.content.length - a.content.length)
  }

  /** Cuts a text into added tokens and the parts between them. */
  cut(whole: TrackedText): Section[] {
    const { text } = whole
    const sections: Section[] = []
    let end = 0
    const add = (from: number, to: number) => {
      if (to > from) sections.push({ text: whole.slice(from, to) })
    }
    for (let at = this._next(text, 0); at; at = this._next(text, at.to)) {
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
  private _next(text: string, start: number): { token: AddedToken; from: number; to: number } | undefined {
    let best: { token: AddedToken; from: number; to: number } | undefined
    for (const token of this._tokens) {
      const from = text.indexOf(token.content, start)
      if (from >= 0 && (!best || from < best.from)) best = { token, from, to: from + token.content.length }
    }
    return best
  }
}

/** Whether no letter or digit is next to [from, to). */
function isAlone(text: string, from: number, to: number): boolean {
  const word = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u
  return !word.test([...text.slice(0, from)].at(-1) ?? '') && !word.test([...text.slice(to)][0] ?? '')
}
