/** The public type of a tensor. */

/** A tensor: float32 numbers in row-major order, and their shape. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}
