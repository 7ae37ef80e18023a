/**
 * Streams one version of a remote file: first its cached pieces, then the network, with a new request when the
 * connection breaks.
 */

import { abortedError, AttenscopeError, describe } from '../errors.js'
import { pieceBytes, type KeptFile } from './file-cache.js'
import { PieceKeeper } from './piece-keeper.js'
import { request, type RemoteFile, type Version } from './remote-request.js'
import { beforeStall, Stalled } from './stall.js'

const attempts = 4
const firstPauseMs = 200

/** One download. Call `begin` or `useKept` first, then read `stream`. */
export class Download {
  readonly size: number | undefined
  private readonly _remote: RemoteFile
  private readonly _version: Version
  private readonly _signal: AbortSignal | undefined
  private readonly _pieceBytes: number
  /** The etag of the server that sends the file. A hub's API may give another etag. */
  private _sentEtag: string | undefined
  private _kept: KeptFile | undefined
  private _body: ReadableStreamDefaultReader<Uint8Array> | undefined
  /** The number of bytes passed on so far. */
  private _position = 0
  private _keeper: PieceKeeper | undefined
  /** Whether the whole file came from the cache. */
  private _isWhole = false

  constructor(remote: RemoteFile, version: Version, signal: AbortSignal | undefined) {
    this._remote = remote
    this._version = version
    this._signal = signal
    this.size = version.size
    this._pieceBytes = remote.pieceBytes ?? pieceBytes
  }

  /** Reads cached pieces before the network. */
  useKept(kept: KeptFile): void {
    this._kept = kept
  }

  /** Starts with a response that holds the file from its first byte on. */
  async begin(response: Response): Promise<void> {
    this._body = (response.body ?? new Blob([]).stream()).getReader()
    this._sentEtag = response.headers.get('etag') ?? undefined
    await this._startKeeping(0)
  }

  /** The file's bytes. Errors: 'aborted', 'network' after several attempts, 'bad-model' when the file changes meanwhile. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const bytes = await this._next()
          if (bytes) controller.enqueue(bytes)
          else controller.close()
        },
        cancel: (reason) => this._body?.cancel(reason)
      },
      { highWaterMark: 0 }
    )
  }

  /** The file's bytes from the cache alone. */
  keptStream(kept: KeptFile): ReadableStream<Uint8Array> {
    this._kept = { ...kept, complete: true }
    return this.stream()
  }

  private async _next(): Promise<Uint8Array | undefined> {
    const { url } = this._remote
    if (this._signal?.aborted) throw abortedError(`reading ${url}`)
    const piece = await this._keptPiece()
    if (piece) {
      this._position += piece.length
      return piece
    }
    if (this._isAtEnd()) return undefined
    let pauseMs = firstPauseMs
    for (let attempt = 1; ; ++attempt) {
      try {
        this._body ??= await this._askForRest()
        const body = this._body
        const { done, value } = await beforeStall(body.read(), this._remote, () => void body.cancel().catch(() => {}))
        if (!done) {
          this._position += value.length
          await this._keeper?.add(value)
          return value
        }
        const isShort = this.size !== undefined && this._position < this.size && this._version.hasRanges
        if (!isShort || this._version.etag === '') {
          await this._keeper?.end()
          return undefined
        }
        throw new TypeError(`it ended after ${this._position} of ${this.size} bytes`)
      } catch (error) {
        if (this._signal?.aborted) throw abortedError(`reading ${url}`)
        if (error instanceof Stalled || (error instanceof AttenscopeError && error.code !== 'network')) throw error
        this._body = undefined
        const mayResume = this._version.etag !== '' && this._version.hasRanges
        if (!mayResume || attempt === attempts) {
          throw error instanceof AttenscopeError
            ? error
            : new AttenscopeError('network', `${url} broke off: ${describe(error)}`)
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
        pauseMs *= 2
      }
    }
  }

  private async _keptPiece(): Promise<Uint8Array | undefined> {
    const kept = this._kept
    if (!kept || this._position % kept.pieceBytes !== 0) return undefined
    const expected = this.size === undefined ? undefined : Math.min(kept.pieceBytes, this.size - this._position)
    const index = this._position / kept.pieceBytes
    const piece = expected === 0 ? undefined : await this._remote.cache?.piece(this._remote.url, index, expected)
    if (!piece || piece.length > kept.pieceBytes) {
      const isMissing = kept.complete && this.size !== undefined && this._position < this.size
      this._kept = undefined
      if (isMissing && !this._version.hasRanges) {
        throw new AttenscopeError(
          'network',
          `${this._remote.url} cannot be reached, and the cache has only a part of it; load it again with a network`
        )
      }
      return undefined
    }
    // A short piece is the last, even when the file's size is unknown.
    if (piece.length < kept.pieceBytes) {
      this._kept = undefined
      this._isWhole = kept.complete
    }
    return piece
  }

  private _isAtEnd(): boolean {
    if (this._body) return false
    if (this.size !== undefined) return this._position === this.size
    // A request for bytes after the last byte would be an error.
    return this._isWhole || !this._version.hasRanges
  }

  /** Requests the rest of the file. When the server sends the whole file instead, the known bytes are dropped. */
  private async _askForRest(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const { url } = this._remote
    const from = this._position
    const response = await request(
      { ...this._remote, required: true },
      from > 0 ? { Range: `bytes=${from}-` } : {},
      this._signal
    )
    const sent = response?.headers.get('etag') ?? undefined
    const before = this._sentEtag ?? (this._remote.known ? sent : this._version.etag)
    this._sentEtag = sent
    if (!response?.body || before !== sent) {
      await response?.body?.cancel().catch(() => {})
      throw new AttenscopeError('bad-model', `${url} changed while it was read; load it again`)
    }
    const start =
      response.status === 206 ? Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]) : 0
    if (start !== from && start !== 0) {
      await response.body.cancel().catch(() => {})
      throw new AttenscopeError('network', `${url} answered from byte ${start}, expected byte ${from}`)
    }
    const reader = response.body.getReader()
    if (!this._keeper) await this._startKeeping(from)
    if (start === from) return reader
    return skip(reader, from)
  }

  private async _startKeeping(from: number): Promise<void> {
    const { cache, url } = this._remote
    const { etag, size } = this._version
    if (!cache || from % this._pieceBytes !== 0) return
    const kept = { etag, size, pieceBytes: this._pieceBytes, complete: false }
    if (await cache.keep(url, kept)) this._keeper = new PieceKeeper(cache, url, kept, from / this._pieceBytes)
  }
}

/** Drops the first `count` bytes. */
async function skip(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  count: number
): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  let left = count
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read()
          if (done) return controller.close()
          const dropped = Math.min(left, value.length)
          left -= dropped
          if (dropped < value.length) return controller.enqueue(value.subarray(dropped))
        }
      },
      cancel: (reason) => reader.cancel(reason)
    },
    { highWaterMark: 0 }
  ).getReader()
}
