/**
 * Writes and reads a trace as a safetensors file: tensors by their trace names, all other contents as JSON in the
 * metadata.
 */

import { AttenscopeError } from '../errors.js'
import { ByteReader } from '../formats/byte-reader.js'
import { kindOf } from '../formats/json.js'
import { readSafetensorsHeader, writeSafetensors } from '../formats/safetensors.js'
import type { HeadSummary, ModelInfo, Part, Tensor } from '../types/index.js'
import type { TraceContents } from './captured-trace.js'
import { attendingParts, partOfName, sequencesOf } from './parts.js'
import { fromMetadata, toMetadata } from './trace-metadata.js'
import { parseTraceName } from './trace-name.js'

const format = 'attenscope-trace'
/** Version 3 has six numbers for each head, and the lens. Version 2 had parts, and a target beside the tokens. */
const version = '3'
const rolloutName = (part: Part) => `rollout.${part}`
const summaryName = (part: Part) => `heads.${part}.summary`
const pictureName = (part: Part, i: number) => `heads.${part}.picture.${i}`
/** The columns of a summary tensor (heads of all layers, 6). Its rows follow the layers. */
const summaryColumns = ['entropy', 'distance', 'previousToken', 'firstToken', 'duplicateToken', 'induction'] as const

/**
 * The rollout and the head summaries of a part. They are undefined if the run had left the engine when the trace was
 * saved.
 */
export interface PartSummary {
  readonly rollout: Tensor | undefined
  readonly heads: readonly HeadSummary[] | undefined
}

/** The contents of a trace file. */
export interface TraceFile {
  readonly contents: TraceContents
  readonly summaries: ReadonlyMap<Part, PartSummary>
}

export function writeTraceFile({ contents, summaries }: TraceFile): Blob {
  const tensors = new Map(contents.captured)
  for (const [part, { rollout, heads }] of summaries) {
    if (rollout) tensors.set(rolloutName(part), rollout)
    if (!heads) continue
    tensors.set(summaryName(part), {
      data: Float32Array.from(heads.flatMap((head) => summaryColumns.map((column) => head[column]))),
      shape: [heads.length, summaryColumns.length]
    })
    heads.forEach(({ picture }, i) => tensors.set(pictureName(part, i), picture))
  }
  const metadata = { format, version, ...toMetadata(contents) }
  return new Blob(writeSafetensors(tensors, metadata), { type: 'application/octet-stream' })
}

/** Reads a trace file. `name` names the file in errors. Throws 'bad-model' for another format or version. */
export async function readTraceFile(blob: Blob, name: string): Promise<TraceFile> {
  const reader = new ByteReader(blob.stream())
  const { tensors, metadata } = await readSafetensorsHeader(reader, name, blob.size)
  if (metadata['format'] !== format || metadata['version'] !== version) {
    throw new AttenscopeError(
      'bad-model',
      `${name}: format ${kindOf(metadata['format'])}, version ${kindOf(metadata['version'])}; expected '${format}', version '${version}'`
    )
  }
  const all = new Map<string, Tensor>()
  for (const { name: tensor, dtype, shape, begin, end } of tensors) {
    if (dtype !== 'F32') throw new AttenscopeError('bad-model', `${name}: tensor '${tensor}' is ${dtype}, expected F32`)
    const data = new Float32Array((end - begin) / 4)
    await reader.fill(new Uint8Array(data.buffer))
    all.set(tensor, { data, shape })
  }
  const contents = fromMetadata(metadata, name)
  const summaries = new Map<Part, PartSummary>()
  for (const part of attendingParts(contents.info)) {
    const rollout = take(all, rolloutName(part))
    summaries.set(part, { rollout, heads: takeHeads(all, part, contents.info, name) })
  }
  for (const [tensor, { shape }] of all) checkPatternShape(tensor, shape, contents, name)
  return { contents: { ...contents, captured: all }, summaries }
}

function take(tensors: Map<string, Tensor>, name: string): Tensor | undefined {
  const tensor = tensors.get(name)
  tensors.delete(name)
  return tensor
}

function takeHeads(
  tensors: Map<string, Tensor>,
  part: Part,
  { parts }: ModelInfo,
  file: string
): HeadSummary[] | undefined {
  const summary = take(tensors, summaryName(part))
  if (!summary) return undefined
  const { N = 0, layers = [] } = parts[part] ?? {}
  const expected = [layers.length * N, summaryColumns.length]
  checkShape(summaryName(part), summary.shape, expected, file)
  const columns = summaryColumns.length
  return layers.flatMap((layer, row) =>
    Array.from({ length: N }, (_, head) => {
      const i = row * N + head
      const numbers = summary.data.subarray(i * columns, (i + 1) * columns)
      const [entropy = 0, distance = 0, previousToken = 0, firstToken = 0, duplicateToken = 0, induction = 0] = numbers
      const picture = take(tensors, pictureName(part, i))
      if (!picture) throw new AttenscopeError('bad-model', `${file}: tensor '${pictureName(part, i)}' is missing`)
      return { layer, head, entropy, distance, previousToken, firstToken, duplicateToken, induction, picture }
    })
  )
}

/** Checks the shape of a pattern, because views read its rows by these sizes. */
function checkPatternShape(
  tensor: string,
  shape: readonly number[],
  contents: Omit<TraceContents, 'captured'>,
  file: string
): void {
  if (parseTraceName(tensor)?.stage !== 'pattern') return
  const part = partOfName(contents.info, tensor)
  const size = contents.info.parts[part]
  if (!size) throw new AttenscopeError('bad-model', `${file}: tensor '${tensor}' belongs to no part of the model`)
  const { queries, keyCount } = sequencesOf(part, size, contents)
  checkShape(tensor, shape, [size.N, queries.count, keyCount], file)
}

function checkShape(tensor: string, shape: readonly number[], expected: readonly number[], file: string): void {
  if (shape.length === expected.length && expected.every((size, axis) => shape[axis] === size)) return
  throw new AttenscopeError(
    'bad-model',
    `${file}: tensor '${tensor}' has shape [${shape.join(', ')}], expected [${expected.join(', ')}]`
  )
}
