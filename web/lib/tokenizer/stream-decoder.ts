/** Decodes generated tokens one by one into whole characters. */

import type { Span } from './spelt-text.js'

/**
 * A token that leaves a character incomplete has no text; the token that completes the character has the whole character.
 * Bytes that cannot become a character are U+FFFD, as in any UTF-8 decoder.
 */
export class StreamDecoder {
  private readonly _decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  private _length: number

  /** `length` is the length in UTF-16 units of the text before the first token. */
  constructor(length: number) {
    this._length = length
  }

  /** The text that a token completes, and its span. With `isLast`, an incomplete character becomes U+FFFD. */
  push(bytes: Uint8Array, isLast: boolean): Span & { readonly text: string } {
    const text = this._decoder.decode(bytes, { stream: !isLast })
    const start = this._length
    this._length += text.length
    return { text, start, end: this._length }
  }
}
