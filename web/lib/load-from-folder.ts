/** Loads a folder into the engine: config, tokenizer, then the weights as their bytes come. */

import { createWeightSink, readConfig } from './checkpoint.js'
import type { Engine, ModelHandle } from './engine.js'
import { AttenscopeError } from './errors.js'
import type { JsonObject } from './formats/json.js'
import { readWeights } from './formats/weight-files.js'
import { LoadedModel } from './loaded-model.js'
import type { FolderReader } from './sources/folder.js'
import { Tokenizer } from './tokenizer/tokenizer.js'
import type { ModelInfo } from './types.js'

/** Small files first, so that what cannot be loaded is refused before the weights are fetched. */
export async function loadFromFolder(folder: FolderReader, engine: Engine): Promise<LoadedModel> {
  const { config, family } = await readConfig(folder)
  // Refuses a config before the weights; whether a head is stored apart shows only then.
  family.plan(config, new Set())
  const generationConfig = await folder.readJson('generation_config.json')
  const tokenizerJson = await folder.readJson('tokenizer.json')
  const tokenizer = tokenizerJson && new Tokenizer(tokenizerJson, await folder.readJson('tokenizer_config.json'))

  let model: ModelHandle | undefined
  try {
    let plan = family.plan(config, new Set())
    await readWeights(folder, (tensorNames) => {
      plan = family.plan(config, tensorNames)
      model = engine.createModel(plan.engine)
      return createWeightSink(plan, model, tensorNames)
    })
    if (!model) throw new AttenscopeError('bad-model', `${folder.name}: there are no weights`)
    const loaded: ModelHandle = model
    loaded.finish()
    const info: ModelInfo = {
      family: family.modelType,
      ...plan.sizes,
      parameters: loaded.parameters(),
      bytes: loaded.bytes(),
      dtype: 'f32',
      variant: engine.variant,
      threads: 1,
      hasTokenizer: tokenizer !== undefined
    }
    return new LoadedModel(loaded, info, tokenizer, endIdsOf(generationConfig, config))
  } catch (error) {
    model?.delete()
    throw error
  }
}

/** The tokens that end a text: generation_config.json says it, or config.json; a number or a list. */
function endIdsOf(generationConfig: JsonObject | undefined, config: JsonObject): ReadonlySet<number> {
  const value = generationConfig?.['eos_token_id'] ?? config['eos_token_id']
  const ids: readonly unknown[] = Array.isArray(value) ? value : [value]
  return new Set(ids.filter((id): id is number => typeof id === 'number'))
}
