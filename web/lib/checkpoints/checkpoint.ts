/** The interface that every checkpoint format gives to the loader: a Hugging Face config, tokenizers and named tensors. */

import type { Family, ModelPlan } from '../families/family.js'
import type { JsonObject } from '../formats/json.js'
import type { ListedTensor, WeightSink } from '../formats/tensors.js'
import type { Quantization } from './quantization.js'
import type { Tokenizers } from '../tokenizer/tokenizers.js'
import type { Pooling } from '../types/index.js'

/** One opened checkpoint. Reading may throw 'bad-model', 'unsupported', 'tokenizer', 'network' and 'aborted'. */
export interface Checkpoint {
  readonly family: Family
  readonly config: JsonObject
  readonly generationConfig: JsonObject | undefined
  /** Present when matrices are stored in the package's own 8-bit form. */
  readonly quantization: Quantization | undefined
  /** Maps the engine's parameters to the file's tensors, of which `tensorNames` lists the names. */
  plan(tensorNames: ReadonlySet<string>): ModelPlan
  readTokenizers(): Promise<Tokenizers | undefined>
  /** How `embed` makes one vector from a text, when the checkpoint says so. */
  readPooling?(): Promise<Pooling | undefined>
  /** Starts the request for the weights early, before `readWeights`. */
  beginWeights?(): void
  /** Streams every tensor into the sink. The sink is created when the names of all tensors are known. */
  readWeights(createSink: (tensorNames: ReadonlySet<string>) => WeightSink): Promise<void>
  /** Lists every tensor without reading the tensors' bytes. */
  readTensorList(): Promise<readonly ListedTensor[]>
}
