/** Compares a checkpoint with the engine's parameters: it places each tensor, and refuses missing and unknown ones. */

import type { TensorLayout } from '../types/engine.js'
import { AttenscopeError } from '../errors.js'
import type { ModelPlan } from '../families/family.js'
import { stageBytes, type TensorEntry, type WeightSink } from '../formats/tensors.js'
import { scaleSuffix, type Quantization } from '../checkpoints/quantization.js'

/** Where a checkpoint's parameters go: the engine's model. */
export interface ParameterStore {
  parameterNames(): readonly string[]
  parameterShape(name: string): readonly number[]
  stage(byteLength: number): Uint8Array
  /** Of a vector, all of it. */
  setRows(name: string, dtype: string, first: number, count: number): void
  /** Out of a staged tensor that holds others too, or holds it otherwise. */
  setLaidOut(name: string, dtype: string, layout: TensorLayout): void
}

/** What is expected of a tensor in the file. */
interface ExpectedTensor {
  /** What it holds by the engine's names: several where it holds them side by side. */
  readonly parameters: readonly { readonly name: string; readonly layout?: TensorLayout }[]
  readonly shape: readonly number[]
  /** undefined: any floating-point type. */
  readonly dtype?: 'I8' | 'F32'
  /** Whether the file's rows are the engine's, so that they may come a few at a time. */
  readonly byRows: boolean
}

/** Checks names before the first byte of weights is read, then each tensor's dtype and shape as it comes. */
export function createWeightSink(
  plan: ModelPlan,
  store: ParameterStore,
  tensorNames: ReadonlySet<string>,
  quantization: Quantization | undefined
): WeightSink {
  const expected = expectedTensors(plan, store, quantization)
  for (const tensorName of expected.keys()) {
    if (!tensorNames.has(tensorName))
      throw new AttenscopeError('bad-model', `tensor '${tensorName}' is missing from the weights`)
  }
  for (const tensorName of tensorNames) {
    if (expected.has(tensorName) || plan.mayIgnore(tensorName)) continue
    const matrix = tensorName.endsWith(scaleSuffix) ? tensorName.slice(0, -scaleSuffix.length) : undefined
    if (matrix !== undefined && plan.mayIgnore(matrix)) continue
    throw matrix !== undefined && expected.has(matrix)
      ? new AttenscopeError(
          'bad-model',
          `tensor '${tensorName}' is there, and config.json's quantization_config does not say that '${matrix}' is in 8 bits`
        )
      : new AttenscopeError(
          'unsupported',
          `tensor '${tensorName}' has no place in the model that config.json describes; without it the result would change`
        )
  }
  return {
    begin(tensor, file) {
      const wanted = expected.get(tensor.name)
      if (!wanted) return undefined
      checkTensor(tensor, wanted, file)
      const [rows = 1, columns] = tensor.shape
      const rowBytes = (tensor.end - tensor.begin) / Math.max(rows, 1)
      return {
        rowsAtOnce: columns !== undefined && wanted.byRows ? Math.max(1, Math.floor(stageBytes / rowBytes)) : rows,
        stage: (byteLength) => store.stage(byteLength),
        take: (first, count) => setRows(store, wanted, tensor, first, count)
      }
    }
  }
}

