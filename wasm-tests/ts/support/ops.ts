/** Tensors for tests of the attention library, and checks of its gradients. */

import { isDeepStrictEqual } from 'node:util'
import type { Tensor } from 'attenscope'
import { expect } from 'vitest'

import { detectVariant } from '../../../web/lib/page/variant.js'

/** The builds that this machine can run. */
export const variants = detectVariant() === 'relaxed' ? (['base', 'relaxed'] as const) : (['base'] as const)

export interface MutableTensor {
  readonly data: Float32Array
  readonly shape: number[]
}

export function tensorOf(shape: readonly number[], data: readonly number[]): MutableTensor {
  return { data: Float32Array.from(data), shape: [...shape] }
}

/** Random numbers in (−1, 1) by mulberry32. Equal seeds give equal tensors. */
export function randomTensors(seed: number): (...shape: number[]) => MutableTensor {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1
  }
  return (...shape) => ({ data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next), shape })
}

/**
 * Compares each gradient with the gradient of Σ output · gradOutput, computed by central differences of `forward`,
 * which reads the inputs in float64. Returns the largest difference, relative to 1 or to the gradient if that is
 * larger.
 */
export function checkGradients(
  inputs: Readonly<Record<string, Tensor>>,
  gradOutput: Tensor,
  gradients: Readonly<Record<string, Tensor | undefined>>,
  forward: (inputs: Readonly<Record<string, Float64Array>>) => ArrayLike<number>,
  tolerance = 2e-5
): number {
  const wide = Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, Float64Array.from(data)]))
  const loss = () => {
    const output = forward(wide)
    if (output.length !== gradOutput.data.length)
      throw new Error(`${output.length} numbers of ${gradOutput.data.length}`)
    return gradOutput.data.reduce((sum, weight, i) => sum + weight * (output[i] ?? NaN), 0)
  }
  const step = 1e-5
  let largest = 0
  for (const [name, { shape }] of Object.entries(inputs)) {
    const gradient = gradients[name]
    expect(isDeepStrictEqual(gradient?.shape, [...shape]), `${name}: ${gradient?.shape} is not ${shape}`).toBe(true)
    const data = wide[name] ?? new Float64Array()
    for (let i = 0; i < data.length; ++i) {
      const value = data[i] ?? NaN
      data[i] = value + step
      const above = loss()
      data[i] = value - step
      const below = loss()
      data[i] = value
      const expected = (above - below) / (2 * step)
      const difference = Math.abs((gradient?.data[i] ?? NaN) - expected) / Math.max(1, Math.abs(expected))
      // An expect call for each number would take longer than the computation.
      if (!(difference <= tolerance)) throw new Error(`${name}[${i}] is ${gradient?.data[i]}, expected ${expected}`)
      largest = Math.max(largest, difference)
    }
  }
  return largest
}
