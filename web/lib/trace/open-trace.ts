/** Opens a saved trace. The code that reads the file is imported while the file is fetched. */

import { abortedError, AttenscopeError, describe, fileError, throwIfAborted } from '../errors.js'
import { checkNames } from '../known-options.js'
import { importNodeModule } from '../sources/node-modules.js'
import { pathIn } from '../sources/resolve-source.js'
import type { OpenTraceOptions, Trace } from '../types/index.js'

/**
 * Opens a file that trace.save() wrote: a Blob or File, its URL, or in Node its path. Throws 'network' if the URL cannot be
 * fetched, 'bad-model' if the path cannot be read or the file is not a trace of this version (docs/trace-file.md), and
 * 'aborted'.
 */
export async function openTrace(source: Blob | string | URL, options: OpenTraceOptions = {}): Promise<Trace> {
  checkNames('openTrace', options)
  const { signal } = options
  throwIfAborted(signal, 'opening the trace')
  const isBlob = source instanceof Blob
  const name = !isBlob ? String(source) : source instanceof File ? source.name : 'the trace'
  const [blob, { readTrace }] = await Promise.all([isBlob ? source : open(source, signal), import('./file-trace.js')])
  return readTrace(blob, name)
}

async function open(source: string | URL, signal: AbortSignal | undefined): Promise<Blob> {
  const path = await pathIn(source)
  return path === undefined ? download(String(source), signal) : readPath(path)
}

async function readPath(path: string): Promise<Blob> {
  const { readFile } = await importNodeModule('fs/promises')
  try {
    return new Blob([await readFile(path)])
  } catch (error) {
    throw new AttenscopeError('bad-model', `${path} cannot be read: ${describe(error)}`)
  }
}

async function download(url: string, signal: AbortSignal | undefined): Promise<Blob> {
  if (typeof document !== 'undefined' && new URL(url, document.baseURI).protocol === 'file:') throw fileError(url)
  let response: Response
  try {
    response = await fetch(url, signal ? { signal } : {})
  } catch (error) {
    if (signal?.aborted) throw abortedError('opening the trace')
    throw new AttenscopeError('network', `${url} could not be fetched: ${describe(error)}`)
  }
  if (!response.ok)
    throw new AttenscopeError('network', `${url} answered ${response.status} ${response.statusText}`.trimEnd())
  return response.blob().catch((error: unknown) => {
    throw new AttenscopeError('network', `${url} broke off: ${describe(error)}`)
  })
}
