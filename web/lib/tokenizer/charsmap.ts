/**
 * SentencePiece's normaliser: a table of replacements, compiled to a double-array trie (Aoe 1989) over UTF-8 bytes.
 *
 * SentencePiece replaces the longest entry that matches at each position. The `tokenizers` library looks up a short
 * grapheme as a whole, else each of its characters, and takes the shortest entry. `takesLongest` chooses between the two.
 */

import { AttenscopeError } from '../errors.js'
import { unicodeWork } from './budget.js'
import type { TrackedText } from './tracked-text.js'

const utf8 = new TextEncoder()
/** A grapheme of this many bytes or more is looked up character by character. */
const longGrapheme = 6
/** The most bytes compared with the table: its entries are a few characters long. */
const longestEntry = 256

/** One table of replacements. Throws 'bad-model' when the table is broken. */
export class Charsmap {
  private readonly _units: Uint32Array
  private readonly _replacements: Uint8Array
  private readonly _takesLongest: boolean
  private readonly _known = new Map<string, string | undefined>()

  constructor(base64: string, takesLongest: boolean) {
    this._takesLongest = takesLongest
    let bytes: Uint8Array
    try {
      bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    } catch {
      throw new AttenscopeError('bad-model', 'tokenizer.json: precompiled_charsmap is not base64')
    }
    const view = new DataView(bytes.buffer)
    const trieBytes = bytes.length < 4 ? -1 : view.getUint32(0, true)
    if (trieBytes < 0 || trieBytes % 4 !== 0 || trieBytes > bytes.length - 4) {
      throw new AttenscopeError(
        'bad-model',
        `tokenizer.json: precompiled_charsmap has ${bytes.length} bytes and claims a trie of ${trieBytes}: it is cut off`
      )
    }
    this._units = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => view.getUint32(4 + 4 * i, true))
    this._replacements = bytes.subarray(4 + trieBytes)
  }

  apply(text: TrackedText): TrackedText {
    text.budget.spend(unicodeWork * text.text.length)
    return text.rebuilt(this._takesLongest ? this._longestParts(text.text) : this._parts(text.text))
  }

  private *_longestParts(text: string): Generator<[string, number]> {
    const bytes = utf8.encode(text)
    let byteAt = 0
    for (let at = 0; at < text.length;) {
      const found = this._longest(bytes.subarray(byteAt, byteAt + longestEntry))
      let from = String.fromCodePoint(text.codePointAt(at) ?? 0)
      const length = found?.length ?? utf8.encode(from).length
      if (found) from = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(byteAt, byteAt + length))
      yield* spread(from, found?.text ?? from, at)
      byteAt += length
      at += from.length
    }
  }

  private _longest(key: Uint8Array): { text: string; length: number } | undefined {
    let found: [length: number, at: number] | undefined
    for (const entry of this._entries(key)) found = entry
    return found && { length: found[0], text: this._replacement(found[1]) }
  }

  private *_parts(text: string): Generator<[string, number]> {
    for (const { segment, index } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
      const whole = utf8.encode(segment).length < longGrapheme ? this._lookUp(segment) : undefined
      if (whole !== undefined) {
        yield* spread(segment, whole, index)
        continue
      }
      let at = index
      for (const character of segment) {
        yield* spread(character, this._lookUp(character) ?? character, at)
        at += character.length
      }
    }
  }

  /** The replacement of the key's shortest prefix in the table. */
  private _lookUp(key: string): string | undefined {
    if (!this._known.has(key)) this._known.set(key, this._search(utf8.encode(key)))
    return this._known.get(key)
  }

  private _search(key: Uint8Array): string | undefined {
    for (const [, at] of this._entries(key)) return this._replacement(at)
    return undefined
  }

  /** The key's prefixes in the table, the shortest first: their lengths, and the offsets of their replacements. */
  private *_entries(key: Uint8Array): Generator<[length: number, at: number]> {
    const offset = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6)
    let node = offset(this._units[0] ?? 0)
    for (let length = 0; length < key.length;) {
      const byte = key[length++] ?? 0
      if (byte === 0) return
      node = (node ^ byte) >>> 0
      const unit = this._units[node]
      if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return
      node = (node ^ offset(unit)) >>> 0
      if ((unit & 0x100) !== 0) yield [length, (this._units[node] ?? 0) & 0x7fffffff]
    }
  }

  /** The replacement at an offset, which ends with a zero byte. */
  private _replacement(at: number): string {
    const end = this._replacements.indexOf(0, at)
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      this._replacements.subarray(at, end < 0 ? undefined : end)
    )
  }
}

/** Assigns the new characters to the old ones in order. Extra new characters go to the last old one. */
function* spread(from: string, to: string, index: number): Generator<[string, number]> {
  const olds: number[] = []
  let at = index
  for (const character of from) {
    olds.push(at)
    at += character.length
  }
  let i = 0
  for (const character of to) yield [character, olds[Math.min(i++, olds.length - 1)] ?? index]
}
