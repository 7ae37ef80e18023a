/**
 * Reads and writes the safetensors format: 8 bytes of header length (little-endian), a JSON header with each tensor's
 * dtype, shape and offsets, then the tensors' bytes without gaps. Every number is checked before it is used, because
 * files come from anywhere.
 */

import { AttenscopeError } from '../errors.js'
import type { ByteReader } from './byte-reader.js'
import { isJsonObject, kindOf, parseJsonObject } from './json.js'
import { safeProduct, type TensorEntry } from './tensors.js'

const bytesPerElement = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8
} as const

/** A tensor type of the format. */
export type SafetensorsDtype = keyof typeof bytesPerElement

/** The part of a safetensors file before the tensors' bytes. */
export interface SafetensorsHeader {
  /** In the order of their bytes in the file. */
  readonly tensors: readonly TensorEntry<SafetensorsDtype>[]
  readonly metadata: Readonly<Record<string, string>>
  /** The offset in the file of the first tensor's bytes. */
  readonly dataStart: number
}

const lengthBytes = 8
/** The limit that the format sets. */
const maxHeaderBytes = 100_000_000

/**
 * Reads the header and leaves the reader at the first tensor. `fileBytes` is the file's size if it is known. Throws
 * 'bad-model' for a broken file.
 */
export async function readSafetensorsHeader(
  reader: ByteReader,
  file: string,
  fileBytes?: number
): Promise<SafetensorsHeader> {
  const bad = (message: string) => new AttenscopeError('bad-model', `${file}: ${message}`)

  const prefix = new Uint8Array(lengthBytes)
  const prefixBytes = await reader.fill(prefix)
  if (prefixBytes < lengthBytes) {
    throw bad(`the file ends after ${prefixBytes} bytes, inside the 8 bytes of the header's length`)
  }
  const headerBytes = new DataView(prefix.buffer).getBigUint64(0, true)
  if (headerBytes > BigInt(maxHeaderBytes)) {
    throw bad(
      `the header's length is ${headerBytes} bytes, expected at most ${maxHeaderBytes}: is this a safetensors file?`
    )
  }
  const headerLength = Number(headerBytes)
  if (fileBytes !== undefined && lengthBytes + headerLength > fileBytes) {
    throw bad(`the header's length is ${headerLength} bytes, but the file has only ${fileBytes} bytes: it is cut off`)
  }

  const headerText = await readHeaderText(reader, headerLength, bad)
  const header = parseJsonObject(headerText, `${file}: the header`)
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => checkEntry(name, entry, bad))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)

  const dataStart = lengthBytes + headerLength
  checkLayout(tensors, bad)
  const dataBytes = tensors.at(-1)?.end ?? 0
  if (fileBytes !== undefined && fileBytes !== dataStart + dataBytes) {
    const last = tensors.find((tensor) => dataStart + tensor.end > fileBytes) ?? tensors.at(-1)
    throw bad(
      `the file has ${fileBytes} bytes, expected ${dataStart + dataBytes}` +
        (last && fileBytes < dataStart + dataBytes ? `: it is cut off in tensor '${last.name}'` : '')
    )
  }
  reader.announceSize(dataStart + dataBytes)
  return { tensors, metadata: checkMetadata(header['__metadata__'], bad), dataStart }
}

/** Reads the header in pieces, so that a false length takes no memory before its bytes have arrived. */
async function readHeaderText(
  reader: ByteReader,
  headerLength: number,
  bad: (message: string) => AttenscopeError
): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const piece = new Uint8Array(Math.min(headerLength, 1 << 20))
  let text = ''
  for (let read = 0; read < headerLength;) {
    const wanted = piece.subarray(0, Math.min(piece.length, headerLength - read))
    const found = await reader.fill(wanted)
    if (found < wanted.length) {
      throw bad(`the file ends after ${read + found} of the header's ${headerLength} bytes`)
    }
    read += found
    try {
      text += decoder.decode(wanted, { stream: read < headerLength })
    } catch {
      throw bad('the header is not UTF-8')
    }
  }
  return text
}

function checkEntry(
  name: string,
  entry: unknown,
  bad: (message: string) => AttenscopeError
): TensorEntry<SafetensorsDtype> {
  const wrong = (message: string) => bad(`tensor '${name}': ${message}`)
  if (!isJsonObject(entry)) throw wrong(`its description is ${kindOf(entry)}, expected an object`)

  const { dtype, shape, data_offsets: offsets } = entry
  if (!isDtype(dtype))
    throw wrong(`dtype is ${kindOf(dtype)}, expected one of ${Object.keys(bytesPerElement).join(', ')}`)
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw wrong(`shape is ${asJson(shape)}, expected a list of integers ≥ 0`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw wrong(`data_offsets is ${asJson(offsets)}, expected a pair of integers ≥ 0`)
  }
  const [begin, end] = offsets as [number, number]
  const byteLength = safeProduct([...shape, bytesPerElement[dtype]])
  if (byteLength === undefined) throw wrong(`shape [${shape.join(', ')}] is too large`)
  if (end - begin !== byteLength) {
    throw wrong(
      `data_offsets [${begin}, ${end}] span ${end - begin} bytes, expected ${byteLength} for shape [${shape.join(', ')}] of ${dtype}`
    )
  }
  return { name, dtype, shape, begin, end }
}

/** The first characters of a value as JSON, for an error message. */
function asJson(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 80)
}

/** Checks that tensors follow each other from byte 0 on, so that nothing overlaps or hides in a gap. */
function checkLayout(tensors: readonly TensorEntry[], bad: (message: string) => AttenscopeError): void {
  let expected = 0
  for (const { name, begin, end } of tensors) {
    if (begin !== expected) {
      const fault = begin < expected ? 'overlaps the tensor before it' : 'has a gap before it'
      throw bad(`tensor '${name}' ${fault}: it begins at byte ${begin}, expected ${expected}`)
    }
    expected = end
  }
}

function checkMetadata(value: unknown, bad: (message: string) => AttenscopeError): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (!isJsonObject(value) || !Object.values(value).every((item) => typeof item === 'string')) {
    throw bad('__metadata__ is not an object of texts')
  }
  return value as Record<string, string>
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(bytesPerElement, value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** A tensor to write. */
export interface WrittenTensor {
  readonly data: Float32Array | Int8Array | Uint8Array
  readonly shape: readonly number[]
  /** Default: 'F32'. */
  readonly dtype?: SafetensorsDtype
}

/** The parts of a Blob that is a safetensors file. The tensors' data are not copied. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WrittenTensor>,
  metadata: Readonly<Record<string, string>>
): BlobPart[] {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { data, shape, dtype = 'F32' }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  // Spaces pad the header so that the tensors begin at a multiple of 8.
  const headerLength = Math.ceil(json.length / 8) * 8
  const start = new Uint8Array(lengthBytes + headerLength).fill(0x20)
  new DataView(start.buffer).setBigUint64(0, BigInt(headerLength), true)
  start.set(json, lengthBytes)
  return [start, ...[...tensors.values()].map(({ data }) => data as Uint8Array<ArrayBuffer>)]
}
