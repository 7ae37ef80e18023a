/** Loads a folder into the engine: the config, the tokenizer, then the weights while their bytes arrive. */

import { countParameters } from '../checkpoints/parameter-count.js'
import { openCheckpoint } from '../checkpoints/open-checkpoint.js'
import type { Engine } from '../engine/engine.js'
import type { ModelHandle } from '../engine/engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { TensorEntry, WeightSink } from '../formats/tensors.js'
import { GenerationConfig } from './generation-config.js'
import { InputReader } from './input-reader.js'
import { LoadedModel } from './loaded-model.js'
import type { FolderReader } from '../sources/folder.js'
import type { Dtype, ModelInfo } from '../types/index.js'
import { createWeightSink } from '../engine/weight-sink.js'

/**
 * Reads the config first, so that an unsupported model is refused before its weights are fetched. Weights and
 * tokenizers are fetched together.
 */
export async function loadFromFolder(
  folder: FolderReader,
  comingEngine: Promise<Engine>,
  dtype: Dtype
): Promise<LoadedModel> {
  const checkpoint = await openCheckpoint(folder)
  // This first plan checks the config. The names of the tensors, which tell whether the head is stored, are known
  // later.
  let plan = checkpoint.plan(new Set())
  checkpoint.beginWeights?.()
  const tokenizers = await checkpoint.readTokenizers()
  const engine = await comingEngine

  let model: ModelHandle | undefined
  const stored: TensorEntry[] = []
  try {
    await checkpoint.readWeights((tensorNames) => {
      plan = checkpoint.plan(tensorNames)
      model = engine.createModel(plan.engine)
      model.holdAs(dtype)
      const sink = createWeightSink(plan, model, tensorNames, checkpoint.quantization)
      const begin: WeightSink['begin'] = (tensor, file) => {
        stored.push(tensor)
        return sink.begin(tensor, file)
      }
      return { begin }
    })
    if (!model) throw new AttenscopeError('bad-model', `${folder.name}: the folder has no weights`)
    const loaded: ModelHandle = model
    loaded.finish()
    const info: ModelInfo = {
      family: checkpoint.family.modelType,
      ...plan.sizes,
      parameters: countParameters(stored, plan, checkpoint.quantization),
      bytes: loaded.bytes(),
      dtype: loaded.heldAs(),
      variant: engine.variant,
      threads: engine.threads,
      hasTokenizer: tokenizers !== undefined
    }
    const types = 'transformer' in plan.engine ? plan.engine.transformer.types : undefined
    return new LoadedModel(loaded, {
      info,
      input: new InputReader(tokenizers, info, { ...plan, ...(types !== undefined && { types }) }),
      generation: new GenerationConfig(checkpoint.generationConfig, checkpoint.config, info),
      labelsAt: plan.labelsAt,
      readPooling: async () => checkpoint.readPooling?.()
    })
  } catch (error) {
    model?.delete()
    throw error
  }
}
