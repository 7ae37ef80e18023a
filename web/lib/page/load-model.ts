/** Opens a model: chooses the build of the engine and the thread it runs on, and loads the folder into it. */

import { Client } from '../wire/client.js'
import { abortedError, AttenscopeError, throwIfAborted } from '../errors.js'
import { openLocalLink, openWorkerLink } from '../wire/link.js'
import { checkLoadOptions, checkSourceOptions } from './options.js'
import { isNode } from '../sources/node-modules.js'
import { resolveSource } from '../sources/resolve-source.js'
import type { LoadOptions, Model, ModelSource } from '../types/index.js'
import { detectVariant } from './variant.js'

/** Loads a model; see ModelSource for where from. Each model has an engine, and in a page a worker, of its own. */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { dtype, threads } = checkLoadOptions(options)
  const { token, hub } = checkSourceOptions(options)
  const { signal, onProgress, cache = true, thread = isNode ? 'caller' : 'worker' } = options
  throwIfAborted(signal, 'loading the model')
  const variant = options.variant ?? detectVariant()
  const resolved = await resolveSource(source, hub)
  throwIfAborted(signal, 'loading the model')
  if (thread === 'worker' && typeof Worker === 'undefined') {
    throw new AttenscopeError('unsupported', "there is no Worker here; load with { thread: 'caller' }")
  }

  const client = new Client(thread === 'worker' ? openWorkerLink : openLocalLink)
  try {
    const loaded = client.request(
      { type: 'load', source: resolved, variant, threads, dtype, cache, token },
      { signal, onLoadProgress: onProgress }
    )
    // What a model answers with comes while it loads: a page that shows a saved trace never needs it.
    const [{ info, traceNames }, { RemoteModel }] = await Promise.all([loaded, import('./model.js')])
    return new RemoteModel(client, info, traceNames)
  } catch (error) {
    client.close(error instanceof AttenscopeError ? error : abortedError('loading the model'))
    throw error
  }
}
