/** Opens a saved trace. The code that reads the file is imported when it is needed. */

import { throwIfAborted } from '../errors.js'
import { checkNames } from '../known-options.js'
import type { OpenTraceOptions, Trace } from '../types/index.js'

/**
 * Opens a file that trace.save() wrote: a Blob or File, its URL, or in Node its path. Throws 'network' if the URL cannot be
 * fetched or its server stops to send. Throws 'bad-model' if the path cannot be read, or if the file is not a trace of this
 * version (docs/trace-file.md). Throws 'aborted'.
 */
export async function openTrace(source: Blob | string | URL, options: OpenTraceOptions = {}): Promise<Trace> {
  checkNames('openTrace', options)
  throwIfAborted(options.signal, 'opening the trace')
  const isBlob = source instanceof Blob
  const name = !isBlob ? String(source) : source instanceof File ? source.name : 'the trace'
  const blob = isBlob ? source : import('./fetch-trace.js').then(({ fetchTrace }) => fetchTrace(source, options))
  const [file, { readTrace }] = await Promise.all([blob, import('./file-trace.js')])
  return readTrace(file, name)
}
