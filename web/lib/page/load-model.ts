/** loadModel. The code that loads is imported on demand: a page that only shows a saved trace never needs it. */

import { throwIfAborted } from '../errors.js'
import { checkNames } from '../known-options.js'
import type { LoadOptions, Model, ModelSource } from '../types/index.js'
import { checkLoadOptions, checkSourceOptions } from './load-options.js'

/**
 * Loads a model; ModelSource lists the possible sources. Each model has an engine of its own, and in a page a worker of its
 * own. Throws 'network' if a file cannot be fetched, 'bad-model' for a broken file, 'unsupported' for a model that the
 * engine cannot run, 'memory' for a model that is too large, 'blocked' if the page's policy forbids WebAssembly or the worker
 * that the options ask for, 'worker' if the engine does not start, 'option' for a wrong option, and 'aborted'.
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  checkNames('loadModel', options)
  checkLoadOptions(options)
  checkSourceOptions(options)
  throwIfAborted(options.signal, 'loading the model')
  const { load } = await import('./load.js')
  return load(source, options)
}
