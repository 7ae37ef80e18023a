/** Reads exact numbers of bytes from a stream whose chunks have any size, straight into the caller's memory. */

/**
 * A reader of one stream. `onRead` is called with the size of each chunk, in bytes, and `onSize` with the size of the stream
 * when its own header says it.
 */
export class ByteReader {
  /** The number of bytes read or skipped so far. */
  position = 0
  private _chunk = new Uint8Array(0)
  private readonly _reader: ReadableStreamDefaultReader<Uint8Array>
  private readonly _onRead: (bytes: number) => void
  private readonly _onSize: (bytes: number) => void

  constructor(
    stream: ReadableStream<Uint8Array>,
    onRead: (bytes: number) => void = () => {},
    onSize: (bytes: number) => void = () => {}
  ) {
    this._reader = stream.getReader()
    this._onRead = onRead
    this._onSize = onSize
  }

  /** Fills the target; returns the number of bytes written, which is less than its length only at the stream's end. */
  async fill(target: Uint8Array): Promise<number> {
    let written = 0
    while (written < target.length && (await this._hasBytes())) {
      const piece = this._chunk.subarray(0, target.length - written)
      target.set(piece, written)
      this._take(piece.length)
      written += piece.length
    }
    return written
  }

  /** Skips bytes; returns the number skipped, which is less than `byteLength` only at the stream's end. */
  async skip(byteLength: number): Promise<number> {
    let skipped = 0
    while (skipped < byteLength && (await this._hasBytes())) {
      const count = Math.min(this._chunk.length, byteLength - skipped)
      this._take(count)
      skipped += count
    }
    return skipped
  }

  /** Returns the bytes that were read last to the reader, to be read again. */
  putBack(bytes: Uint8Array): void {
    const joined = new Uint8Array(bytes.length + this._chunk.length)
    joined.set(bytes)
    joined.set(this._chunk, bytes.length)
    this._chunk = joined
    this.position -= bytes.length
  }

  /** Tells the size of the whole stream, which the format's header gives, to whoever shows progress. */
  announceSize(bytes: number): void {
    this._onSize(bytes)
  }

  /** Whether the stream ends here. */
  async atEnd(): Promise<boolean> {
    return !(await this._hasBytes())
  }

  /** Cancels the stream. */
  async cancel(): Promise<void> {
    // A failure of a cancelled source changes nothing for the caller.
    await this._reader.cancel().catch(() => {})
  }

  private async _hasBytes(): Promise<boolean> {
    while (this._chunk.length === 0) {
      const { done, value } = await this._reader.read()
      if (done) return false
      this._chunk = value as Uint8Array<ArrayBuffer>
      this._onRead(value.length)
    }
    return true
  }

  private _take(count: number): void {
    this._chunk = this._chunk.subarray(count)
    this.position += count
  }
}
