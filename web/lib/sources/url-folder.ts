/** A folder behind a URL, read with fetch; kept in Cache Storage so that it opens again without a network. */

import { abortedError, AttenscopeError, describe } from '../errors.js'
import { isModelFile } from '../formats/model-files.js'
import type { Folder, FolderFile } from './folder.js'

const cacheName = 'attenscope-files'

export function openUrlFolder(folderUrl: string | URL, options: { cache: boolean }): Folder {
  const base = new URL(folderUrl)
  base.hash = ''
  const last = decodeURIComponent(base.pathname.split('/').at(-1) ?? '')
  const isFile = isModelFile(last)
  if (isFile) base.pathname = base.pathname.slice(0, base.pathname.lastIndexOf('/') + 1)
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return {
    name: base.href,
    ...(isFile && { file: last }),
    open: async (file, signal) => {
      const url = new URL(encodeURIComponent(file), base)
      // A folder's query, such as a signature, goes with each of its files.
      url.search = base.search
      const response = await fetchFile(url, file, options.cache, signal)
      return response && toFile(response, url, signal)
    }
  }
}

/** The network first; what was kept only where the network does not answer at all. */
async function fetchFile(
  url: URL,
  file: string,
  useCache: boolean,
  signal: AbortSignal | undefined
): Promise<Response | undefined> {
  const cache = useCache ? await openCache(url) : undefined
  let response: Response
  try {
    response = await fetch(url, signal ? { signal } : {})
  } catch (error) {
    if (signal?.aborted) throw abortedError(`reading ${url.href}`)
    const kept = await cache?.match(url.href)
    if (kept) return kept
    throw new AttenscopeError('network', `${url.href} could not be fetched: ${describe(error)}`)
  }

  if (!response.ok) {
    await response.body?.cancel().catch(() => {})
    const optional = response.status === 404 && file !== 'config.json'
    if (optional) return undefined
    throw new AttenscopeError('network', `${url.href} answered ${response.status} ${response.statusText}`.trimEnd())
  }
  // A site made of one page answers any path with that page: the file is not there.
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    await response.body?.cancel().catch(() => {})
    if (file !== 'config.json') return undefined
    throw new AttenscopeError(
      'bad-model',
      `${url.href} answered with an HTML page where JSON is expected: is this the model's folder?`
    )
  }
  if (cache && response.status === 200) {
    // In the background: a full disk or an aborted load must not fail the load itself.
    cache.put(url.href, response.clone()).catch(() => {})
  }
  return response
}

/** Undefined where there is no Cache Storage: Node, insecure origins, blocked storage, URLs that it does not take. */
async function openCache(url: URL): Promise<Cache | undefined> {
  if (typeof caches === 'undefined' || !/^https?:$/.test(url.protocol)) return undefined
  try {
    return await caches.open(cacheName)
  } catch {
    return undefined
  }
}

function toFile(response: Response, url: URL, signal: AbortSignal | undefined): FolderFile {
  // Content-Length counts compressed bytes where the transfer was compressed: it is not the file's size then.
  const length = response.headers.get('content-encoding') ? null : response.headers.get('content-length')
  const size = length === null ? undefined : Number(length)
  const stream = response.body ?? new Blob([]).stream()
  return {
    stream: withNetworkErrors(stream, url, signal),
    ...(size !== undefined && Number.isSafeInteger(size) && { size })
  }
}

/** A connection that breaks half-way is told as 'network' with the URL, an abort as 'aborted'. */
function withNetworkErrors(
  stream: ReadableStream<Uint8Array>,
  url: URL,
  signal: AbortSignal | undefined
): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          // What was kept is not bound to the signal as a fetch is.
          signal?.throwIfAborted()
          const { done, value } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          throw signal?.aborted
            ? abortedError(`reading ${url.href}`)
            : new AttenscopeError('network', `${url.href} broke off: ${describe(error)}`)
        }
      },
      cancel: (reason) => reader.cancel(reason)
    },
    { highWaterMark: 0 }
  )
}
