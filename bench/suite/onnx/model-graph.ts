/** A graph with the weights of a model. Its linear layers are stored in float32 or 8 bits, as the row requires. */

import { type Held, roundRows, type Weights, weightOf } from '../weights.js'
import { GraphBuilder } from './graph-builder.js'
import { transposed } from './transposed.js'

export const microsoft = 'com.microsoft'

export interface LinearOptions {
  /** Whether to add the bias of each layer. Otherwise the next operator adds it, or there is none. */
  readonly bias?: boolean
  readonly outputs?: readonly string[]
}

export class ModelGraph extends GraphBuilder {
  private readonly _weights: Weights
  private readonly _held: Held
  private readonly _constants = new Map<string, string>()

  /** `held`: linear layers in float32, or in 8 bits with activations quantised at run time. */
  constructor(weights: Weights, held: Held) {
    super()
    this._weights = weights
    this._held = held
  }

  /** Adds a weight in the engine's layout, (out, in), and returns its name. */
  weight(name: string): string {
    return this._once(name, () => {
      const { data, shape } = weightOf(this._weights, name)
      return this.constant(data, shape)
    })
  }

  /** Adds several vectors, concatenated. */
  vectors(names: readonly string[]): string {
    return this._once(names.join(), () => {
      const data = this._joined(names)
      return this.constant(data, [data.length])
    })
  }

  /** Adds x Wᵀ, where W stacks the rows of several layers' weights. */
  linear(x: string, names: readonly string[], { bias = false, outputs }: LinearOptions = {}): string {
    const [first = ''] = names
    const [, columns = 0] = weightOf(this._weights, `${first}.weight`).shape
    const stacked = this._joined(names.map((name) => `${name}.weight`))
    const rows = stacked.length / columns
    const biases = bias ? this.vectors(names.map((name) => `${name}.bias`)) : undefined
    const named = outputs ? { outputs } : {}
    if (this._held === 'int8') {
      // One operator for DynamicQuantizeLinear, MatMulInteger and the scaling after them; onnxruntime would merge these
      // into it, too.
      const { numbers, scales } = roundRows(stacked, rows)
      const weight = this.constant(transposed(numbers, rows, columns), [columns, rows])
      const inputs = [x, weight, this.constant(scales, [rows]), ...(biases ? ['', biases] : [])]
      return this.node('DynamicQuantizeMatMul', inputs, { domain: microsoft, ...named })
    }
    const weight = this.constant(transposed(stacked, rows, columns), [columns, rows])
    if (!biases) return this.node('MatMul', [x, weight], named)
    return this.node('Add', [this.node('MatMul', [x, weight]), biases], named)
  }

  private _joined(names: readonly string[]): Float32Array {
    const parts = names.map((name) => weightOf(this._weights, name).data)
    const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
    parts.reduce((offset, part) => (joined.set(part, offset), offset + part.length), 0)
    return joined
  }

  private _once(key: string, make: () => string): string {
    const made = this._constants.get(key) ?? make()
    this._constants.set(key, made)
    return made
  }
}
