/** The safetensors reader with files that are cut off, forged or only unusual. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { ByteReader } from '../../web/lib/formats/byte-reader.js'
import { readSafetensorsHeader, writeSafetensors } from '../../web/lib/formats/safetensors.js'
import type { WeightSink } from '../../web/lib/formats/tensors.js'
import { readWeights } from '../../web/lib/formats/weight-files.js'
import { FolderReader } from '../../web/lib/sources/folder.js'
import { openFileFolder } from '../../web/lib/sources/file-folder.js'
import { expectError } from './support/errors.js'
import { tinyFolder } from './support/folders.js'

const utf8 = new TextEncoder()

/** Returns a file with this header, valid or not, and this many bytes of data. */
function fileWith(header: unknown, dataBytes: number, announced?: bigint): Uint8Array<ArrayBuffer> {
  const json = utf8.encode(typeof header === 'string' ? header : JSON.stringify(header))
  const file = new Uint8Array(8 + json.length + dataBytes)
  new DataView(file.buffer).setBigUint64(0, announced ?? BigInt(json.length), true)
  file.set(json, 8)
  return file
}

/** Reads in chunks of `chunkBytes`, so that chunks end anywhere. */
function readerOf(bytes: Uint8Array, chunkBytes = bytes.length || 1): ByteReader {
  let at = 0
  return new ByteReader(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) controller.close()
        else controller.enqueue(bytes.slice(at, (at += chunkBytes)))
      }
    })
  )
}

const header = (file: Uint8Array, size: number | undefined = file.length) =>
  readSafetensorsHeader(readerOf(file), 'a.safetensors', size)
const tensor = (dtype: unknown, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets })

describe('safetensors header', () => {
  it('has tensors in the order of their bytes, with their metadata', async () => {
    const file = fileWith(
      { __metadata__: { a: 'b' }, second: tensor('F16', [2], [4, 8]), first: tensor('F32', [], [0, 4]) },
      8
    )
    const found = await header(file)
    expect(found.tensors.map(({ name }) => name)).toEqual(['first', 'second'])
    expect(found.metadata).toEqual({ a: 'b' })
    expect(found.dataStart).toBe(file.length - 8)
  })

  const good = { x: tensor('F32', [2, 1], [0, 8]) }

  it('is bad-model when the file is cut off at any byte, with known and unknown size', async () => {
    const file = fileWith(good, 8)
    for (let length = 0; length < file.length - 8; ++length) {
      const cut = file.slice(0, length)
      await expectError(header(cut), 'bad-model', 'a.safetensors')
      await expectError(readSafetensorsHeader(readerOf(cut), 'a.safetensors'), 'bad-model', 'a.safetensors')
    }
  })

  it('gives an error with the tensor in which a file of known size ends', async () => {
    await expectError(header(fileWith(good, 7)), 'bad-model', "'x'", 'cut off')
    await expectError(header(fileWith(good, 9)), 'bad-model')
  })

  const forged: readonly [string, unknown, number, string][] = [
    ['not JSON', '{"x": ', 0, 'not JSON'],
    ['not an object', '[1]', 0, 'an array'],
    ['a tensor that is not an object', { x: 3 }, 0, "'x'"],
    ['an unknown dtype', { x: tensor('F31', [1], [0, 4]) }, 4, '"F31"'],
    ['a dtype from Object.prototype', { x: tensor('toString', [1], [0, 4]) }, 4, 'toString'],
    ['a negative size', { x: tensor('F32', [-1], [0, 4]) }, 4, 'integers ≥ 0'],
    ['a fractional size', { x: tensor('F32', [1.5], [0, 6]) }, 6, 'integers ≥ 0'],
    ['a size that is text', { x: tensor('F32', ['1'], [0, 4]) }, 4, 'integers ≥ 0'],
    ['a shape that overflows', { x: tensor('F32', [2 ** 31, 2 ** 31], [0, 4]) }, 4, 'too large'],
    ['a size beyond the safe integers', { x: tensor('F32', [1e300], [0, 4]) }, 4, 'integers ≥ 0'],
    ['offsets that are not a pair', { x: tensor('F32', [1], [0]) }, 4, 'data_offsets'],
    ['negative offsets', { x: tensor('F32', [1], [-4, 0]) }, 4, 'data_offsets'],
    ['offsets in the wrong order', { x: tensor('F32', [1], [4, 0]) }, 4, 'data_offsets'],
    ['offsets that hold too little', { x: tensor('F32', [2], [0, 4]) }, 4, 'expected 8'],
    ['a hole in front', { x: tensor('F32', [1], [4, 8]) }, 8, 'has a gap before it'],
    ['a hole between', { x: tensor('F32', [1], [0, 4]), y: tensor('F32', [1], [8, 12]) }, 12, 'has a gap before it'],
    ['an overlap', { x: tensor('F32', [2], [0, 8]), y: tensor('F32', [1], [4, 8]) }, 8, 'overlaps'],
    ['metadata that is not an object', { __metadata__: 'x' }, 0, '__metadata__'],
    ['metadata that is not text', { __metadata__: { a: 1 } }, 0, '__metadata__']
  ]
  it.each(forged)('refuses %s', async (_, content, dataBytes, word) => {
    await expectError(header(fileWith(content, dataBytes)), 'bad-model', 'a.safetensors', word)
  })

  it('refuses an announced length beyond the format or the file without reading on', async () => {
    await expectError(header(fileWith('{}', 0, 2n ** 63n)), 'bad-model', '100000000')
    await expectError(header(fileWith('{}', 0, 100_000_001n)), 'bad-model', '100000000')
    await expectError(header(fileWith('{}', 0, 3n)), 'bad-model')
    // With an unknown size, memory is allocated as bytes arrive, not as the header announces.
    await expectError(
      readSafetensorsHeader(readerOf(fileWith('{}', 0, 99_000_000n)), 'a.safetensors'),
      'bad-model',
      'ends after 2'
    )
  })

  it('refuses a header that is not UTF-8', async () => {
    const file = fileWith('{"xx":1}', 0)
    file[10] = 0xff
    await expectError(header(file), 'bad-model', 'UTF-8')
  })
})

