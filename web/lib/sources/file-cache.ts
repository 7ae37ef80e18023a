/**
 * Keeps fetched files by their URL and etag, in pieces, so that what has come of a download that broke off is not
 * fetched again: in Cache Storage where there is one, else (Node) in a folder.
 */

import { importNodeModule, isNode } from './node-modules.js'

/** Bytes of a piece. */
export const pieceBytes = 4 << 20

export interface KeptFile {
  /** '' where the server gave none: such a file serves when the network is gone. */
  readonly etag: string
  readonly size: number | undefined
  readonly pieceBytes: number
  /** Whether all of it is kept. */
  readonly complete: boolean
  /** Set where the server said that there is no such file. */
  readonly absent?: true
}

/** Names are made of a URL and, for a piece, its number. All of it may fail: then nothing is kept. */
interface Store {
  get(url: string, piece?: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  put(url: string, piece: number | undefined, bytes: Uint8Array<ArrayBuffer>): Promise<void>
}

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

  /** The piece, if it is there whole: `byteLength` bytes, or any number where that is not known. */
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

  /** False where it could not be kept: a disk that is full fails no load. */
  async keep(url: string, kept: KeptFile): Promise<boolean> {
    return this._put(url, undefined, new TextEncoder().encode(JSON.stringify(kept)))
  }

  /** So that a folder without a network lacks the files that it lacked with one. */
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

/** Undefined where nothing can be kept: insecure origins, blocked storage, URLs that Cache Storage does not take. */
export async function openFileCache(url: string): Promise<FileCache | undefined> {
  if (!/^https?:/.test(url)) return undefined
  if (hasCaches()) {
    const cache = await caches.open('attenscope-files').catch(() => undefined)
    return cache && new FileCache(cacheStorage(cache))
  }
  return isNode ? new FileCache(await folderStore()) : undefined
}

/** Where storage is blocked, some browsers throw as soon as it is named. */
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

/** ATTENSCOPE_CACHE, else the user's folder for caches. */
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
      // Written aside first: who reads meanwhile finds a file whole or not at all.
      const aside = `${target}.${process.pid}.${Math.random().toString(36).slice(2)}`
      await writeFile(aside, bytes)
      await rename(aside, target)
    }
  }
}
