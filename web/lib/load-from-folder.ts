/** Loads a folder into the engine: config, tokenizer, then the weights as their bytes come. */

import { createWeightSink, readConfig } from './checkpoint.js'
import type { Engine } from './engine.js'
import type { ModelHandle } from './engine-handles.js'
import { AttenscopeError } from './errors.js'
import { readWeights } from './formats/weight-files.js'
import { GenerationConfig } from './generation-config.js'
import { InputReader } from './input-reader.js'
import { LoadedModel } from './loaded-model.js'
import type { FolderReader } from './sources/folder.js'
import { Tokenizer } from './tokenizer/tokenizer.js'
import type { HeldDtype, ModelInfo } from './types.js'

/** Small files first, so that what cannot be loaded is refused before the weights are fetched. */
export async function loadFromFolder(folder: FolderReader, engine: Engine, dtype: HeldDtype): Promise<LoadedModel> {
  const { config, family, quantization } = await readConfig(folder)
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
      model.holdAs(dtype)
      return createWeightSink(plan, model, tensorNames, quantization)
    })
    if (!model) throw new AttenscopeError('bad-model', `${folder.name}: there are no weights`)
    const loaded: ModelHandle = model
    loaded.finish()
    const info: ModelInfo = {
      family: family.modelType,
      ...plan.sizes,
      parameters: loaded.parameters(),
      bytes: loaded.bytes(),
      dtype: loaded.hasInt8() ? 'int8' : 'f32',
      variant: engine.variant,
      threads: 1,
      hasTokenizer: tokenizer !== undefined
    }
    return new LoadedModel(loaded, {
      info,
      input: new InputReader(tokenizer, info, plan),
      generation: new GenerationConfig(generationConfig, config, info)
    })
  } catch (error) {
    model?.delete()
    throw error
  }
}
