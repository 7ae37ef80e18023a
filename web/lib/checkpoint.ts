/** A checkpoint against the engine's parameters: which tensor goes where, what is missing and what nobody asked for. */

import { AttenscopeError } from './errors.js'
import { familyOf } from './families/index.js'
import type { Family, ModelPlan } from './families/family.js'
import type { JsonObject } from './formats/json.js'
import type { TensorEntry } from './formats/safetensors.js'
import type { WeightSink } from './formats/weight-files.js'
import type { FolderReader } from './sources/folder.js'

export type EngineDtype = 'F32' | 'F16' | 'BF16'

/** Where a checkpoint's parameters go: the engine's model. */
export interface ParameterStore {
  parameterNames(): readonly string[]
  parameterShape(name: string): readonly number[]
  stage(byteLength: number): Uint8Array
  setParameter(name: string, dtype: EngineDtype): void
}

export async function readConfig(folder: FolderReader): Promise<{ config: JsonObject; family: Family }> {
  const config = await folder.readJson('config.json')
  if (!config) throw folder.missing('config.json')
  return { config, family: familyOf(config) }
}

/** Checks names before the first byte of weights is read, then each tensor's dtype and shape as it comes. */
export function createWeightSink(plan: ModelPlan, store: ParameterStore, tensorNames: ReadonlySet<string>): WeightSink {
  const parameterOf = new Map(store.parameterNames().map((parameter) => [plan.tensorName(parameter), parameter]))
  for (const tensorName of parameterOf.keys()) {
    if (!tensorNames.has(tensorName))
      throw new AttenscopeError('bad-model', `tensor '${tensorName}' is missing from the weights`)
  }
  for (const tensorName of tensorNames) {
    if (!parameterOf.has(tensorName) && !plan.mayIgnore(tensorName)) {
      throw new AttenscopeError(
        'unsupported',
        `tensor '${tensorName}' has no place in the model that config.json describes; without it the result would change`
      )
    }
  }
  return {
    begin(tensor, file) {
      const parameter = parameterOf.get(tensor.name)
      if (parameter === undefined) return undefined
      const shape = store.parameterShape(parameter)
      checkTensor(tensor, plan.shapeInFile?.(parameter, shape) ?? shape, file)
      return store.stage(tensor.end - tensor.begin)
    },
    end(tensor) {
      const parameter = parameterOf.get(tensor.name)
      if (parameter !== undefined && isEngineDtype(tensor.dtype)) store.setParameter(parameter, tensor.dtype)
    }
  }
}

function checkTensor(tensor: TensorEntry, expected: readonly number[], file: string): void {
  if (!isEngineDtype(tensor.dtype)) {
    throw new AttenscopeError(
      'unsupported',
      `${file}: tensor '${tensor.name}' is ${tensor.dtype}; supported: F32, F16, BF16`
    )
  }
  if (tensor.shape.length !== expected.length || tensor.shape.some((size, axis) => size !== expected[axis])) {
    throw new AttenscopeError(
      'bad-model',
      `${file}: tensor '${tensor.name}' has shape [${tensor.shape.join(', ')}], config.json makes it [${expected.join(', ')}]`
    )
  }
}

function isEngineDtype(dtype: string): dtype is EngineDtype {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16'
}
