/** Finds the checkpoint format of a folder and opens the checkpoint. */

import { AttenscopeError } from '../errors.js'
import { isGguf, isLlama2c } from '../formats/model-files.js'
import type { FolderReader } from '../sources/folder.js'
import type { Checkpoint } from './checkpoint.js'
import { openGguf } from './gguf.js'
import { openHuggingFace } from './hugging-face.js'
import { openLlama2c } from './llama2c.js'

/**
 * Opens the file that the source names, else config.json, else the folder's only GGUF or llama2.c file. Throws 'option'
 * when there are several such files.
 */
export async function openCheckpoint(folder: FolderReader): Promise<Checkpoint> {
  const named = folder.namedFile
  if (named !== undefined) return openFile(folder, named)
  const names = await folder.list()
  if (!names || names.includes('config.json')) return openHuggingFace(folder)
  for (const isModel of [isGguf, isLlama2c]) {
    const models = names.filter(isModel)
    if (models.length > 1) {
      throw new AttenscopeError(
        'option',
        `${folder.name}: there are several models, ${models.join(', ')}; name one of them in the source`
      )
    }
    if (models[0] !== undefined) return openFile(folder, models[0])
  }
  return openHuggingFace(folder)
}

function openFile(folder: FolderReader, name: string): Promise<Checkpoint> {
  return isGguf(name) ? openGguf(folder, name) : openLlama2c(folder, name)
}
