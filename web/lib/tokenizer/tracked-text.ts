/**
 * A text that is rewritten step by step, in which each UTF-16 unit knows its span in the original text. Spans follow the
 * `tokenizers` library: a replacement gets the span of the first character that it replaces, an inserted character the
 * span of the character before it.
 */

import { Budget } from './budget.js'
import type { Pattern } from './patterns.js'
import type { Span } from './spelt-text.js'
import type { Match } from './stepped-pattern.js'

/** The work of rewriting a unit, and of making a new text. */
const unitWork = 10
const textWork = 50

/** A text with a span in the original for each unit. It does not change: every method returns a new text. */
export class TrackedText {
  readonly text: string
  /** The start and the end in the original, for each unit. */
  private readonly _starts: readonly number[]
  private readonly _ends: readonly number[]
  /** Shared by all texts that are made from one original text. */
  readonly budget: Budget

  private constructor(text: string, starts: readonly number[], ends: readonly number[], budget: Budget) {
    this.text = text
    this._starts = starts
    this._ends = ends
    this.budget = budget
  }

  /** An unchanged part of an original text, which begins at `start` there. */
  static of(text: string, start = 0, budget = new Budget(text.length)): TrackedText {
    const starts: number[] = []
    const ends: number[] = []
    let at = start
    for (const character of text) {
      for (let unit = 0; unit < character.length; ++unit) {
        starts.push(at)
        ends.push(at + character.length)
      }
      at += character.length
    }
    return new TrackedText(text, starts, ends, budget)
  }

  /** The span in the original of the units [from, to), which must not be empty. */
  span(from: number, to: number): Span {
    return { start: this._starts[from] ?? 0, end: this._ends[to - 1] ?? 0 }
  }

  slice(from: number, to: number): TrackedText {
    this.budget.spend(textWork + to - from)
    return new TrackedText(
      this.text.slice(from, to),
      this._starts.slice(from, to),
      this._ends.slice(from, to),
      this.budget
    )
  }

  /** All matches of a pattern, in order. */
  *matches(pattern: Pattern): Generator<Match> {
    this.budget.spend(this.text.length)
    if (!(pattern instanceof RegExp)) return yield* pattern.matches(this.text, this.budget)
    for (const { index, 0: found } of this.text.matchAll(pattern)) yield { from: index, to: index + found.length }
  }

  /** Replaces each character by a text, which may be empty and gets the character's span. */
  map(change: (character: string) => string): TrackedText {
    return this._rebuild((add) => {
      let at = 0
      for (const character of this.text) {
        add(change(character), at)
        at += character.length
      }
    })
  }

  /** Replaces each match by `content`, which gets the span of the match's last character. */
  replace(pattern: Pattern, content: string): TrackedText {
    return this._rebuild((add) => {
      let end = 0
      for (const { from, to } of this.matches(pattern)) {
        for (; end < from; ++end) add(this.text[end] ?? '', end)
        end = to
        if (end > 0) add(content, end - 1)
      }
      for (; end < this.text.length; ++end) add(this.text[end] ?? '', end)
    })
  }

  /** Puts `content` before a text that is not empty, with an empty span at the text's start. */
  prepend(content: string): TrackedText {
    if (this.text === '') return this
    this._count(content.length + this.text.length, content.length + this.text.length)
    const starts = new Array<number>(content.length).fill(this._starts[0] ?? 0)
    return new TrackedText(content + this.text, [...starts, ...this._starts], [...starts, ...this._ends], this.budget)
  }

  /** Joins texts, each with the index of the unit of this text whose span it gets. */
  rebuilt(parts: Iterable<readonly [text: string, unit: number]>): TrackedText {
    return this._rebuild((add) => {
      for (const [text, unit] of parts) add(text, unit)
    })
  }

  private _rebuild(build: (add: (text: string, unit: number) => void) => void): TrackedText {
    let text = ''
    const starts: number[] = []
    const ends: number[] = []
    build((added, unit) => {
      this._count(text.length + added.length, 1 + added.length)
      text += added
      const { start, end } = this.span(unit, unit + 1)
      for (let i = 0; i < added.length; ++i) {
        starts.push(start)
        ends.push(end)
      }
    })
    return new TrackedText(text, starts, ends, this.budget)
  }

  private _count(length: number, added: number): void {
    this.budget.checkLength(length)
    this.budget.spend(unitWork * added)
  }
}
