/** Puts the tensors of a checkpoint into the engine's parameters, and refuses missing and unknown tensors. */

import type { TensorLayout } from '../types/engine.js'
import { AttenscopeError } from '../errors.js'
import type { ModelPlan } from '../families/family.js'
import { hasNonFinite } from '../formats/finite-numbers.js'
import { stageBytes, type TensorEntry, type WeightSink } from '../formats/tensors.js'
import { scaleSuffix, type Quantization } from '../checkpoints/quantization.js'

/** The engine's model, which receives the parameters of a checkpoint. */
export interface ParameterStore {
  parameterNames(): readonly string[]
  parameterShape(name: string): readonly number[]
  stage(byteLength: number): Uint8Array
  /** Sets rows of a parameter from the staged bytes. For a vector, `first` is 0 and `count` its length. */
  setRows(name: string, dtype: string, first: number, count: number): void
  /** Sets a parameter from a staged tensor that also holds other parameters, or has another layout. */
  setLaidOut(name: string, dtype: string, layout: TensorLayout): void
}

/** The expected form of a tensor in the file. */
interface ExpectedTensor {
  /** The engine's parameters in this tensor: several if the file stores them side by side. */
  readonly parameters: readonly { readonly name: string; readonly layout?: TensorLayout }[]
  readonly shape: readonly number[]
  /** The expected dtype; undefined allows any floating-point type. */
  readonly dtype?: 'I8' | 'F32'
  /** True if the rows of the file are the rows of the engine, so that a few rows can be set at a time. */
  readonly byRows: boolean
}

/**
 * Checks all names before the first byte of weights is read, and the dtype and shape of each tensor when it arrives.
 */
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
          `tensor '${tensorName}' holds 8-bit scales, but config.json's quantization_config does not list '${matrix}' as 8-bit`
        )
      : new AttenscopeError(
          'unsupported',
          `tensor '${tensorName}' belongs to no part of the model that config.json describes; ignoring it would change the result`
        )
  }
  return {
    begin(tensor, file) {
      const wanted = expected.get(tensor.name)
      if (!wanted) return undefined
      checkTensor(tensor, wanted, file)
      const [rows = 1, columns] = tensor.shape
      const rowBytes = (tensor.end - tensor.begin) / Math.max(rows, 1)
      let staged: Uint8Array = new Uint8Array(0)
      return {
        rowsAtOnce: columns !== undefined && wanted.byRows ? Math.max(1, Math.floor(stageBytes / rowBytes)) : rows,
        stage: (byteLength) => (staged = store.stage(byteLength)),
        take: (first, count) => {
          checkFinite(staged, tensor, file)
          setRows(store, wanted, tensor, first, count)
        }
      }
    }
  }
}

/** The expected tensors by their names in the file. */
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
    // One tensor may be shared by two parameters, or hold both side by side.
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

/** Sets the rows of a tensor's parameters. An error of the engine gets the tensor's name in the file. */
function setRows(
  store: ParameterStore,
  { parameters, byRows }: ExpectedTensor,
  { name, dtype }: TensorEntry,
  first: number,
  count: number
): void {
  try {
    for (const { name: parameter, layout } of parameters) {
      // setRows consumes the staged bytes. A tensor of several parameters has to stay for the next parameter.
      if (layout || parameters.length > 1) store.setLaidOut(parameter, dtype, layout ?? wholeLayout(store, parameter))
      else if (byRows) store.setRows(parameter, dtype, first, count)
      // The file has another shape with the same numbers: set all rows at once.
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

/** Throws 'bad-model' for NaN and infinities. In a vector, such as the bias of the logits, −∞ forbids an output. */
function checkFinite(staged: Uint8Array, { name, dtype, shape }: TensorEntry, file: string): void {
  if (!hasNonFinite(staged, dtype, shape.length === 1)) return
  throw new AttenscopeError('bad-model', `${file}: tensor '${name}' holds NaN or an infinity, expected numbers`)
}

function checkTensor(tensor: TensorEntry, { shape, dtype }: ExpectedTensor, file: string): void {
  const { name } = tensor
  if (dtype && tensor.dtype !== dtype) {
    throw new AttenscopeError(
      'bad-model',
      `${file}: tensor '${name}' is ${tensor.dtype}, expected ${dtype} by config.json's quantization_config`
    )
  }
  if (!dtype && tensor.dtype === 'I8') {
    throw new AttenscopeError(
      'bad-model',
      `${file}: tensor '${name}' is I8, but config.json's quantization_config does not list it as 8-bit`
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
      `${file}: tensor '${name}' has shape [${tensor.shape.join(', ')}], expected [${shape.join(', ')}] by config.json`
    )
  }
}

/** The engine's number formats (src/model/number_formats.h); the last four are GGUF's. */
const floatDtypes: readonly string[] = ['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0', 'Q4_K', 'Q6_K']
