/**
 * Writes and reads a trace as a safetensors file: tensors by their trace names, all other contents as JSON in the
 * metadata.
 */

import { headMeasures } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import { ByteReader } from '../formats/byte-reader.js'
import { kindOf } from '../formats/json.js'
import { readSafetensorsHeader, writeSafetensors } from '../formats/safetensors.js'
import type { HeadMeasure, HeadSummary, ModelInfo, Part, Tensor } from '../types/index.js'
import type { TraceContents } from './captured-trace.js'
import { attendingParts, partOfName, sequencesOf } from './parts.js'
import { fromMetadata, toMetadata } from './trace-metadata.js'
import { parseTraceName } from './trace-name.js'

const format = 'attenscope-trace'
/**
 * The version that is written and read; docs/trace-file.md has all keys. A file of another version is refused, so a new key
 * that older releases may ignore needs no new version. Version 3 has six numbers for each head, and the lens. Version 2 had
 * parts, and a target beside the tokens.
 */
const version = '3'
const rolloutName = (part: Part) => `rollout.${part}`
const summaryName = (part: Part) => `heads.${part}.summary`
const pictureName = (part: Part, i: number) => `heads.${part}.picture.${i}`

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
      data: Float32Array.from(heads.flatMap((head) => headMeasures.map((measure) => head[measure]))),
      shape: [heads.length, headMeasures.length]
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
  checkVersion(metadata, name)
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

/** Refuses other files and other versions, and says which release reads them. */
function checkVersion(metadata: Readonly<Record<string, string>>, name: string): void {
  const { format: found, version: given } = metadata
  if (found !== format) {
    const what = found === undefined ? 'a safetensors file without a trace' : `format ${kindOf(found)}`
    throw new AttenscopeError('bad-model', `${name}: ${what}; expected format '${format}', version '${version}'`)
  }
  if (given === version) return
  const advice = !/^[1-9]\d*$/.test(given ?? '')
    ? `expected version '${version}'`
    : Number(given) > Number(version)
      ? `it is newer than version '${version}', which this release of attenscope reads: update the package`
      : `it is older than version '${version}', which this release of attenscope reads: save the trace again`
  throw new AttenscopeError('bad-model', `${name}: format '${format}', version ${kindOf(given)}; ${advice}`)
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
  const expected = [layers.length * N, headMeasures.length]
  checkShape(summaryName(part), summary.shape, expected, file)
  const columns = headMeasures.length
  return layers.flatMap((layer, row) =>
    Array.from({ length: N }, (_, head) => {
      const i = row * N + head
      const numbers = summary.data.subarray(i * columns, (i + 1) * columns)
      const measures = Object.fromEntries(headMeasures.map((measure, column) => [measure, numbers[column] ?? 0]))
      const picture = take(tensors, pictureName(part, i))
      if (!picture) throw new AttenscopeError('bad-model', `${file}: tensor '${pictureName(part, i)}' is missing`)
      return { layer, head, ...(measures as Record<HeadMeasure, number>), picture }
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
