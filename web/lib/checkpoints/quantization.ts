/** The `quantization_config` of checkpoints in the package's own 8-bit form (docs/checkpoint-forms.md). */

import { ConfigReader } from '../families/config-reader.js'
import type { JsonObject } from '../formats/json.js'

/** The scales of an 8-bit matrix are a tensor of their own, named as the matrix plus this suffix. */
export const scaleSuffix = '_scale'

/** Which matrices of a checkpoint are stored in 8 bits. */
export interface Quantization {
  /** Whether the matrix of this name is stored in 8 bits. Vectors never are. */
  isInt8(matrix: string): boolean
}

/** Reads `quantization_config`; undefined when the config has none. Throws 'unsupported' for another method. */
export function readQuantization(config: JsonObject): Quantization | undefined {
  const section = new ConfigReader(config).section('quantization_config')
  if (!section) return undefined
  section.accept('quant_method', 'attenscope')
  section.choice('quant_method', ['attenscope'])
  section.accept('bits', 8)
  section.size('bits', 8)
  const kept = section.values['modules_to_not_convert'] ?? []
  if (!Array.isArray(kept) || !kept.every((name) => typeof name === 'string')) {
    throw section.bad('modules_to_not_convert', kept, 'a list of names')
  }
  // An entry names one matrix, or a module with all of its matrices.
  return { isInt8: (matrix) => !kept.some((name) => matrix === name || matrix.startsWith(`${name}.`)) }
}
