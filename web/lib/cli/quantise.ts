/** Writes a copy of a checkpoint's folder with its matrices in 8 bits (docs/checkpoint-forms.md). */

import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { readConfig } from '../checkpoints/hugging-face.js'
import { loadEngine } from '../engine/engine.js'
import { wasmFiles } from '../wire/package-files.js'
import type { ParameterStore } from '../engine/weight-sink.js'
import { AttenscopeError } from '../errors.js'
import type { ModelPlan } from '../families/family.js'
import { writeSafetensors, type SafetensorsDtype, type WrittenTensor } from '../formats/safetensors.js'
import type { TensorEntry } from '../formats/tensors.js'
import { readTensorList, readWeights } from '../formats/weight-files.js'
import { scaleSuffix } from '../checkpoints/quantization.js'
import { FolderReader } from '../sources/folder.js'
import { openPathFolder } from '../sources/path-folder.js'
import { roundMatrix, toFloats } from './rounding.js'

/** A matrix that was rounded to 8 bits. */
export interface QuantisedTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** Root mean square of the rounding errors, divided by the root mean square of the matrix. */
  readonly error: number
}

/** The report of `quantiseFolder`. */
export interface Quantisation {
  readonly tensors: readonly QuantisedTensor[]
  /** Names of the matrices that were left unchanged. */
  readonly kept: readonly string[]
  /** Bytes of all tensors in the old and in the new file. */
  readonly bytes: { readonly before: number; readonly after: number }
}

/**
 * Reads the checkpoint in the folder `source` and writes its 8-bit form into the folder `target`, other files copied.
 * `keep` names matrices, or whole modules, to leave unchanged. Throws 'option' for a checkpoint that is in 8 bits
 * already or for equal folders, and 'bad-model' for a matrix with a NaN or an infinity.
 */
export async function quantiseFolder(source: string, target: string, keep: readonly string[]): Promise<Quantisation> {
  if (resolve(source) === resolve(target)) {
    throw new AttenscopeError('option', `--out is the model's own folder, ${target}; expected another folder`)
  }
  const folder = new FolderReader(await openPathFolder(source))
  const { config, family, quantization } = await readConfig(folder)
  if (quantization)
    throw new AttenscopeError(
      'option',
      `${source}: its weights are in 8 bits already; expected a checkpoint in floating point`
    )
  const list = await readTensorList(folder)
  const plan = family.plan(config, new Set(list.map(({ tensor }) => tensor.name)))
  const parameters = await engineParametersOf(plan)
  const isKept = (name: string) => keep.some((entry) => name === entry || name.startsWith(`${entry}.`))

  const written = new Map<string, WrittenTensor>()
  const tensors: QuantisedTensor[] = []
  const kept: string[] = []
  await readTensors(folder, ({ name, dtype, shape }, bytes) => {
    const parameter = parameters.get(name)
    // The model does not need such a tensor: it copies another tensor, or follows from the config.
    if (!parameter && plan.mayIgnore(name)) return
    const rows = isKept(name) ? undefined : parameter?.rows
    const values = rows === undefined ? undefined : toFloats(bytes, dtype, product(shape))
    if (rows === undefined || !values) {
      // A matrix that is stored transposed, joined with other matrices or shared stays unchanged too.
      if (parameter?.isMatrix) kept.push(name)
      written.set(name, { data: bytes, shape, dtype })
      return
    }
    if (!values.every(Number.isFinite)) {
      throw new AttenscopeError(
        'bad-model',
        `tensor '${name}' holds a NaN or an infinity, which 8-bit numbers cannot represent`
      )
    }
    const { numbers, scales, error } = roundMatrix(values, rows)
    written.set(name, { data: numbers, shape, dtype: 'I8' })
    written.set(name + scaleSuffix, { data: scales, shape: [rows], dtype: 'F32' })
    tensors.push({ name, shape, error })
  })

  const parts = writeSafetensors(new Map([...written].sort(byWidth)), { format: 'pt' })
  await mkdir(target, { recursive: true })
  await copyOthers(source, target)
  const quantizationConfig = { quant_method: 'attenscope', bits: 8, modules_to_not_convert: kept }
  const newConfig = { ...config, quantization_config: quantizationConfig }
  await writeFile(join(target, 'config.json'), `${JSON.stringify(newConfig, null, 2)}\n`)
  await writeFile(join(target, 'model.safetensors'), new Uint8Array(await new Blob(parts).arrayBuffer()))
  const before = list.reduce((sum, { tensor }) => sum + tensor.end - tensor.begin, 0)
  return { tensors, kept, bytes: { before, after: sizeOf(written) } }
}

interface Parameter {
  readonly isMatrix: boolean
  /** The rows of a matrix that may be rounded; undefined for any other parameter. */
  readonly rows: number | undefined
}

/**
 * The model's parameters, keyed by their names in the file. A matrix may be rounded when its layout in the file is the
 * engine's, and when no other parameter shares its tensor.
 */
export function parametersOf(
  plan: Pick<ModelPlan, 'tensorName' | 'storedLayout'>,
  model: Pick<ParameterStore, 'parameterNames' | 'parameterShape'>
): ReadonlyMap<string, Parameter> {
  const parameters = new Map<string, Parameter>()
  for (const parameter of model.parameterNames()) {
    const name = plan.tensorName(parameter)
    const shape = model.parameterShape(parameter)
    const isMatrix = shape.length === 2
    const isWhole = plan.storedLayout?.(parameter, shape) === undefined && !parameters.has(name)
    parameters.set(name, { isMatrix, rows: isMatrix && isWhole ? shape[0] : undefined })
  }
  return parameters
}

/** The same of the model that the engine makes from the plan. */
async function engineParametersOf(plan: ModelPlan): Promise<ReadonlyMap<string, Parameter>> {
  const model = (await loadEngine({ variant: 'base', threads: 1, single: wasmFiles.base.address!().href })).createModel(
    plan.engine
  )
  try {
    return parametersOf(plan, model)
  } finally {
    model.delete()
  }
}

function readTensors(
  folder: FolderReader,
  take: (tensor: TensorEntry<SafetensorsDtype>, bytes: Uint8Array<ArrayBuffer>) => void
): Promise<void> {
  return readWeights(folder, () => ({
    begin(tensor) {
      let bytes = new Uint8Array(0)
      return {
        rowsAtOnce: tensor.shape[0] ?? 1,
        stage: (byteLength) => (bytes = new Uint8Array(byteLength)),
        take: () => take(tensor, bytes)
      }
    }
  }))
}

/** Orders tensors with wide numbers first, so that each number's offset is a multiple of its width; then by name. */
function byWidth([a, one]: [string, WrittenTensor], [b, other]: [string, WrittenTensor]): number {
  const width = ({ dtype = 'F32' }: WrittenTensor) => widths.indexOf(dtype)
  return width(other) - width(one) || (a < b ? -1 : 1)
}

const widths: readonly SafetensorsDtype[] = ['I8', 'BF16', 'F16', 'F32']

/** Copies every file except the config, the weights and the weights' index. */
async function copyOthers(source: string, target: string): Promise<void> {
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const isWritten = entry.name === 'config.json' || /\.safetensors(\.index\.json)?$/.test(entry.name)
    if (entry.isFile() && !isWritten) await copyFile(join(source, entry.name), join(target, entry.name))
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1)
}

function sizeOf(tensors: ReadonlyMap<string, WrittenTensor>): number {
  return [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
}
