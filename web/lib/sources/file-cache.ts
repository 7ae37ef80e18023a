/**
 * Caches fetched files by URL and etag, in Cache Storage or, in Node, in a folder. A file is cached in pieces, so that an
 * interrupted download continues where it stopped.
 */

import { importNodeModule, isNode } from './node-modules.js'

/** The size of a piece in bytes. */
export const pieceBytes = 4 << 20

/** The cache's record of a file. */
export interface KeptFile {
  /** '' when the server gave none: such a file is used only without a network. */
  readonly etag: string
  readonly size: number | undefined
  readonly pieceBytes: number
  /** Whether every piece is cached. */
  readonly complete: boolean
  /** Set when the server said that the file does not exist. */
  readonly absent?: true
}

/** Storage for records (a URL) and pieces (a URL and a number). Any call may fail; the file is then not cached. */
interface Store {
  get(url: string, piece?: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  put(url: string, piece: number | undefined, bytes: Uint8Array<ArrayBuffer>): Promise<void>
}

/** A cache over a store. Every method survives a failing store. */
export class FileCache {
  private readonly _store: Store

  constructor(store: Store) {
    this._store = store
  }

  async find(url: string): Promise<KeptFile | undefined> {
    try {
      const bytes = await this._store.get(url)
      return bytes && checkKept(JSON.parse(new TextDecoder().decode(bytes)))
    } catch {
      return undefined
    }
  }

  /** A piece, if it is cached and has `byteLength` bytes; undefined accepts any length. */
  async piece(
    url: string,
    index: number,
    byteLength: number | undefined
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const bytes = await this._store.get(url, index)
      return byteLength === undefined || bytes?.length === byteLength ? bytes : undefined
    } catch {
      return undefined
    }
  }

  /** Writes a file's record; false when that fails. A full disk must not fail a load. */
  async keep(url: string, kept: KeptFile): Promise<boolean> {
    return this._put(url, undefined, new TextEncoder().encode(JSON.stringify(kept)))
  }

  /** Records that a file does not exist, so that the folder has the same files without a network. */
  async keepAbsence(url: string): Promise<boolean> {
    return this.keep(url, { etag: '', size: 0, pieceBytes, complete: true, absent: true })
  }

  async keepPiece(url: string, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return this._put(url, index, bytes)
  }

  private async _put(url: string, piece: number | undefined, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return this._store.put(url, piece, bytes).then(
      () => true,
      () => false
    )
  }
}

function checkKept(value: unknown): KeptFile | undefined {
  const { etag, size, pieceBytes: bytes, complete, absent } = value as Partial<KeptFile>
  const isCount = (count: unknown) => Number.isSafeInteger(count) && (count as number) >= 0
  if (typeof etag !== 'string' || !isCount(bytes) || bytes === 0 || typeof complete !== 'boolean') return undefined
  if (size !== undefined && !isCount(size)) return undefined
  return { etag, size, pieceBytes: bytes as number, complete, ...(absent === true && { absent }) }
}

/** The cache for a URL; undefined when there is none: insecure origins, blocked storage, URLs other than http(s). */
export async function openFileCache(url: string): Promise<FileCache | undefined> {
  if (!/^https?:/.test(url)) return undefined
  if (hasCaches()) {
    const cache = await caches.open('attenscope-files').catch(() => undefined)
    return cache && new FileCache(cacheStorage(cache))
  }
  return isNode ? new FileCache(await folderStore()) : undefined
}

/** Some browsers with blocked storage throw as soon as a script reads `caches`. */
function hasCaches(): boolean {
  try {
    return typeof caches !== 'undefined'
  } catch {
    return false
  }
}

function cacheStorage(cache: Cache): Store {
  const nameOf = (url: string, piece: number | undefined) => {
    if (piece === undefined) return url
    const name = new URL(url)
    name.searchParams.set('attenscope-piece', String(piece))
    return name.href
  }
  return {
    async get(url, piece) {
      const response = await cache.match(nameOf(url, piece))
      return response && new Uint8Array(await response.arrayBuffer())
    },
    put: (url, piece, bytes) => cache.put(nameOf(url, piece), new Response(bytes))
  }
}

/** A store in the folder that the variable ATTENSCOPE_CACHE names, else in the user's cache folder. */
async function folderStore(): Promise<Store> {
  const { mkdir, readFile, rename, writeFile } = await importNodeModule('fs/promises')
  const { join } = await importNodeModule('path')
  const { homedir } = await importNodeModule('os')
  const { ATTENSCOPE_CACHE: own, XDG_CACHE_HOME: usual } = process.env
  const base = own || join(usual || join(homedir(), '.cache'), 'attenscope')
  const folderOf = async (url: string) => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(url))
    return join(base, Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(''))
  }
  const fileOf = (piece: number | undefined) => (piece === undefined ? 'file.json' : `${piece}.piece`)
  return {
    async get(url, piece) {
      const found = await readFile(join(await folderOf(url), fileOf(piece))).catch(() => undefined)
      return found && new Uint8Array(found)
    },
    async put(url, piece, bytes) {
      const folder = await folderOf(url)
      await mkdir(folder, { recursive: true })
      const target = join(folder, fileOf(piece))
      // Written under another name, then renamed: another process finds the whole file or none.
      const temporary = `${target}.${process.pid}.${Math.random().toString(36).slice(2)}`
      await writeFile(temporary, bytes)
      await rename(temporary, target)
    }
  }
}
