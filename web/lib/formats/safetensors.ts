/**
 * The safetensors format: 8 bytes of header length (little-endian), a JSON header naming each tensor's dtype, shape and
 * place, then the tensors' bytes without holes. Every number in it is checked before it is used: files come from anywhere.
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

export type SafetensorsDtype = keyof typeof bytesPerElement

export interface SafetensorsHeader {
  /** In the order of their bytes. */
  readonly tensors: readonly TensorEntry<SafetensorsDtype>[]
  readonly metadata: Readonly<Record<string, string>>
  /** Bytes before the first tensor's. */
  readonly dataStart: number
}

const lengthBytes = 8
/** The format's own limit. */
const maxHeaderBytes = 100_000_000

/** Reads the header and leaves the reader at the first tensor. `fileBytes` is the file's size, where it is known. */
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
      `a header of ${headerBytes} bytes is announced, at most ${maxHeaderBytes} are allowed: is this a safetensors file?`
    )
  }
  const headerLength = Number(headerBytes)
  if (fileBytes !== undefined && lengthBytes + headerLength > fileBytes) {
    throw bad(`a header of ${headerLength} bytes is announced, but the file has only ${fileBytes} bytes`)
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
      `the file has ${fileBytes} bytes where ${dataStart + dataBytes} are expected` +
        (last && fileBytes < dataStart + dataBytes ? `: it is cut off in tensor '${last.name}'` : '')
    )
  }
  return { tensors, metadata: checkMetadata(header['__metadata__'], bad), dataStart }
}

/** Reads in pieces, so that an announced length costs no memory before its bytes have come. */
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
  if (!isJsonObject(entry)) throw wrong(`${kindOf(entry)} where its description is expected`)

  const { dtype, shape, data_offsets: offsets } = entry
  if (!isDtype(dtype)) throw wrong(`unknown dtype ${kindOf(dtype)}`)
  if (!Array.isArray(shape) || !shape.every(isCount)) throw wrong('shape is not a list of integers ≥ 0')
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw wrong('data_offsets is not a pair of integers ≥ 0')
  }
  const [begin, end] = offsets as [number, number]
  const byteLength = safeProduct([...shape, bytesPerElement[dtype]])
  if (byteLength === undefined) throw wrong(`shape [${shape.join(', ')}] is too large`)
  if (end - begin !== byteLength) {
    throw wrong(
      `data_offsets [${begin}, ${end}] hold ${end - begin} bytes, shape [${shape.join(', ')}] of ${dtype} takes ${byteLength}`
    )
  }
  return { name, dtype, shape, begin, end }
}

/** Tensors follow each other from byte 0 on: no overlap and no hole, in which a file could hide something. */
function checkLayout(tensors: readonly TensorEntry[], bad: (message: string) => AttenscopeError): void {
  let expected = 0
  for (const { name, begin, end } of tensors) {
    if (begin !== expected) {
      const what = begin < expected ? 'overlaps the one before' : 'leaves a hole before itself'
      throw bad(`tensor '${name}' ${what}: it begins at byte ${begin}, ${expected} is expected`)
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

export interface WrittenTensor {
  readonly data: Float32Array | Int8Array | Uint8Array
  readonly shape: readonly number[]
  /** F32 unless said. */
  readonly dtype?: SafetensorsDtype
}

/** A file of tensors, as the parts of a Blob: nothing is copied. */
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
  // Padded with spaces so that the tensors lie at multiples of 8.
  const headerLength = Math.ceil(json.length / 8) * 8
  const start = new Uint8Array(lengthBytes + headerLength).fill(0x20)
  new DataView(start.buffer).setBigUint64(0, BigInt(headerLength), true)
  start.set(json, lengthBytes)
  return [start, ...[...tensors.values()].map(({ data }) => data as Uint8Array<ArrayBuffer>)]
}
