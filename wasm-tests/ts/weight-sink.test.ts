/** Where the tensors of a checkpoint go: each parameter gets its numbers, also where several share one tensor. */

import { expect, it } from 'vitest'

import { parametersOf } from '../../web/lib/cli/quantise.js'
import { createWeightSink, type ParameterStore } from '../../web/lib/engine/weight-sink.js'
import type { ModelPlan } from '../../web/lib/families/family.js'
import { expectError } from './support/errors.js'

const shapes: Readonly<Record<string, readonly number[]>> = {
  'blocks.0.weight': [2, 3],
  'blocks.1.weight': [2, 3],
  'blocks.0.bias': [2],
  'blocks.1.bias': [2],
  'embedding.weight': [4, 3]
}

/** A store that gives its staged bytes away with setRows, as the engine does. */
class Store implements ParameterStore {
  readonly set: string[] = []
  private _isStaged = false

  parameterNames = () => Object.keys(shapes)
  parameterShape = (name: string) => shapes[name] ?? []
  stage = (byteLength: number) => {
    this._isStaged = true
    return new Uint8Array(byteLength)
  }
  setRows = (name: string) => {
    this._take(name)
    this._isStaged = false
  }
  setLaidOut = (name: string) => this._take(name)

  private _take(name: string): void {
    if (!this._isStaged) throw new Error(`${name}: nothing is staged`)
    this.set.push(name)
  }
}

/** The plan of blocks that share their tensors, as ALBERT has them. */
const sharing = {
  tensorName: (parameter: string) => parameter.replace(/^blocks\.\d+/, 'shared'),
  mayIgnore: () => false
} as unknown as ModelPlan

it('blocks that share their tensors all get the numbers', () => {
  const store = new Store()
  const tensors = [
    { name: 'embedding.weight', shape: [4, 3] },
    { name: 'shared.weight', shape: [2, 3] },
    { name: 'shared.bias', shape: [2] }
  ].map(({ name, shape }) => ({ name, shape, dtype: 'F32', begin: 0, end: 4 * shape.reduce((a, b) => a * b) }) as const)
  const sink = createWeightSink(sharing, store, new Set(tensors.map(({ name }) => name)), undefined)
  for (const tensor of tensors) {
    const taken = sink.begin(tensor, 'model.safetensors')
    const [rows = 1] = tensor.shape
    for (let first = 0; first < rows; first += taken?.rowsAtOnce ?? rows) {
      const count = Math.min(rows - first, taken?.rowsAtOnce ?? rows)
      taken?.stage(count * 12)
      taken?.take(first, count)
    }
  }
  expect(store.set.sort()).toEqual(Object.keys(shapes).sort())
})

it('a shared, transposed or joined matrix in 8 bits is refused, and the message names the reason', async () => {
  const quantization = { isInt8: (matrix: string) => matrix !== 'embedding.weight' }
  const refusal = (plan: ModelPlan) => () => createWeightSink(plan, new Store(), new Set(), quantization)
  await expectError(
    refusal(sharing),
    'unsupported',
    "'shared.weight' is in 8 bits",
    "several matrices of the model share it ('blocks.0.weight', 'blocks.1.weight')",
    'modules_to_not_convert'
  )
  const transposing = {
    ...sharing,
    tensorName: (parameter: string) => parameter,
    storedLayout: (_: string, shape: readonly number[]) =>
      shape.length === 2
        ? { shape: shape.toReversed(), layout: { first: 0, rowStride: 1, columnStride: 2 } }
        : undefined
  } as unknown as ModelPlan
  await expectError(refusal(transposing), 'unsupported', "'blocks.0.weight' is in 8 bits", 'transposed')
})

it('the quantiser rounds neither a shared nor a transposed matrix', () => {
  const parameters = parametersOf(sharing, new Store())
  expect(parameters.get('shared.weight')).toEqual({ isMatrix: true, rows: undefined })
  expect(parameters.get('embedding.weight')).toEqual({ isMatrix: true, rows: 4 })
  const joining = { ...sharing, storedLayout: (_: string, shape: readonly number[]) => ({ shape }) }
  expect(parametersOf(joining, new Store()).get('embedding.weight')?.rows).toBeUndefined()
})
