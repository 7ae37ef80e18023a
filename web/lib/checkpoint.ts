/** A checkpoint against the engine's parameters: which tensor goes where, what is missing and what nobody asked for. */

import { AttenscopeError } from './errors.js'
import { familyOf } from './families/index.js'
import type { Family, ModelPlan } from './families/family.js'
import type { JsonObject } from './formats/json.js'
import type { TensorEntry } from './formats/safetensors.js'
import type { WeightSink } from './formats/weight-files.js'
import { readQuantization, scaleSuffix, type Quantization } from './quantization.js'
import type { FolderReader } from './sources/folder.js'

export type EngineDtype = 'F32' | 'F16' | 'BF16' | 'I8'

export interface CheckpointConfig {
  readonly config: JsonObject
  readonly family: Family
  /** Where the file's matrices are in 8 bits. */
  readonly quantization: Quantization | undefined
}

/** Where a checkpoint's parameters go: the engine's model. */
export interface ParameterStore {
  parameterNames(): readonly string[]
  parameterShape(name: string): readonly number[]
  stage(byteLength: number): Uint8Array
  setParameter(name: string, dtype: EngineDtype): void
}

export async function readConfig(folder: FolderReader): Promise<CheckpointConfig> {
  const config = await folder.readJson('config.json')
  if (!config) throw folder.missing('config.json')
  return { config, family: familyOf(config), quantization: readQuantization(config) }
}

/** What a tensor of the file is to be. */
interface ExpectedTensor {
  /** The engine's name. */
  readonly parameter: string
  readonly shape: readonly number[]
  /** undefined: any floating-point type. */
  readonly dtype?: 'I8' | 'F32'
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
      return store.stage(tensor.end - tensor.begin)
    },
    end(tensor) {
      const wanted = expected.get(tensor.name)
      if (wanted) setParameter(store, wanted.parameter, tensor)
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
    const shape = plan.shapeInFile?.(parameter, ownShape) ?? ownShape
    if (ownShape.length === 2 && quantization?.isInt8(name)) {
      const scales = parameter + scaleSuffix
      expected.set(name, { parameter, shape, dtype: 'I8' })
      expected.set(name + scaleSuffix, { parameter: scales, shape: store.parameterShape(scales), dtype: 'F32' })
    } else {
      expected.set(name, { parameter, shape })
    }
  }
  return expected
}

/** What the engine finds wrong with a tensor's numbers is told by the tensor's own name. */
function setParameter(store: ParameterStore, parameter: string, { name, dtype }: TensorEntry): void {
  try {
    store.setParameter(parameter, dtype as EngineDtype)
  } catch (error) {
    if (!(error instanceof AttenscopeError) || error.code !== 'bad-model') throw error
    throw new AttenscopeError(error.code, `tensor '${name}': ${error.message}`, { cause: error })
  }
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

const floatDtypes: readonly string[] = ['F32', 'F16', 'BF16']
