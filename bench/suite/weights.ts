/** Random weights of a model by the engine's names, and their quantisation to 8 bits. */

import { Random } from './random.js'

/** A weight (out, in) or a vector. */
export interface Weight {
  readonly shape: readonly number[]
  readonly data: Float32Array
}
export type Weights = ReadonlyMap<string, Weight>

/** The format in which both sides store matrices. */
export type Held = 'f32' | 'int8'

/**
 * Creates random weights. They keep the numbers in every layer about 1 in size, so that a wrong mask or rotation
 * changes the logits visibly.
 */
export function randomWeights(shapes: ReadonlyMap<string, readonly number[]>): Weights {
  const random = new Random(shapes.size)
  return new Map(
    [...shapes].map(([name, shape]) => {
      const [rows = 0, columns] = shape
      if (columns === undefined) return [name, { shape, data: random.uniform(rows, 0.1).map((each) => 1 + each) }]
      const deviation = name === 'embedding.weight' ? 1 : 1 / Math.sqrt(columns)
      return [name, { shape, data: random.uniform(rows * columns, deviation) }]
    })
  )
}

/** Quantises a matrix to 8 bits as the engine does: a scale per row, numbers from −127 to 127. */
export function roundRows(matrix: Float32Array, rows: number): { numbers: Int8Array; scales: Float32Array } {
  const columns = matrix.length / rows
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const values = matrix.subarray(row * columns, (row + 1) * columns)
    scales[row] = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127
  }
  const numbers = Int8Array.from(matrix, (value, i) => Math.round(value / scales[Math.floor(i / columns)]!))
  return { numbers, scales }
}

export function weightOf(weights: Weights, name: string): Weight {
  const weight = weights.get(name)
  if (!weight) throw new Error(`the model has no weight ${name}`)
  return weight
}
