/** The work that one text may cause. A tokenizer file may ask for any work, so each step of it is counted. */

import { AttenscopeError } from '../errors.js'

/** Real tokenizers need some hundred units of work for each UTF-16 unit of a text. */
const workOfUnit = 2_000
const workOfAnyText = 20_000_000
const mostWork = 400_000_000

/** Counts the work on one text. A unit of work takes some nanoseconds. */
export class Budget {
  /** The most UTF-16 units that normalisation may make from the text. Unicode's own forms make at most 18 from one. */
  readonly longest: number
  private _left: number

  constructor(units: number) {
    this.longest = 64 * units + 1024
    this._left = Math.min(workOfAnyText + workOfUnit * units, mostWork)
  }

  /** Throws 'tokenizer' when the text has used up its work. */
  spend(work: number): void {
    this._left -= work
    if (this._left < 0) {
      throw new AttenscopeError(
        'tokenizer',
        'the steps and patterns of the tokenizer need too much work for this text: shorten the text, or look for damage in the tokenizer file'
      )
    }
  }

  /** Throws 'tokenizer' when a text of this many units is too long. */
  checkLength(units: number): void {
    if (units <= this.longest) return
    throw new AttenscopeError(
      'tokenizer',
      `the tokenizer's normalizer or pre-tokenizer makes more than ${this.longest} characters of a text: its file is damaged`
    )
  }
}
