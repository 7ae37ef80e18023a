/** Reads the facts of a checkpoint without its weights: config, tensors and sizes. */

import type { Checkpoint } from '../checkpoints/checkpoint.js'
import { countParameters } from '../checkpoints/parameter-count.js'
import { resolveSource } from '../sources/resolve-source.js'
import type { InspectOptions, ModelInspection, ModelSource } from '../types/index.js'
import { checkSourceOptions } from './options.js'

/**
 * Reads the facts of a checkpoint: its config, its tensors and its sizes. The weights are not read. Throws 'network' if a
 * file cannot be fetched, 'bad-model' for a broken file, and 'unsupported' for a model that the engine cannot run.
 */
export async function inspectModel(source: ModelSource, options: InspectOptions = {}): Promise<ModelInspection> {
  const { token, hub } = checkSourceOptions(options)
  // Families, tokenizers and folder readers are large. A page that only loads models needs this code in its worker
  // only.
  const [{ openCheckpoint }, { openFolder }, { FolderReader }] = await Promise.all([
    import('../checkpoints/open-checkpoint.js'),
    import('../sources/open-folder.js'),
    import('../sources/folder.js')
  ])
  const folder = new FolderReader(await openFolder(await resolveSource(source, hub), { cache: false, token }), options)
  try {
    return await inspect(await openCheckpoint(folder))
  } finally {
    folder.close()
  }
}

async function inspect(checkpoint: Checkpoint): Promise<ModelInspection> {
  const { config, family } = checkpoint
  const list = await checkpoint.readTensorList()
  const plan = checkpoint.plan(new Set(list.map(({ tensor }) => tensor.name)))
  const tensors = list.map(({ tensor }) => tensor)
  return {
    family: family.modelType,
    config,
    info: {
      family: family.modelType,
      ...plan.sizes,
      parameters: countParameters(tensors, plan, checkpoint.quantization),
      hasTokenizer: (await checkpoint.readTokenizers()) !== undefined
    },
    tensors: list.map(({ tensor: { name, dtype, shape }, file }) => ({ name, dtype, shape, file })),
    storedBytes: list.reduce((sum, { tensor }) => sum + tensor.end - tensor.begin, 0)
  }
}