describe('weights', () => {
  /** Returns the weights that a folder of these files streams. */
  async function collect(files: Record<string, Uint8Array<ArrayBuffer>>): Promise<Map<string, Uint8Array>> {
    const folder = openFileFolder(Object.entries(files).map(([name, bytes]) => new File([bytes], name)))
    const found = new Map<string, Uint8Array>()
    const sink: WeightSink = {
      begin({ name, begin, end, shape }) {
        const bytes = new Uint8Array(end - begin)
        found.set(name, bytes)
        return { rowsAtOnce: shape[0] ?? 1, stage: () => bytes, take: () => {} }
      }
    }
    await readWeights(new FolderReader(folder), () => sink)
    return found
  }

  it('arrive unchanged, NaN and infinities included, whatever the chunks', async () => {
    const data = Float32Array.of(NaN, Infinity, -0, 1e-45)
    const file = await new Blob(writeSafetensors(new Map([['x', { data, shape: [4] }]]), {})).arrayBuffer()
    const found = await collect({ 'model.safetensors': new Uint8Array(file) })
    expect(found.get('x')).toEqual(new Uint8Array(data.buffer))
    for (const chunkBytes of [1, 3, 7]) {
      const reader = readerOf(new Uint8Array(file), chunkBytes)
      const { tensors } = await readSafetensorsHeader(reader, 'a.safetensors', file.byteLength)
      const bytes = new Uint8Array(16)
      expect(tensors).toHaveLength(1)
      expect(await reader.fill(bytes)).toBe(16)
      expect(bytes).toEqual(new Uint8Array(data.buffer))
      expect(await reader.atEnd()).toBe(true)
    }
  })

  it('a stream that ends inside a tensor gives an error with file, tensor, found and expected bytes', async () => {
    const file = new Uint8Array(await readFile(join(tinyFolder, 'model.safetensors')))
    const stream = () => new Blob([file.slice(0, file.length - 10)]).stream()
    const folder = {
      name: 'cut',
      open: async (name: string) => (name === 'model.safetensors' ? { stream: stream() } : undefined)
    }
    const sink: WeightSink = { begin: () => undefined }
    await expectError(
      readWeights(new FolderReader(folder), () => sink),
      'bad-model',
      'model.safetensors',
      'cut off in tensor',
      'bytes'
    )
  })

  it('a stream that continues after the last tensor is refused', async () => {
    const file = fileWith({ x: tensor('U8', [1], [0, 1]) }, 5)
    const folder = { name: 'long', open: async () => ({ stream: new Blob([file]).stream() }) }
    const sink: WeightSink = { begin: () => undefined }
    await expectError(
      readWeights(new FolderReader(folder), () => sink),
      'bad-model',
      'more bytes after its last tensor'
    )
  })

  const shard = (name: string) => fileWith({ [name]: tensor('U8', [1], [0, 1]) }, 1)
  const index = (weightMap: unknown) => utf8.encode(JSON.stringify({ weight_map: weightMap }))

  it('shards are found by their index', async () => {
    const found = await collect({
      'model.safetensors.index.json': index({ a: 'one.safetensors', b: 'two.safetensors' }),
      'one.safetensors': shard('a'),
      'two.safetensors': shard('b')
    })
    expect([...found.keys()]).toEqual(['a', 'b'])
  })

  const badIndexes: readonly [string, Record<string, Uint8Array<ArrayBuffer>>, string][] = [
    ['neither weights nor an index', {}, 'neither'],
    ['no weight_map', { 'model.safetensors.index.json': utf8.encode('{}') }, 'weight_map'],
    [
      'a file outside the folder',
      { 'model.safetensors.index.json': index({ a: '../one.safetensors' }) },
      '../one.safetensors'
    ],
    [
      'a file in another folder',
      { 'model.safetensors.index.json': index({ a: 'x/one.safetensors' }) },
      'plain file name'
    ],
    [
      'a file that is a URL',
      { 'model.safetensors.index.json': index({ a: 'https:one.safetensors' }) },
      'plain file name'
    ],
    ['a missing shard', { 'model.safetensors.index.json': index({ a: 'one.safetensors' }) }, 'one.safetensors'],
    [
      'a shard without the tensor',
      { 'model.safetensors.index.json': index({ a: 'one.safetensors' }), 'one.safetensors': shard('b') },
      "'a'"
    ],
    [
      'a shard with one tensor more',
      {
        'model.safetensors.index.json': index({ a: 'one.safetensors' }),
        'one.safetensors': fileWith({ a: tensor('U8', [1], [0, 1]), b: tensor('U8', [1], [1, 2]) }, 2)
      },
      "'b'"
    ]
  ]
  it.each(badIndexes)('an index is refused: %s', async (_, files, word) => {
    await expectError(collect(files), 'bad-model', word)
  })
})

it('the reader reads the files of the writer', async () => {
  const tensors = new Map([
    ['a.b', { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] }],
    ['empty', { data: new Float32Array(0), shape: [0, 7] }]
  ])
  const file = new Uint8Array(await new Blob(writeSafetensors(tensors, { é: '字' })).arrayBuffer())
  const found = await header(file)
  expect(found.metadata).toEqual({ é: '字' })
  expect(found.tensors.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
    ['a.b', 'F32', [2, 3]],
    ['empty', 'F32', [0, 7]]
  ])
  expect(found.dataStart % 8).toBe(0)
})
