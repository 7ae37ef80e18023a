/** Asks for the facts of a checkpoint: a worker reads them, because a file may ask for endless work. */

import { AttenscopeError, throwIfAborted } from '../errors.js'
import { Client } from '../wire/client.js'
import { resolveSource } from '../sources/resolve-source.js'
import type { InspectOptions, ModelInspection, ModelSource } from '../types/index.js'
import { Notices } from './notices.js'
import { openHost } from './open-host.js'
import { addressOf, checkSourceOptions } from './options.js'
import { pageSettings } from './page-settings.js'

/**
 * Reads the facts of a checkpoint: its config, its tensors and its sizes. The weights are not read. In a page a worker reads
 * the files, and an abort ends the worker. Throws 'network' if a file cannot be fetched, 'bad-model' for a broken file,
 * 'unsupported' for a model that the engine cannot run, and 'aborted'.
 */
export async function inspectModel(source: ModelSource, options: InspectOptions = {}): Promise<ModelInspection> {
  const { token, hub } = checkSourceOptions(options)
  const { signal, onProgress } = options
  throwIfAborted(signal, 'the inspection')
  const resolved = await resolveSource(source, hub)
  const { thread, workerUrl } = pageSettings()
  const client = new Client(
    await openHost({
      thread,
      workerUrl: addressOf('workerUrl', workerUrl),
      signal,
      notices: new Notices(),
      call: 'the inspection'
    })
  )
  try {
    return await client.request({ type: 'inspect', source: resolved, token }, { signal, onLoadProgress: onProgress })
  } finally {
    client.close(new AttenscopeError('disposed', 'the inspection is over'))
  }
}
