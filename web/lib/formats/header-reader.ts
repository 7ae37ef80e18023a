/** Reads the fields of a little-endian binary header one by one from a stream, with errors that name the field. */

import { AttenscopeError } from '../errors.js'
import type { ByteReader } from './byte-reader.js'

/** The number of bytes fetched at a time, because headers have many small fields. */
const windowBytes = 1 << 10

/**
 * In every method `what` is the field's name in words, for error messages. A field beyond the file's end throws
 * 'bad-model'.
 */
export class HeaderReader {
  readonly file: string
  private readonly _reader: ByteReader
  private readonly _fileBytes: number | undefined
  private _window = new Uint8Array(0)
  private _at = 0

  constructor(reader: ByteReader, file: string, fileBytes: number | undefined) {
    this._reader = reader
    this.file = file
    this._fileBytes = fileBytes
  }

  /** The offset in the file of the next field. */
  get position(): number {
    return this._reader.position - (this._window.length - this._at)
  }

  bad(message: string): AttenscopeError {
    return new AttenscopeError('bad-model', `${this.file}: ${message}`)
  }

  u32(what: string): Promise<number> {
    return this.number(what, 4, (view, at) => view.getUint32(at, true))
  }

  i32(what: string): Promise<number> {
    return this.number(what, 4, (view, at) => view.getInt32(at, true))
  }

  u8(what: string): Promise<number> {
    return this.number(what, 1, (view, at) => view.getUint8(at))
  }

  /** A uint64 of at most `max`. */
  async count(what: string, max: number): Promise<number> {
    await this._ensure(8, what)
    const value = this._view().getBigUint64(0, true)
    this._at += 8
    if (value > BigInt(max)) throw this.bad(`${what} is ${value}, expected at most ${max}`)
    return Number(value)
  }

  async number(what: string, bytes: number, read: (view: DataView, at: number) => number): Promise<number> {
    if (this._window.length - this._at < bytes) await this._ensure(bytes, what)
    const value = read(this._view(), 0)
    this._at += bytes
    return value
  }

  /** A uint64 length, then a text of that many UTF-8 bytes. */
  async text(what: string, maxBytes: number): Promise<string> {
    const length = await this.count(`the length of ${what}`, maxBytes)
    return this.utf8(what, length)
  }

  /** A text of `length` UTF-8 bytes. Invalid bytes become U+FFFD: tokens may be parts of characters. */
  async utf8(what: string, length: number): Promise<string> {
    await this._ensure(length, what)
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      this._window.subarray(this._at, this._at + length)
    )
    this._at += length
    return text
  }

  /** Skips padding up to an offset in the file. */
  async skipTo(position: number): Promise<void> {
    const count = position - this.position
    if (count <= 0) return
    await this._ensure(count, 'the padding after the header')
    this._at += count
  }

  /** Ends the header: bytes that were fetched beyond the header go back to the stream. */
  release(): void {
    this._reader.putBack(this._window.subarray(this._at))
    this._window = new Uint8Array(0)
    this._at = 0
  }

  private _view(): DataView {
    return new DataView(this._window.buffer, this._window.byteOffset + this._at)
  }

  private async _ensure(bytes: number, what: string): Promise<void> {
    const rest = this._window.length - this._at
    if (rest >= bytes) return
    const end = this.position + bytes
    if (this._fileBytes !== undefined && end > this._fileBytes) throw this._cutOff(what, end)
    const grown = new Uint8Array(Math.max(windowBytes, bytes))
    grown.set(this._window.subarray(this._at))
    const found = await this._reader.fill(grown.subarray(rest))
    this._window = grown.subarray(0, rest + found)
    this._at = 0
    if (rest + found < bytes) throw this._cutOff(what, end)
  }

  private _cutOff(what: string, end: number): AttenscopeError {
    const size = this._fileBytes ?? this._reader.position
    return this.bad(`the file has ${size} bytes, but ${what} would end at byte ${end}: the file is cut off`)
  }
}
