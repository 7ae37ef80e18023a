/** Opens a saved trace. The code that reads the file is imported while the file is fetched. */

import { abortedError, AttenscopeError, describe, fileError, throwIfAborted } from '../errors.js'
import { checkNames } from '../known-options.js'
import { checkStall } from '../page/load-options.js'
import { pageSettings } from '../page/page-settings.js'
import { importNodeModule } from '../sources/node-modules.js'
import { pathIn } from '../sources/resolve-source.js'
import { beforeStall, fetchBeforeStall } from '../sources/stall.js'
import type { OpenTraceOptions, Trace } from '../types/index.js'

/**
 * Opens a file that trace.save() wrote: a Blob or File, its URL, or in Node its path. Throws 'network' if the URL cannot be
 * fetched or its server stops to send, 'bad-model' if the path cannot be read or the file is not a trace of this version (docs/trace-file.md), and
 * 'aborted'.
 */
export async function openTrace(source: Blob | string | URL, options: OpenTraceOptions = {}): Promise<Trace> {
  checkNames('openTrace', options)
  const { signal, stallMs = pageSettings().stallMs } = options
  checkStall(stallMs)
  throwIfAborted(signal, 'opening the trace')
  const isBlob = source instanceof Blob
  const name = !isBlob ? String(source) : source instanceof File ? source.name : 'the trace'
  const [blob, { readTrace }] = await Promise.all([
    isBlob ? source : open(source, { ...(signal && { signal }), ...(stallMs !== undefined && { stallMs }) }),
    import('./file-trace.js')
  ])
  return readTrace(blob, name)
}

async function open(source: string | URL, { signal, stallMs }: OpenTraceOptions): Promise<Blob> {
  const path = await pathIn(source)
  return path === undefined ? download(String(source), signal, stallMs) : readPath(path)
}

async function readPath(path: string): Promise<Blob> {
  const { readFile } = await importNodeModule('fs/promises')
  try {
    return new Blob([await readFile(path)])
  } catch (error) {
    throw new AttenscopeError('bad-model', `${path} cannot be read: ${describe(error)}`)
  }
}

/** Fetches a trace whole. A server that stops to send ends the wait. */
async function download(url: string, signal: AbortSignal | undefined, stallMs: number | undefined): Promise<Blob> {
  if (typeof document !== 'undefined' && new URL(url, document.baseURI).protocol === 'file:') throw fileError(url)
  const awaited = { file: 'the trace', url, ...(stallMs !== undefined && { stallMs }) }
  try {
    const response = await fetchBeforeStall(awaited, {}, signal)
    if (!response.ok)
      throw new AttenscopeError('network', `${url} answered ${response.status} ${response.statusText}`.trimEnd())
    const parts: Uint8Array<ArrayBuffer>[] = []
    const body = response.body?.getReader()
    while (body) {
      const { done, value } = await beforeStall(body.read(), awaited, () => void body.cancel().catch(() => {}))
      if (done) break
      parts.push(value)
    }
    return new Blob(parts)
  } catch (error) {
    if (signal?.aborted) throw abortedError('opening the trace')
    if (error instanceof AttenscopeError) throw error
    throw new AttenscopeError('network', `${url} could not be fetched: ${describe(error)}`)
  }
}
