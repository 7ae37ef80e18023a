/** One question to a server about one file, and what its answer says. */

import { abortedError, AttenscopeError, describe } from '../errors.js'
import type { FileCache } from './file-cache.js'

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
export class NoAnswer extends AttenscopeError {}

/** What the server says of the version that it has now. */
export interface Version {
  readonly etag: string
  readonly size: number | undefined
  /** Whether a part of it can be asked for. */
  readonly hasRanges: boolean
}

/** A part of the file, or all of it; undefined where it is not there and none is required. */
export async function request(
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

export function isPage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false
}

export function versionOf(response: Response, { known }: Pick<RemoteFile, 'known'>): Version {
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
