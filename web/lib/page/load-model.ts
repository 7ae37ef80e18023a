/** Loads a model: chooses the build of the engine and its thread, and loads the model's files into it. */

import { Client } from '../wire/client.js'
import { fromFile, severalThreads, variantOf } from '../wire/engine-files.js'
import { abortedError, AttenscopeError, throwIfAborted } from '../errors.js'
import { openHost } from './open-host.js'
import { addressOf, checkLoadOptions, checkSourceOptions } from './options.js'
import { pageSettings } from './page-settings.js'
import { Notices } from './notices.js'
import { resolveSource } from '../sources/resolve-source.js'
import type { EngineFiles } from '../types/engine.js'
import type { LoadOptions, Model, ModelSource } from '../types/index.js'
import { detectVariant } from './variant.js'

/**
 * Loads a model; ModelSource lists the possible sources. Each model has an engine of its own, and in a page a worker of its
 * own. Throws 'network' if a file cannot be fetched, 'bad-model' for a broken file, 'unsupported' for a model that the
 * engine cannot run, 'memory' for a model that is too large, 'blocked' if the page's policy forbids WebAssembly or the worker
 * that the options ask for, 'worker' if the engine does not start, 'option' for a wrong option, and 'aborted'.
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { dtype, threads } = checkLoadOptions(options)
  const { token, hub } = checkSourceOptions(options)
  const { signal, onProgress, cache = true } = options
  throwIfAborted(signal, 'loading the model')
  const page = pageSettings()
  const thread = options.thread ?? page.thread
  const workerUrl = addressOf('workerUrl', options.workerUrl ?? page.workerUrl)
  const wasmUrl = addressOf('wasmUrl', options.wasmUrl ?? page.wasmUrl)
  const variant = variantOf(wasmUrl) ?? options.variant ?? detectVariant()
  const resolved = await resolveSource(source, hub)
  const notices = new Notices()
  const openLink = await openHost({ thread, workerUrl, signal, notices, call: 'loading the model' })

  const client = new Client(openLink)
  try {
    const loaded = client.request(
      { type: 'load', source: resolved, dtype, cache, token },
      { signal, onLoadProgress: onProgress }
    )
    loaded.catch(() => {}) // The error is reported below, unless the engine's comes first.
    // The engine is fetched and compiled while the small files load.
    const several = severalThreads({ variant, threads }, wasmUrl)
    const engine = fromFile(
      variant,
      wasmUrl,
      (single) =>
        client.request({ type: 'engine', files: { variant, threads, single, several } satisfies EngineFiles }),
      (reason) => notices.add('inlined-files', reason)
    )
    // RemoteModel is imported while the model loads: a page that only shows a saved trace never needs it.
    const imported = import('./model.js')
    const [{ info, traceNames }, , { RemoteModel }] = await Promise.all([loaded, engine, imported])
    return new RemoteModel(client, notices.addTo(info), traceNames)
  } catch (error) {
    client.close(error instanceof AttenscopeError ? error : abortedError('loading the model'))
    throw error
  }
}
