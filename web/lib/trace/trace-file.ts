/** A trace as a safetensors file: its tensors by their trace names, and all else as JSON in the metadata. */

import { AttenscopeError, describe } from '../errors.js'
import { ByteReader } from '../formats/byte-reader.js'
import { isJsonObject, kindOf } from '../formats/json.js'
import { readSafetensorsHeader, writeSafetensors } from '../formats/safetensors.js'
import type { HeadSummary, Tensor } from '../types.js'
import type { TraceContents } from './captured-trace.js'

const format = 'attenscope-trace'
const version = '1'
const rolloutName = 'rollout'
const summaryName = 'heads.summary'
const pictureName = 'heads.picture'
/** The columns of the (L·N, 4) summary tensor. */
const summaryColumns = ['entropy', 'distance', 'previousToken', 'firstToken'] as const

export interface TraceFile {
  readonly contents: TraceContents
  /** Present where the run was still in the engine when the trace was saved. */
  readonly rollout: Tensor | undefined
  readonly heads: readonly HeadSummary[] | undefined
}

export function writeTraceFile({ contents, rollout, heads }: TraceFile): Blob {
  const { info, tokens, queries, edits, captured } = contents
  const tensors = new Map(captured)
  if (rollout) tensors.set(rolloutName, rollout)
  if (heads) {
    tensors.set(summaryName, {
      data: Float32Array.from(heads.flatMap((head) => summaryColumns.map((column) => head[column]))),
      shape: [heads.length, summaryColumns.length]
    })
    heads.forEach(({ picture }, i) => tensors.set(`${pictureName}.${i}`, picture))
  }
  const metadata = { format, version, ...toJson({ info, tokens, queries, edits }) }
  return new Blob(writeSafetensors(tensors, metadata), { type: 'application/octet-stream' })
}

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
  const contents = fromJson(metadata, name)
  const { N } = contents.info
  const rollout = take(all, rolloutName)
  const summary = take(all, summaryName)
  const heads = summary && readSummaries(summary, N, (i) => take(all, `${pictureName}.${i}`), name)
  for (const [tensor, { shape }] of all) checkPatternShape(tensor, shape, contents, name)
  return { contents: { ...contents, captured: all }, rollout, heads }
}

function take(tensors: Map<string, Tensor>, name: string): Tensor | undefined {
  const tensor = tensors.get(name)
  tensors.delete(name)
  return tensor
}

function readSummaries(
  summary: Tensor,
  N: number,
  pictureOf: (i: number) => Tensor | undefined,
  file: string
): HeadSummary[] {
  const [rows = 0, columns = 0] = summary.shape
  if (columns !== summaryColumns.length)
    throw new AttenscopeError(
      'bad-model',
      `${file}: tensor '${summaryName}' has ${columns} columns, expected ${summaryColumns.length}`
    )
  return Array.from({ length: rows }, (_, i) => {
    const [entropy = 0, distance = 0, previousToken = 0, firstToken = 0] = summary.data.subarray(
      i * columns,
      (i + 1) * columns
    )
    const picture = pictureOf(i)
    if (!picture) throw new AttenscopeError('bad-model', `${file}: tensor '${pictureName}.${i}' is missing`)
    return { layer: Math.floor(i / N), head: i % N, entropy, distance, previousToken, firstToken, picture }
  })
}

/** The reading side slices patterns by these sizes. */
function checkPatternShape(
  tensor: string,
  shape: readonly number[],
  { info, queries }: Omit<TraceContents, 'captured'>,
  file: string
): void {
  if (!tensor.endsWith('.pattern')) return
  const expected = [info.N, queries.count, queries.first + queries.count]
  if (shape.length !== 3 || expected.some((size, axis) => shape[axis] !== size)) {
    throw new AttenscopeError(
      'bad-model',
      `${file}: tensor '${tensor}' has shape [${shape.join(', ')}], expected [${expected.join(', ')}]`
    )
  }
}

function toJson(parts: Omit<TraceContents, 'captured'>): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, JSON.stringify(value)]))
}

function fromJson(metadata: Readonly<Record<string, string>>, file: string): Omit<TraceContents, 'captured'> {
  const part = (key: string): unknown => {
    try {
      return JSON.parse(metadata[key] ?? '')
    } catch (error) {
      throw new AttenscopeError('bad-model', `${file}: ${key} in its metadata is not JSON: ${describe(error)}`)
    }
  }
  const [info, tokens, queries, edits] = ['info', 'tokens', 'queries', 'edits'].map(part)
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0
  const isSound =
    isJsonObject(info) &&
    isCount(info['L']) &&
    isCount(info['N']) &&
    Array.isArray(tokens) &&
    tokens.every((token) => isJsonObject(token) && isCount(token['id']) && typeof token['text'] === 'string') &&
    isJsonObject(queries) &&
    isCount(queries['first']) &&
    isCount(queries['count']) &&
    Array.isArray(edits)
  if (!isSound)
    throw new AttenscopeError(
      'bad-model',
      `${file}: info, tokens, queries or edits in its metadata are not those of a trace`
    )
  return { info, tokens, queries, edits } as unknown as Omit<TraceContents, 'captured'>
}
