/**
 * One file behind a URL, as a stream: what is kept of it comes first, the rest from the network, which may break off
 * and is then asked for what is missing.
 */

import { abortedError, AttenscopeError, describe } from '../errors.js'
import { pieceBytes, type FileCache, type KeptFile } from './file-cache.js'
import type { FolderFile } from './folder.js'

export interface RemoteFile {
  readonly url: string
  /** Its name in the folder; one that is `required` has to be there. */
  readonly file: string
  readonly required: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly cache: FileCache | undefined
  /** Where a hub has told them already. */
  readonly known?: { readonly etag: string; readonly size: number }
  readonly pieceBytes?: number
}

/** There is no network, or no server. */
class NoAnswer extends AttenscopeError {}

/** What the server says of the version that it has now. */
interface Version {
  readonly etag: string
  readonly size: number | undefined
  /** Whether a part of it can be asked for. */
  readonly hasRanges: boolean
}

const attempts = 4
const firstPauseMs = 200

/** Undefined where there is no such file and none is required. */
export async function openRemoteFile(remote: RemoteFile, signal?: AbortSignal): Promise<FolderFile | undefined> {
  const kept = await remote.cache?.find(remote.url)
  if (kept && !kept.absent) {
    const current = remote.known ?? (await askVersion(remote, kept, signal))
    if (current === 'gone') return undefined
    if (current === 'offline') return { stream: keptStream(remote, kept, signal), ...sizeOf(kept.size) }
    if (current && current.etag !== '' && current.etag === kept.etag) {
      const download = new Download(remote, { ...current, hasRanges: true }, signal)
      download.useKept(kept)
      return { stream: download.stream(), ...sizeOf(current.size) }
    }
  }
  const response = await request(remote, {}, signal).catch((error: unknown) => {
    if (kept?.absent && error instanceof NoAnswer) return undefined
    throw error
  })
  if (!response) {
    await remote.cache?.keepAbsence(remote.url)
    return undefined
  }
  const download = new Download(remote, versionOf(response, remote), signal)
  await download.begin(response)
  return { stream: download.stream(), ...sizeOf(download.size) }
}

const sizeOf = (size: number | undefined) => (size === undefined ? {} : { size })

/** Asks for the headers alone. Undefined where the server does not say. */
async function askVersion(
  remote: RemoteFile,
  kept: KeptFile,
  signal: AbortSignal | undefined
): Promise<Version | 'offline' | 'gone' | undefined> {
  const { url, headers } = remote
  let response: Response
  try {
    response = await fetch(url, { method: 'HEAD', headers, ...(signal && { signal }) })
  } catch (error) {
    if (signal?.aborted) throw abortedError(`reading ${url}`)
    if (kept.complete) return 'offline'
    throw new AttenscopeError('network', `${url} could not be fetched: ${describe(error)}`)
  }
  if (response.status === 404 && !remote.required) return 'gone'
  return response.ok && !isPage(response) ? versionOf(response, remote) : undefined
}

/** A part of the file, or all of it; undefined where it is not there and none is required. */
async function request(
  { url, file, required, headers }: RemoteFile,
  range: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined
): Promise<Response | undefined> {
  let response: Response
  try {
    response = await fetch(url, { headers: { ...headers, ...range }, ...(signal && { signal }) })
  } catch (error) {
    if (signal?.aborted) throw abortedError(`reading ${url}`)
    throw new NoAnswer('network', `${url} could not be fetched: ${describe(error)}`)
  }
  if (!response.ok) {
    await response.body?.cancel().catch(() => {})
    if (response.status === 404 && !required) return undefined
    throw new AttenscopeError('network', `${url} answered ${response.status} ${response.statusText}`.trimEnd())
  }
  // A site made of one page answers any path with that page: the file is not there.
  if (isPage(response)) {
    await response.body?.cancel().catch(() => {})
    if (!required) return undefined
    throw new AttenscopeError(
      'bad-model',
      `${url} answered with an HTML page where ${/\.json$/.test(file) ? 'JSON' : 'a model'} is expected: is this the model's folder?`
    )
  }
  return response
}

function isPage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false
}

function versionOf(response: Response, { known }: Pick<RemoteFile, 'known'>): Version {
  const { headers } = response
  // Content-Length counts compressed bytes where the transfer was compressed: it is not the file's size then, and
  // parts of the file cannot be asked for.
  const isEncoded = headers.get('content-encoding') !== null
  const length = isEncoded ? null : headers.get('content-length')
  const size = length === null ? undefined : Number(length)
  return {
    etag: known?.etag ?? headers.get('x-linked-etag') ?? headers.get('etag') ?? '',
    size: known?.size ?? (Number.isSafeInteger(size) ? size : undefined),
    hasRanges: !isEncoded && headers.get('accept-ranges') !== 'none'
  }
}

/** Everything that is kept, for a time without a network. */
function keptStream(remote: RemoteFile, kept: KeptFile, signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
  const download = new Download(remote, { etag: kept.etag, size: kept.size, hasRanges: false }, signal)
  return download.keptStream(kept)
}

class Download {
  readonly size: number | undefined
  private readonly _remote: RemoteFile
  private readonly _version: Version
  private readonly _signal: AbortSignal | undefined
  private readonly _pieceBytes: number
  /** Of the file as the server sends it; a hub may tell another one. */
  private _sentEtag: string | undefined
  private _kept: KeptFile | undefined
  private _body: ReadableStreamDefaultReader<Uint8Array> | undefined
  /** Bytes handed on so far. */
  private _position = 0
  private _keeper: Keeper | undefined

  constructor(remote: RemoteFile, version: Version, signal: AbortSignal | undefined) {
    this._remote = remote
    this._version = version
    this._signal = signal
    this.size = version.size
    this._pieceBytes = remote.pieceBytes ?? pieceBytes
  }

  useKept(kept: KeptFile): void {
    this._kept = kept
  }

  async begin(response: Response): Promise<void> {
    this._body = (response.body ?? new Blob([]).stream()).getReader()
    this._sentEtag = response.headers.get('etag') ?? undefined
    await this._startKeeping(0)
  }

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
        const { done, value } = await this._body.read()
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
        if (error instanceof AttenscopeError && error.code !== 'network') throw error
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
        throw new AttenscopeError('network', `${this._remote.url} cannot be reached, and only a part of it was kept`)
      }
      return undefined
    }
    // The last one ends the file, whether its size was known or not.
    if (piece.length < kept.pieceBytes) this._kept = undefined
    return piece
  }

  private _isAtEnd(): boolean {
    if (this._body) return false
    return this._position === this.size || (this.size === undefined && !this._version.hasRanges)
  }

  /** What has not come yet; a server that sends everything is passed over as far as this. */
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
      throw new AttenscopeError('network', `${url} answered from byte ${start}, asked for byte ${from}`)
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
    if (await cache.keep(url, kept)) this._keeper = new Keeper(cache, url, kept, from / this._pieceBytes)
  }
}

/** Drops bytes that came already. */
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

/** Gathers what comes into pieces, and keeps each as it is full. */
class Keeper {
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

  async end(): Promise<void> {
    if (this._filled > 0) await this._flush()
    // A last piece that is full does not say that it is the last where the size is not known.
    if (this._works) await this._cache.keep(this._url, { ...this._kept, complete: true })
  }

  private async _flush(): Promise<void> {
    const piece = this._piece?.subarray(0, this._filled) ?? new Uint8Array(0)
    this._works = await this._cache.keepPiece(this._url, this._index, piece)
    this._index += 1
    this._filled = 0
    // Cache Storage may still hold on to its memory.
    this._piece = undefined
  }
}
