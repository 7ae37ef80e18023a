/** What every form of checkpoint is to a load: a config in Hugging Face's words, tokenizers, and tensors by name. */

import type { Family, ModelPlan } from '../families/family.js'
import type { JsonObject } from '../formats/json.js'
import type { ListedTensor, WeightSink } from '../formats/tensors.js'
import type { Quantization } from './quantization.js'
import type { Tokenizers } from '../tokenizer/tokenizers.js'
import type { Pooling } from '../types/index.js'

export interface Checkpoint {
  readonly family: Family
  readonly config: JsonObject
  readonly generationConfig: JsonObject | undefined
  /** Where the file's matrices are in the package's own 8 bits. */
  readonly quantization: Quantization | undefined
  /** How the engine's parameters are called in the file. */
  plan(tensorNames: ReadonlySet<string>): ModelPlan
  readTokenizers(): Promise<Tokenizers | undefined>
  /** How one vector is made of a text, where the checkpoint says. */
  readPooling?(): Promise<Pooling | undefined>
  /** Asks for the weights ahead of reading them. */
  beginWeights?(): void
  /** Streams every tensor into the sink, which is made once the names of all tensors are known. */
  readWeights(createSink: (tensorNames: ReadonlySet<string>) => WeightSink): Promise<void>
  /** Every tensor, without reading any of their bytes. */
  readTensorList(): Promise<readonly ListedTensor[]>
}
