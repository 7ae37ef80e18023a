/** The interface of every model source, a folder whose files can be streamed, and its reader. */

import { AttenscopeError, throwIfAborted } from '../errors.js'
import { ByteReader } from '../formats/byte-reader.js'
import { kindOf, parseJson, parseJsonObject, type JsonObject } from '../formats/json.js'
import type { Progress } from '../types/index.js'

/** An opened file. */
export interface FolderFile {
  readonly stream: ReadableStream<Uint8Array>
  /** The size in bytes, if it is known before the end. */
  readonly size?: number
}

/** A model's folder. */
export interface Folder {
  /** The folder's name in error messages: a URL, a path, 'the files given'. */
  readonly name: string
  /** The model's file, when the source names a file and not a folder. */
  readonly file?: string
  /** The names of its files. Absent when the folder cannot list them. */
  list?(signal?: AbortSignal): Promise<readonly string[]>
  /** Opens a file by its name; undefined when the folder has no such file. */
  open(file: string, signal?: AbortSignal): Promise<FolderFile | undefined>
}

/** The signal that stops the reading, and the callback for its progress. */
export interface FolderReaderOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** Reads a folder's files for one load, and reports the loaded bytes. */
export class FolderReader {
  private _loaded = 0
  private readonly _begun = new Map<string, Promise<FolderFile | undefined>>()
  private readonly _folder: Folder
  private readonly _options: FolderReaderOptions

  constructor(folder: Folder, options: FolderReaderOptions = {}) {
    this._folder = folder
    this._options = options
  }

  get name(): string {
    return this._folder.name
  }

  get namedFile(): string | undefined {
    return this._folder.file
  }

  async list(): Promise<readonly string[] | undefined> {
    return this._folder.list?.(this._options.signal)
  }

  /** Requests files that will be read later, all at once, so that no request waits for another. Call `close` at the end. */
  begin(...files: readonly string[]): void {
    for (const file of files) {
      const opening = this._folder.open(file, this._options.signal)
      opening.catch(() => {}) // `read` reports the error
      this._begun.set(file, opening)
    }
  }

  /** Cancels requested files that were never read. */
  close(): void {
    for (const opening of this._begun.values()) {
      opening.then((opened) => opened?.stream.cancel()).catch(() => {})
    }
    this._begun.clear()
  }

  /**
   * Opens a file, passes it to `read`, and closes it in any case; undefined when the folder has no such file.
   * `remainingBytes` returns, from this file's size, how many bytes of the whole load are still to come.
   */
  async read<T>(
    file: string,
    read: (reader: ByteReader, size: number | undefined) => Promise<T>,
    remainingBytes: (size: number | undefined) => number | undefined = () => undefined
  ): Promise<T | undefined> {
    const { signal, onProgress } = this._options
    throwIfAborted(signal, `reading ${file}`)
    const begun = this._begun.get(file)
    this._begun.delete(file)
    const opened = await (begun ?? this._folder.open(file, signal))
    if (!opened) return undefined

    const before = this._loaded
    const totalOf = (size: number | undefined) => {
      const remaining = remainingBytes(size)
      return remaining === undefined ? undefined : before + remaining
    }
    let total = totalOf(opened.size)
    const onRead = (bytes: number) => {
      throwIfAborted(signal, `reading ${file}`)
      this._loaded += bytes
      onProgress?.({ file, loaded: this._loaded, ...(total !== undefined && { total: Math.max(total, this._loaded) }) })
    }
    // A server that compresses gives no usable size; the file's own header does.
    const onSize = (size: number) => {
      if (opened.size === undefined) total = totalOf(size)
    }
    const reader = new ByteReader(opened.stream, onRead, onSize)
    try {
      return await read(reader, opened.size)
    } finally {
      await reader.cancel()
    }
  }

  async readJson(file: string): Promise<JsonObject | undefined> {
    return this.read(file, async (reader) => parseJsonObject(await readText(reader, file), file))
  }

  async readText(file: string): Promise<string | undefined> {
    return this.read(file, (reader) => readText(reader, file))
  }

  async readBytes(file: string): Promise<Uint8Array | undefined> {
    return this.read(file, (reader) => readBytes(reader, file))
  }

  async readJsonList(file: string): Promise<readonly unknown[] | undefined> {
    const text = await this.readText(file)
    if (text === undefined) return undefined
    const value = parseJson(text, file)
    if (Array.isArray(value)) return value
    throw new AttenscopeError('bad-model', `${file} holds ${kindOf(value)}, expected a list`)
  }

  missing(file: string): AttenscopeError {
    return new AttenscopeError('bad-model', `${this.name}: there is no ${file}`)
  }
}

/** Far above any config or tokenizer, and far below the memory of a page. */
const maxTextBytes = 256 * 1024 * 1024

async function readText(reader: ByteReader, file: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of piecesOf(reader, file)) text += decoder.decode(piece, { stream: true })
  return text + decoder.decode()
}

async function readBytes(reader: ByteReader, file: string): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of piecesOf(reader, file)) pieces.push(piece.slice())
  return new Uint8Array(await new Blob(pieces).arrayBuffer())
}

async function* piecesOf(reader: ByteReader, file: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(64 * 1024)
  while (!(await reader.atEnd())) {
    yield piece.subarray(0, await reader.fill(piece))
    if (reader.position > maxTextBytes) {
      throw new AttenscopeError(
        'bad-model',
        `${file} has more than ${maxTextBytes} bytes, the largest size of a config or tokenizer`
      )
    }
  }
}
