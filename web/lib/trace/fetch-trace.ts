/** Reads the file of a saved trace from its address, or in Node from its path. */

import { abortedError, AttenscopeError, describe, fileError } from '../errors.js'
import { checkStall } from '../page/load-options.js'
import { pageSettings } from '../page/page-settings.js'
import { importNodeModule } from '../sources/node-modules.js'
import { pathIn } from '../sources/resolve-source.js'
import { beforeStall, fetchBeforeStall } from '../sources/stall.js'
import type { OpenTraceOptions } from '../types/index.js'

/** Reads the whole file. Throws 'network', 'bad-model' and 'aborted' as openTrace does, and 'option' for a wrong limit. */
export async function fetchTrace(source: string | URL, { signal, stallMs = pageSettings().stallMs }: OpenTraceOptions) {
  checkStall(stallMs)
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
  let failure = 'could not be fetched'
  try {
    const response = await fetchBeforeStall(awaited, {}, signal)
    if (!response.ok)
      throw new AttenscopeError('network', `${url} answered ${response.status} ${response.statusText}`.trimEnd())
    failure = 'broke off'
    const parts: Uint8Array<ArrayBuffer>[] = []
    const body = (response.body ?? new Blob([]).stream()).getReader()
    for (;;) {
      const { done, value } = await beforeStall(body.read(), awaited, () => void body.cancel().catch(() => {}))
      if (done) return new Blob(parts)
      parts.push(value)
    }
  } catch (error) {
    if (signal?.aborted) throw abortedError('opening the trace')
    if (error instanceof AttenscopeError) throw error
    throw new AttenscopeError('network', `${url} ${failure}: ${describe(error)}`)
  }
}
