/**
 * Reads the GGUF format (versions 2 and 3; the specification is docs/gguf.md of ggml): a magic number, typed metadata,
 * each tensor's type, shape and offset, then the tensors' bytes, each tensor at a multiple of the alignment. Every number
 * is checked before it is used, because files come from anywhere.
 */

import { AttenscopeError } from '../errors.js'
import type { ByteReader } from './byte-reader.js'
import { HeaderReader } from './header-reader.js'
import { safeProduct, type TensorEntry } from './tensors.js'

/** A value of the metadata. */
export type GgufValue = number | boolean | string | readonly number[] | readonly boolean[] | readonly string[]

/** The part of a GGUF file before the tensors' bytes. */
export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>
  /** In the order of their bytes in the file. */
  readonly tensors: readonly TensorEntry<GgufDtype>[]
  /** The offset in the file of the first tensor's bytes. */
  readonly dataStart: number
}

const magic = 0x46554747 // 'GGUF'
const versions = [2, 3]

/** The supported tensor types: how many numbers a block holds, and how many bytes it takes. */
const blocks = {
  F32: [1, 4],
  F16: [1, 2],
  BF16: [1, 2],
  Q8_0: [32, 34],
  Q4_0: [32, 18],
  Q4_K: [256, 144],
  Q6_K: [256, 210]
} as const

/** A supported tensor type. */
export type GgufDtype = keyof typeof blocks

/** The names of ggml's tensor types, indexed by their numbers. Types that ggml removed are empty. */
// prettier-ignore
const typeNames: readonly string[] = [
  'F32', 'F16', 'Q4_0', 'Q4_1', '', '', 'Q5_0', 'Q5_1', 'Q8_0', 'Q8_1', 'Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K', 'Q8_K',
  'IQ2_XXS', 'IQ2_XS', 'IQ3_XXS', 'IQ1_S', 'IQ4_NL', 'IQ3_S', 'IQ2_S', 'IQ4_XS', 'I8', 'I16', 'I32', 'I64', 'F64',
  'IQ1_M', 'BF16', '', '', '', 'TQ1_0', 'TQ2_0', '', '', '', 'MXFP4'
]

// Limits far above any model for a web page, so that a hostile file cannot fill the memory.
const maxTensors = 1 << 16
const maxKeys = 1 << 16
const maxArray = 1 << 24
const maxNameBytes = 1 << 10
const maxTextBytes = 1 << 24
const maxDimensions = 4
const maxAlignment = 1 << 20
const defaultAlignment = 32

/**
 * Reads the header and leaves the reader at the first tensor. `fileBytes` is the file's size if it is known. Throws
 * 'bad-model' for a broken file and 'unsupported' for an unknown version or tensor type.
 */
export async function readGgufHeader(reader: ByteReader, file: string, fileBytes?: number): Promise<GgufHeader> {
  const header = new HeaderReader(reader, file, fileBytes)
  const found = await header.u32('the magic number')
  if (found !== magic) throw header.bad("the file does not begin with 'GGUF': is this a GGUF file?")
  const version = await header.u32('the version')
  if (!versions.includes(version)) {
    throw new AttenscopeError('unsupported', `${file}: GGUF version ${version}; supported: ${versions.join(', ')}`)
  }
  const tensorCount = await header.count('the number of tensors', maxTensors)
  const keyCount = await header.count('the number of metadata keys', maxKeys)
  const metadata = await readMetadata(header, keyCount)
  const alignment = metadata.get('general.alignment') ?? defaultAlignment
  if (typeof alignment !== 'number' || !isPowerOfTwo(alignment) || alignment > maxAlignment) {
    throw header.bad(`general.alignment is ${String(alignment)}, expected a power of two`)
  }
  const tensors: TensorEntry<GgufDtype>[] = []
  const names = new Set<string>()
  for (let i = 0; i < tensorCount; ++i) {
    const tensor = await readEntry(header, i, alignment)
    if (names.has(tensor.name)) throw header.bad(`tensor '${tensor.name}' appears twice`)
    names.add(tensor.name)
    tensors.push(tensor)
  }
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end)
  checkLayout(tensors, alignment, header)
  await header.skipTo(roundUp(header.position, alignment))
  const dataStart = header.position
  const last = tensors.at(-1)
  if (last && fileBytes !== undefined && dataStart + last.end > fileBytes) {
    const cut = tensors.find((tensor) => dataStart + tensor.end > fileBytes) ?? last
    throw header.bad(
      `the file has ${fileBytes} bytes, expected ${dataStart + last.end}: it is cut off in tensor '${cut.name}'`
    )
  }
  // Writers pad the file to the alignment; more bytes than that belong to no tensor.
  const end = dataStart + (last?.end ?? 0)
  if (fileBytes !== undefined && fileBytes - end > Math.max(alignment, defaultAlignment)) {
    throw header.bad(
      `the file has ${fileBytes} bytes, expected ${end}: the last ${fileBytes - end} belong to no tensor`
    )
  }
  header.release()
  reader.announceSize(end)
  return { metadata, tensors, dataStart }
}

