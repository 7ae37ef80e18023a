/** Opens one file behind a URL as a stream, from the cache as far as possible, the rest from the network. */

import { abortedError, AttenscopeError, describe } from '../errors.js'
import { Download } from './download.js'
import type { KeptFile } from './file-cache.js'
import type { FolderFile } from './folder.js'
import { isPage, NoAnswer, request, versionOf, type RemoteFile, type Version } from './remote-request.js'
import { fetchBeforeStall, Stalled } from './stall.js'

/** Undefined when the file does not exist and is not required. Throws 'network' when the server cannot be reached. */
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

/** Requests the headers only, to compare versions. Undefined when the server does not give them. */
async function askVersion(
  remote: RemoteFile,
  kept: KeptFile,
  signal: AbortSignal | undefined
): Promise<Version | 'offline' | 'gone' | undefined> {
  const { url, headers } = remote
  let response: Response
  try {
    response = await fetchBeforeStall(remote, { method: 'HEAD', headers }, signal)
  } catch (error) {
    if (signal?.aborted) throw abortedError(`reading ${url}`)
    if (kept.complete) return 'offline'
    if (error instanceof Stalled) throw error
    throw new AttenscopeError('network', `${url} could not be fetched: ${describe(error)}`)
  }
  if (response.status === 404 && !remote.required) return 'gone'
  return response.ok && !isPage(response) ? versionOf(response, remote) : undefined
}

/** The cached file, for use without a network. */
function keptStream(remote: RemoteFile, kept: KeptFile, signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
  const download = new Download(remote, { etag: kept.etag, size: kept.size, hasRanges: false }, signal)
  return download.keptStream(kept)
}
