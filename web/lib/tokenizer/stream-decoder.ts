/** Turns generated tokens into text one by one, in whole characters only. */

import type { Span } from './spelt-text.js'

/**
 * Tokens whose bytes do not end a character have no text; the one that completes it carries the whole character.
 * Bytes that can never become a character are U+FFFD, as in any UTF-8 decoder.
 */
export class StreamDecoder {
  private readonly _decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  private _length: number

  /** `length`: UTF-16 units of the text that stands before. */
  constructor(length: number) {
    this._length = length
  }

  /** The text that a token completes; `isLast` turns what is left over into U+FFFD. */
  push(bytes: Uint8Array, isLast: boolean): Span & { readonly text: string } {
    const text = this._decoder.decode(bytes, { stream: !isLast })
    const start = this._length
    this._length += text.length
    return { text, start, end: this._length }
  }
}
