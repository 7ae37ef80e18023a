/** Compares an operation and its gradients with its formula in float64. */

import type { Tensor } from 'attenscope'
import { expect } from 'vitest'

import { largestDifference } from './golden-file.js'
import { checkGradients, randomTensors } from './ops.js'

export type Wide = Readonly<Record<string, Float64Array>>
type Tensors = Readonly<Record<string, Tensor>>

export const at = (data: Float64Array | readonly number[] | undefined, i: number) => data?.[i] ?? NaN
const wide = (tensors: Tensors): Wide =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Float64Array.from(data)]))

/** Compares the result and then the gradients of a call with its formula. */
export function checkFormula(
  tensors: Tensors,
  output: Tensor,
  forward: (inputs: Wide) => number[],
  gradient: (gradOutput: Tensor) => Readonly<Record<string, Tensor | undefined>>
): void {
  expect(largestDifference(output.data, forward(wide(tensors)))).toBeLessThanOrEqual(2e-6)
  const gradOutput = randomTensors(3)(...output.shape)
  checkGradients(tensors, gradOutput, gradient(gradOutput), forward)
}

/** Renames gradX to x, and so on. */
export function named(gradients: object): Record<string, Tensor | undefined> {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name.charAt(4).toLowerCase() + name.slice(5), gradient])
  )
}
