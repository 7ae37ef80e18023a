/** What a family of checkpoints has to say: how its config and its tensors map to the engine's. */

import type { JsonObject } from '../formats/json.js'
import type { EngineConfig } from '../engine.js'

export interface Family {
  /** `model_type` in config.json. */
  readonly modelType: string
  /** Reads the config; `tensorNames` are those of the file, where some of it shows (a head tied to the embedding). */
  engineConfig(config: JsonObject, tensorNames: ReadonlySet<string>): EngineConfig
  /** The file's name of an engine parameter. */
  tensorName(parameter: string): string
  /** Whether a tensor that no parameter asks for may be passed over without changing the result. */
  mayIgnore(tensorName: string, config: EngineConfig): boolean
}
