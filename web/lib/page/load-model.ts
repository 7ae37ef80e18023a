/** Loads a model: chooses the build of the engine and its thread, and loads the model's files into it. */

import { Client } from '../wire/client.js'
import { abortedError, AttenscopeError, throwIfAborted } from '../errors.js'
import { openLocalLink, openWorkerLink } from '../wire/link.js'
import { checkLoadOptions, checkSourceOptions } from './options.js'
import { isNode } from '../sources/node-modules.js'
import { resolveSource } from '../sources/resolve-source.js'
import type { LoadOptions, Model, ModelSource } from '../types/index.js'
import { detectVariant } from './variant.js'

/**
 * Loads a model; ModelSource lists the possible sources. Each model has an engine of its own, and in a page a worker of its
 * own. Throws 'network' if a file cannot be fetched, 'bad-model' for a broken file, 'unsupported' for a model that the
 * engine cannot run, 'memory' for a model that is too large, 'option' for a wrong option, and 'aborted'.
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { dtype, threads } = checkLoadOptions(options)
  const { token, hub } = checkSourceOptions(options)
  const { signal, onProgress, cache = true, thread = isNode ? 'caller' : 'worker' } = options
  throwIfAborted(signal, 'loading the model')
  const variant = options.variant ?? detectVariant()
  const resolved = await resolveSource(source, hub)
  throwIfAborted(signal, 'loading the model')
  if (thread === 'worker' && typeof Worker === 'undefined') {
    throw new AttenscopeError('unsupported', "this environment has no Worker; load with { thread: 'caller' }")
  }

  const client = new Client(thread === 'worker' ? openWorkerLink : openLocalLink)
  try {
    const loaded = client.request(
      { type: 'load', source: resolved, variant, threads, dtype, cache, token },
      { signal, onLoadProgress: onProgress }
    )
    // RemoteModel is imported while the model loads: a page that only shows a saved trace never needs it.
    const [{ info, traceNames }, { RemoteModel }] = await Promise.all([loaded, import('./model.js')])
    return new RemoteModel(client, info, traceNames)
  } catch (error) {
    client.close(error instanceof AttenscopeError ? error : abortedError('loading the model'))
    throw error
  }
}
