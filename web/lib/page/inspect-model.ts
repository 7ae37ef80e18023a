/** inspectModel. The code that asks is imported on demand, as that of loadModel. */

import { throwIfAborted } from '../errors.js'
import { checkNames } from '../known-options.js'
import type { InspectOptions, ModelInspection, ModelSource } from '../types/index.js'
import { checkSourceOptions } from './load-options.js'

/**
 * Reads the facts of a checkpoint: its config, its tensors and its sizes. The weights are not read. In a page a worker reads
 * the files, and an abort ends the worker. Throws 'network' if a file cannot be fetched, 'bad-model' for a broken file,
 * 'unsupported' for a model that the engine cannot run, and 'aborted'.
 */
export async function inspectModel(source: ModelSource, options: InspectOptions = {}): Promise<ModelInspection> {
  checkNames('inspectModel', options)
  checkSourceOptions(options)
  throwIfAborted(options.signal, 'the inspection')
  const { inspect } = await import('./inspect.js')
  return inspect(source, options)
}
