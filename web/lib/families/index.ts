/** The families of checkpoints that can be loaded, by `model_type`. */

import { AttenscopeError } from '../errors.js'
import { kindOf, type JsonObject } from '../formats/json.js'
import type { Family } from './family.js'
import { lstmClassifier, lstmSeq2Seq } from './attenscope-lstm.js'
import { llama } from './llama.js'
import { marian } from './marian.js'

const families: readonly Family[] = [llama, marian, lstmClassifier, lstmSeq2Seq]

export function familyOf(config: JsonObject): Family {
  const modelType = config['model_type']
  const known = families.map((family) => family.modelType).join(', ')
  if (typeof modelType !== 'string') {
    throw new AttenscopeError('bad-model', `config.json: model_type is ${kindOf(modelType)}, expected one of: ${known}`)
  }
  const family = families.find((candidate) => candidate.modelType === modelType)
  if (!family)
    throw new AttenscopeError(
      'unsupported',
      `config.json: model_type '${modelType}' is not supported; supported: ${known}`
    )
  return family
}
