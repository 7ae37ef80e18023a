/** The list of supported model families, and the choice of one by `model_type`. */

import { AttenscopeError } from '../errors.js'
import { kindOf, type JsonObject } from '../formats/json.js'
import type { Family } from './family.js'
import { lstmClassifier, lstmSeq2Seq } from './attenscope-lstm.js'
import { bart } from './bart.js'
import { bert, roberta } from './bert.js'
import { bloom } from './bloom.js'
import { distilbert } from './distilbert.js'
import { electra } from './electra.js'
import { gemma2 } from './gemma2.js'
import { gpt2 } from './gpt2.js'
import { gptNeo } from './gpt-neo.js'
import { gptNeoX } from './gpt-neox.js'
import { llama } from './llama.js'
import { m2m100 } from './m2m100.js'
import { marian } from './marian.js'
import { mistral } from './mistral.js'
import { mpnet } from './mpnet.js'
import { mpt } from './mpt.js'
import { opt } from './opt.js'
import { phi3 } from './phi3.js'
import { qwen2, qwen3 } from './qwen.js'
import { mt5, t5 } from './t5.js'

/** All supported families. A new family is added to this list. */
export const families: readonly Family[] = [
  ...[llama, mistral, qwen2, qwen3, gemma2, phi3, gpt2, gptNeo, gptNeoX, opt, bloom, mpt],
  ...[bert, roberta, distilbert, electra, mpnet],
  ...[bart, marian, m2m100, t5, mt5],
  ...[lstmClassifier, lstmSeq2Seq]
]

/** The family of a config. Throws 'bad-model' without a `model_type` and 'unsupported' for an unknown one. */
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
