/** The interface of a model family: how its config and its tensor names map to the engine's. */

import type { JsonObject } from '../formats/json.js'
import type { EngineConfig } from '../types/engine.js'
import type { ModelInfo } from '../types/index.js'
import type { StoredLayout } from './layouts.js'

/** A model's kind, task, parts and sizes; the sizes have the dimension letters as names. */
export type ModelSizes = Pick<
  ModelInfo,
  'kind' | 'task' | 'parts' | 'L' | 'N' | 'K' | 'H' | 'C' | 'F' | 'V' | 'context' | 'labels' | 'scores'
>

/** Computes the positions of a text's tokens from the tokens themselves; undefined means 0, 1, 2, … */
export type PositionsOf = (ids: readonly number[], mask: readonly number[] | undefined) => number[] | undefined

/** How one checkpoint is loaded: the engine's config, and where each parameter lies in the files. */
export interface ModelPlan {
  readonly engine: EngineConfig
  readonly sizes: ModelSizes
  /** The size of the source vocabulary, when source and target have different vocabularies. */
  readonly sourceVocabulary?: number
  /** The id that must end a source text, for families whose tokenizer.json may not add it. */
  readonly sourceEndId?: number
  /** The layout in the file of an engine parameter with this shape; undefined when it is the engine's own layout. */
  storedLayout?(parameter: string, shape: readonly number[]): StoredLayout | undefined
  readonly positions?: PositionsOf
  /** The token whose logits are the labels of a sequence classifier: the first, or the last that is not padding. */
  readonly labelsAt?: { readonly token: 'first' | 'last'; readonly padId?: number }
  /** The name in the file of an engine parameter. */
  tensorName(parameter: string): string
  /** Whether the result stays the same without this tensor, which is no parameter's tensor. */
  mayIgnore(tensorName: string): boolean
}

/** A model family. `plan` throws 'bad-model' and 'unsupported'. */
export interface Family {
  /** `model_type` in config.json. */
  readonly modelType: string
  /**
   * Makes the plan from the config. `tensorNames` are the names in the files: they show, for example, whether a head is
   * stored or tied to the embedding. The set is empty when only the config is known.
   */
  plan(config: JsonObject, tensorNames: ReadonlySet<string>): ModelPlan
}
