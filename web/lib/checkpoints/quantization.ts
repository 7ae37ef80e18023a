/** Weights in 8 bits, as docs/checkpoint-forms.md describes them: what config.json says of them. */

import { ConfigReader } from '../families/config-reader.js'
import type { JsonObject } from '../formats/json.js'

/** A matrix in 8 bits has its scales beside it, under its own name with this at the end. */
export const scaleSuffix = '_scale'

export interface Quantization {
  /** Whether the matrix of this name is stored in 8 bits; vectors never are. */
  isInt8(matrix: string): boolean
}

/** What `quantization_config` says, where there is one. */
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
  // A name is a matrix's own, or a module's that it belongs to.
  return { isInt8: (matrix) => !kept.some((name) => matrix === name || matrix.startsWith(`${name}.`)) }
}
