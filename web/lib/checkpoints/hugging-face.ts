/** A checkpoint in Hugging Face's folder form: config.json and safetensors files. */

import { familyOf } from '../families/index.js'
import type { Family } from '../families/family.js'
import type { JsonObject } from '../formats/json.js'
import { beginWeights, readTensorList, readWeights } from '../formats/weight-files.js'
import { readPooling } from './pooling.js'
import { readQuantization, type Quantization } from './quantization.js'
import type { FolderReader } from '../sources/folder.js'
import { openTokenizers } from '../tokenizer/tokenizers.js'
import type { Checkpoint } from './checkpoint.js'

/** A folder's config.json with its family. */
export interface CheckpointConfig {
  readonly config: JsonObject
  readonly family: Family
  readonly quantization: Quantization | undefined
}

/** Reads config.json. Throws 'bad-model' when it is missing or broken, 'unsupported' for an unknown family. */
export async function readConfig(folder: FolderReader): Promise<CheckpointConfig> {
  const config = await folder.readJson('config.json')
  if (!config) throw folder.missing('config.json')
  return { config, family: familyOf(config), quantization: readQuantization(config) }
}

/** Opens the checkpoint of a folder with config.json. Throws the errors of `readConfig`. */
export async function openHuggingFace(folder: FolderReader): Promise<Checkpoint> {
  folder.begin('config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json')
  const { config, family, quantization } = await readConfig(folder)
  return {
    config,
    family,
    quantization,
    generationConfig: await folder.readJson('generation_config.json'),
    plan: (tensorNames) => family.plan(config, tensorNames),
    readPooling: () => readPooling(folder),
    readTokenizers: () => openTokenizers(folder, config),
    beginWeights: () => beginWeights(folder),
    readWeights: (createSink) => readWeights(folder, createSink),
    readTensorList: () => readTensorList(folder)
  }
}
