/** Sends one request for one file, and reads the file's version from the response. */

import { abortedError, AttenscopeError, describe } from '../errors.js'
import type { FileCache } from './file-cache.js'
import { fetchBeforeStall, Stalled } from './stall.js'

/** A file behind a URL, and how to request it. */
export interface RemoteFile {
  readonly url: string
  /** The file's name in the folder. */
  readonly file: string
  /** Whether a missing file is an error. */
  readonly required: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly cache: FileCache | undefined
  /** The version, when a hub's API gave it before. */
  readonly known?: { readonly etag: string; readonly size: number }
  readonly pieceBytes?: number
  /** How long the server may send nothing, in milliseconds. */
  readonly stallMs?: number | undefined
}

/** The error when there is no network or no server. */
export class NoAnswer extends AttenscopeError {}

/** The version of a file on the server. */
export interface Version {
  /** '' when the server gives none. */
  readonly etag: string
  readonly size: number | undefined
  /** Whether the server can send a part of the file. */
  readonly hasRanges: boolean
}

/**
 * Requests the file, or the part that the header `range` names; undefined when the file does not exist and is not
 * required. Throws 'network', 'aborted', or 'bad-model' for an HTML page in the place of a required file.
 */
export async function request(
  { url, file, required, headers, stallMs }: RemoteFile,
  range: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined
): Promise<Response | undefined> {
  let response: Response
  try {
    response = await fetchBeforeStall({ url, file, stallMs }, { headers: { ...headers, ...range } }, signal)
  } catch (error) {
    if (signal?.aborted) throw abortedError(`reading ${url}`)
    if (error instanceof Stalled) throw error
    throw new NoAnswer('network', `${url} could not be fetched: ${describe(error)}`)
  }
  if (!response.ok) {
    await response.body?.cancel().catch(() => {})
    if (response.status === 404 && !required) return undefined
    throw new AttenscopeError('network', `${url} answered ${response.status} ${response.statusText}`.trimEnd())
  }
  // A single-page site answers every path with its page: the file does not exist.
  if (isPage(response)) {
    await response.body?.cancel().catch(() => {})
    if (!required) return undefined
    throw new AttenscopeError(
      'bad-model',
      `${url} answered with an HTML page, expected ${/\.json$/.test(file) ? 'JSON' : 'a model'}: is this the model's folder?`
    )
  }
  return response
}

/** Whether the response is an HTML page. */
export function isPage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false
}

/** The file's version in a response's headers. */
export function versionOf(response: Response, { known }: Pick<RemoteFile, 'known'>): Version {
  const { headers } = response
  // In a compressed transfer Content-Length counts compressed bytes, not the file's, and ranges cannot be requested.
  const isEncoded = headers.get('content-encoding') !== null
  const length = isEncoded ? null : headers.get('content-length')
  const size = length === null ? undefined : Number(length)
  return {
    etag: known?.etag ?? headers.get('x-linked-etag') ?? headers.get('etag') ?? '',
    size: known?.size ?? (Number.isSafeInteger(size) ? size : undefined),
    hasRanges: !isEncoded && headers.get('accept-ranges') !== 'none'
  }
}