async function readMetadata(header: HeaderReader, count: number): Promise<ReadonlyMap<string, GgufValue>> {
  const metadata = new Map<string, GgufValue>()
  for (let i = 0; i < count; ++i) {
    const key = await header.text(`the name of metadata key ${i}`, maxNameBytes)
    if (metadata.has(key)) throw header.bad(`metadata key '${key}' appears twice`)
    metadata.set(key, await readValue(header, key, await header.u32(`the type of '${key}'`)))
  }
  return metadata
}

const arrayType = 9

async function readValue(header: HeaderReader, key: string, type: number): Promise<GgufValue> {
  if (type !== arrayType) return readScalar(header, key, type)
  const itemType = await header.u32(`the type of '${key}'`)
  if (itemType === arrayType)
    throw header.bad(`'${key}' is an array of arrays, expected an array of numbers, booleans or texts`)
  const length = await header.count(`the length of '${key}'`, maxArray)
  const items: (number | boolean | string)[] = []
  for (let i = 0; i < length; ++i) items.push(await readScalar(header, key, itemType))
  return items as GgufValue
}

async function readScalar(header: HeaderReader, key: string, type: number): Promise<number | boolean | string> {
  switch (type) {
    case 0:
    case 1:
      return header.number(key, 1, (view, at) => (type === 0 ? view.getUint8(at) : view.getInt8(at)))
    case 2:
    case 3:
      return header.number(key, 2, (view, at) => (type === 2 ? view.getUint16(at, true) : view.getInt16(at, true)))
    case 4:
    case 5:
      return header.number(key, 4, (view, at) => (type === 4 ? view.getUint32(at, true) : view.getInt32(at, true)))
    case 6:
      return header.number(key, 4, (view, at) => view.getFloat32(at, true))
    case 7: {
      const value = await header.number(key, 1, (view, at) => view.getUint8(at))
      if (value > 1) throw header.bad(`'${key}' is a boolean of value ${value}, expected 0 or 1`)
      return value === 1
    }
    case 8:
      return header.text(`'${key}'`, maxTextBytes)
    case 10:
    case 11:
      return header.number(key, 8, (view, at) =>
        Number(type === 10 ? view.getBigUint64(at, true) : view.getBigInt64(at, true))
      )
    case 12:
      return header.number(key, 8, (view, at) => view.getFloat64(at, true))
    default:
      throw header.bad(`'${key}' has the unknown type ${type}, expected 0 to 12`)
  }
}

async function readEntry(header: HeaderReader, index: number, alignment: number): Promise<TensorEntry<GgufDtype>> {
  const name = await header.text(`the name of tensor ${index}`, maxNameBytes)
  const what = `tensor '${name}'`
  const dimensions = await header.u32(`the dimensions of ${what}`)
  if (dimensions < 1 || dimensions > maxDimensions)
    throw header.bad(`${what} has ${dimensions} dimensions, expected 1 to ${maxDimensions}`)
  const shape: number[] = []
  for (let i = 0; i < dimensions; ++i) shape.unshift(await header.count(`a dimension of ${what}`, 2 ** 40))
  const type = await header.u32(`the type of ${what}`)
  const dtype = typeNames[type] || String(type)
  if (!isDtype(dtype)) {
    const known = Object.keys(blocks).join(', ')
    throw new AttenscopeError('unsupported', `${header.file}: ${what} has the type ${dtype}; supported: ${known}`)
  }
  const begin = await header.count(`the offset of ${what}`, Number.MAX_SAFE_INTEGER)
  if (begin % alignment !== 0) throw header.bad(`${what} begins at byte ${begin}, expected a multiple of ${alignment}`)
  const [numbers, bytes] = blocks[dtype]
  const columns = shape.at(-1) ?? 0
  if (columns % numbers !== 0) {
    throw header.bad(`${what} has rows of ${columns} numbers, expected a multiple of ${numbers}, the block of ${dtype}`)
  }
  const byteLength = safeProduct([...shape.slice(0, -1), columns / numbers, bytes])
  if (byteLength === undefined || !Number.isSafeInteger(begin + byteLength)) {
    throw header.bad(`${what}: shape [${shape.join(', ')}] is too large`)
  }
  return { name, dtype, shape, begin, end: begin + byteLength }
}

/** Checks that each tensor begins at the next multiple of the alignment, so that nothing overlaps or hides in a gap. */
function checkLayout(tensors: readonly TensorEntry[], alignment: number, header: HeaderReader): void {
  let expected = 0
  for (const { name, begin, end } of tensors) {
    if (begin !== expected) {
      const fault = begin < expected ? 'overlaps the tensor before it' : 'has a gap before it'
      throw header.bad(`tensor '${name}' ${fault}: it begins at byte ${begin}, expected ${expected}`)
    }
    expected = roundUp(end, alignment)
  }
}

function roundUp(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && 2 ** Math.round(Math.log2(value)) === value
}

function isDtype(value: string): value is GgufDtype {
  return Object.hasOwn(blocks, value)
}
