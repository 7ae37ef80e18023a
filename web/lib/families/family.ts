/** What a family of checkpoints has to say: how its config and its tensors map to the engine's. */

import type { JsonObject } from '../formats/json.js'
import type { EngineConfig } from '../types/engine.js'
import type { ModelInfo } from '../types/index.js'
import type { Place } from './layouts.js'

/** What a model is for, its parts, and its sizes by the dimension letters. */
export type ModelSizes = Pick<
  ModelInfo,
  'kind' | 'task' | 'parts' | 'L' | 'N' | 'K' | 'H' | 'C' | 'F' | 'V' | 'context' | 'labels' | 'scores'
>

/** Positions of a text's tokens where they depend on the text; undefined: they count on from 0. */
export type PositionsOf = (ids: readonly number[], mask: readonly number[] | undefined) => number[] | undefined

/** One checkpoint, as its family reads it. */
export interface ModelPlan {
  readonly engine: EngineConfig
  readonly sizes: ModelSizes
  /** Where the source's tokens are not the target's: how many there are. */
  readonly sourceVocabulary?: number
  /** What has to end a source text, for families whose tokenizer.json may leave it out. */
  readonly sourceEndId?: number
  /** How an engine parameter of that shape lies in the file, where not as the engine has it. */
  place?(parameter: string, shape: readonly number[]): Place | undefined
  readonly positions?: PositionsOf
  /** Whose logits a sequence classifier's labels are: the first token's, or the last's that is not padding. */
  readonly labelsAt?: { readonly token: 'first' | 'last'; readonly padId?: number }
  /** The file's name of an engine parameter. */
  tensorName(parameter: string): string
  /** Whether a tensor that no parameter asks for may be passed over without changing the result. */
  mayIgnore(tensorName: string): boolean
}

export interface Family {
  /** `model_type` in config.json. */
  readonly modelType: string
  /** Reads the config; `tensorNames` are those of the file, where some of it shows (a head tied to the embedding). */
  plan(config: JsonObject, tensorNames: ReadonlySet<string>): ModelPlan
}
