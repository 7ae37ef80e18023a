/** The public type of numbers with a shape. */

/** A dense row-major array of float32 with its shape. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}