/** By their names in the file. */
function expectedTensors(
  plan: ModelPlan,
  store: ParameterStore,
  quantization: Quantization | undefined
): ReadonlyMap<string, ExpectedTensor> {
  const expected = new Map<string, ExpectedTensor>()
  for (const parameter of store.parameterNames()) {
    const name = plan.tensorName(parameter)
    const ownShape = store.parameterShape(parameter)
    const { shape, layout } = plan.storedLayout?.(parameter, ownShape) ?? { shape: ownShape }
    // One tensor may be two parameters, or hold both.
    const parameters = [...(expected.get(name)?.parameters ?? []), { name: parameter, ...(layout && { layout }) }]
    const isAlone = parameters.length === 1 && !layout
    const byRows = isAlone && ownShape.length === 2 && shape.every((size, axis) => size === ownShape[axis])
    if (ownShape.length === 2 && quantization?.isInt8(name)) {
      if (!isAlone) throw notInInt8(name, parameters)
      const scales = parameter + scaleSuffix
      expected.set(name, { parameters, shape, dtype: 'I8', byRows })
      const ofScales = { shape: store.parameterShape(scales), dtype: 'F32' as const }
      expected.set(name + scaleSuffix, { parameters: [{ name: scales }], ...ofScales, byRows: false })
    } else {
      expected.set(name, { parameters, shape, byRows })
    }
  }
  return expected
}

/** The error for a tensor in 8 bits that is not exactly one parameter: an 8-bit matrix is read as it is stored. */
function notInInt8(tensor: string, parameters: ExpectedTensor['parameters']): AttenscopeError {
  const isShared = parameters.every(({ layout }) => !layout)
  const names = parameters.map(({ name }) => `'${name}'`).join(', ')
  const reason = isShared
    ? `several matrices of the model share it (${names})`
    : `the file stores it transposed, or joined with other matrices (${names})`
  return new AttenscopeError(
    'unsupported',
    `config.json: by its quantization_config tensor '${tensor}' is in 8 bits, but ${reason}: such a tensor has to be in floating point, and modules_to_not_convert has to list it`
  )
}

/** What the engine finds wrong with a tensor's numbers is told by the tensor's own name. */
function setRows(
  store: ParameterStore,
  { parameters, byRows }: ExpectedTensor,
  { name, dtype }: TensorEntry,
  first: number,
  count: number
): void {
  try {
    for (const { name: parameter, layout } of parameters) {
      // setRows takes the staged bytes; a tensor that several parameters share has to stay for the next one.
      if (layout || parameters.length > 1) store.setLaidOut(parameter, dtype, layout ?? wholeLayout(store, parameter))
      else if (byRows) store.setRows(parameter, dtype, first, count)
      // Another shape in the file, with the same numbers in it, is all one.
      else store.setRows(parameter, dtype, 0, store.parameterShape(parameter)[0] ?? 1)
    }
  } catch (error) {
    if (!(error instanceof AttenscopeError) || error.code !== 'bad-model') throw error
    throw new AttenscopeError(error.code, `tensor '${name}': ${error.message}`, { cause: error })
  }
}

/** All numbers of a parameter in their own order. */
function wholeLayout(store: ParameterStore, parameter: string): TensorLayout {
  const [, columns = 1] = store.parameterShape(parameter)
  return { first: 0, rowStride: columns }
}

function checkTensor(tensor: TensorEntry, { shape, dtype }: ExpectedTensor, file: string): void {
  const { name } = tensor
  if (dtype && tensor.dtype !== dtype) {
    throw new AttenscopeError(
      'bad-model',
      `${file}: tensor '${name}' is ${tensor.dtype}; by config.json's quantization_config it is ${dtype}`
    )
  }
  if (!dtype && tensor.dtype === 'I8') {
    throw new AttenscopeError(
      'bad-model',
      `${file}: tensor '${name}' is I8, which config.json's quantization_config does not say`
    )
  }
  if (!dtype && !floatDtypes.includes(tensor.dtype)) {
    throw new AttenscopeError(
      'unsupported',
      `${file}: tensor '${name}' is ${tensor.dtype}; supported: ${floatDtypes.join(', ')}`
    )
  }
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
    throw new AttenscopeError(
      'bad-model',
      `${file}: tensor '${name}' has shape [${tensor.shape.join(', ')}], config.json makes it [${shape.join(', ')}]`
    )
  }
}

/** The engine's number formats (src/model/number_formats.h); the last four are GGUF's. */
const floatDtypes: readonly string[] = ['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0', 'Q4_K', 'Q6_K']
