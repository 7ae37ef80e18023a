/** Reads the facts of a checkpoint without its weights: config, tensors and sizes. */

import type { Checkpoint } from '../checkpoints/checkpoint.js'
import { countParameters } from '../checkpoints/parameter-count.js'
import { openCheckpoint } from '../checkpoints/open-checkpoint.js'
import { FolderReader, type FolderReaderOptions } from '../sources/folder.js'
import { openFolder } from '../sources/open-folder.js'
import type { ResolvedSource } from '../sources/resolve-source.js'
import type { ModelInspection } from '../types/index.js'

/** The facts of the checkpoint at a source. The files are read anew, and none is stored. */
export async function inspectSource(
  source: ResolvedSource,
  token: string | undefined,
  options: FolderReaderOptions
): Promise<ModelInspection> {
  const folder = new FolderReader(await openFolder(source, { cache: false, token }), options)
  try {
    return await inspectCheckpoint(await openCheckpoint(folder))
  } finally {
    folder.close()
  }
}

async function inspectCheckpoint(checkpoint: Checkpoint): Promise<ModelInspection> {
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
