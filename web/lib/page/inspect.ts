/** Asks for the facts of a checkpoint: a worker reads them, because a file may ask for endless work. */

import { AttenscopeError, throwIfAborted } from '../errors.js'
import { Client } from '../wire/client.js'
import { resolveSource } from '../sources/resolve-source.js'
import type { InspectOptions, ModelInspection, ModelSource } from '../types/index.js'
import { Notices } from './notices.js'
import { openHost } from './open-host.js'
import { addressOf, checkSourceOptions } from './load-options.js'
import { pageSettings } from './page-settings.js'

/** Does the work of inspectModel. */
export async function inspect(source: ModelSource, options: InspectOptions): Promise<ModelInspection> {
  const { thread, workerUrl, ...page } = pageSettings()
  const { token, hub, stallMs = page.stallMs } = checkSourceOptions(options)
  const { signal, onProgress } = options
  throwIfAborted(signal, 'the inspection')
  const resolved = await resolveSource(source, hub)
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
    return await client.request(
      { type: 'inspect', source: resolved, token, stallMs },
      { signal, onLoadProgress: onProgress }
    )
  } finally {
    client.close(new AttenscopeError('disposed', 'the inspection is over'))
  }
}
