/** Collects the arriving bytes of a file into pieces, and caches each full piece. */

import type { FileCache, KeptFile } from './file-cache.js'

/** Caches the pieces of one download, until the cache fails. */
export class PieceKeeper {
  private readonly _cache: FileCache
  private readonly _url: string
  private readonly _kept: KeptFile
  private _index: number
  private _piece: Uint8Array<ArrayBuffer> | undefined
  private _filled = 0
  private _works = true

  constructor(cache: FileCache, url: string, kept: KeptFile, firstPiece: number) {
    this._cache = cache
    this._url = url
    this._kept = kept
    this._index = firstPiece
  }

  async add(bytes: Uint8Array): Promise<void> {
    for (let at = 0; this._works && at < bytes.length;) {
      this._piece ??= new Uint8Array(Math.min(this._kept.pieceBytes, this._kept.size ?? Infinity))
      const part = bytes.subarray(at, at + this._piece.length - this._filled)
      this._piece.set(part, this._filled)
      this._filled += part.length
      at += part.length
      if (this._filled === this._kept.pieceBytes) await this._flush()
      else if (this._filled === this._piece.length) break
    }
  }

  /** Caches the last piece and marks the file complete. */
  async end(): Promise<void> {
    if (this._filled > 0) await this._flush()
    // A full last piece does not show that it is the last when the file's size is unknown.
    if (this._works) await this._cache.keep(this._url, { ...this._kept, complete: true })
  }

  private async _flush(): Promise<void> {
    const piece = this._piece?.subarray(0, this._filled) ?? new Uint8Array(0)
    this._works = await this._cache.keepPiece(this._url, this._index, piece)
    this._index += 1
    this._filled = 0
    // Cache Storage may still use the piece's memory, so the next piece needs new memory.
    this._piece = undefined
  }
}
