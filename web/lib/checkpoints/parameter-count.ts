/** Counts the parameters of a checkpoint from its tensors. */

import type { ModelPlan } from '../families/family.js'
import type { TensorEntry } from '../formats/tensors.js'
import { scaleSuffix, type Quantization } from './quantization.js'

/**
 * The number of parameters, by the rule of `ModelInfo.parameters`: the numbers of every stored tensor that the model
 * reads. A tensor that several places of the model share counts once, because it is stored once. Scales of 8-bit
 * matrices and tensors that the model ignores do not count.
 */
export function countParameters(
  tensors: readonly Pick<TensorEntry, 'name' | 'shape'>[],
  plan: Pick<ModelPlan, 'mayIgnore'>,
  quantization: Quantization | undefined
): number {
  const names = new Set(tensors.map(({ name }) => name))
  const isScale = (name: string) =>
    quantization !== undefined && name.endsWith(scaleSuffix) && names.has(name.slice(0, -scaleSuffix.length))
  return tensors
    .filter(({ name }) => !plan.mayIgnore(name) && !isScale(name))
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)
}
