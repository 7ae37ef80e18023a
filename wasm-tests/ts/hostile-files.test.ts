/**
 * Invalid files: whatever changes in a valid file, and whatever bytes arrive, each parser returns a result or throws an
 * AttenscopeError. The seeds are the golden files. Inputs that failed once have tests of their own.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { AttenscopeError } from '../../web/lib/errors.js'
import { ByteReader } from '../../web/lib/formats/byte-reader.js'
import { readGgufHeader } from '../../web/lib/formats/gguf.js'
import type { JsonObject } from '../../web/lib/formats/json.js'
import { readLlama2cHeader } from '../../web/lib/formats/llama2c.js'
import { readSafetensorsHeader } from '../../web/lib/formats/safetensors.js'
import { readSentencePiece } from '../../web/lib/formats/sentencepiece.js'
import { fromSentencePiece } from '../../web/lib/tokenizer/from-sentencepiece.js'
import { Tokenizer } from '../../web/lib/tokenizer/tokenizer.js'
import { golden, storiesFolder } from './support/folders.js'

const full = process.env['ATTENSCOPE_FULL'] === '1'
/** A minute for each parser in a full run: half for damaged files, half for random bytes. */
const halfMinute = full
  ? { numRuns: 10_000_000, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false }
  : { numRuns: 300 }
const minute = full ? { ...halfMinute, interruptAfterTimeLimit: 60_000 } : halfMinute

type Parse = (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>

function streamed(read: (reader: ByteReader, size: number | undefined) => Promise<unknown>): Parse {
  return async (bytes) => {
    // Chunks of odd sizes, with known and with unknown total size.
    const chunk = 1 + (bytes.length % 97)
    let at = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) return controller.close()
        controller.enqueue(bytes.subarray(at, (at += chunk)))
      }
    })
    await read(new ByteReader(stream), bytes.length % 2 === 0 ? bytes.length : undefined)
  }
}

const encoder = new TextEncoder()
const read = (...path: string[]) => new Uint8Array(readFileSync(join(...path)))

/** A SentencePiece model with three pieces, and the header of llama2.c, which have no golden files. */
const spm = Uint8Array.of(
  ...[0x0a, 0x0e, 0x0a, 0x05, 0x3c, 0x75, 0x6e, 0x6b, 0x3e, 0x15, 0, 0, 0, 0, 0x18, 0x02],
  ...[0x0a, 0x08, 0x0a, 0x01, 0x61, 0x15, 0, 0, 0x80, 0xbf],
  ...[0x0a, 0x08, 0x0a, 0x01, 0x62, 0x15, 0, 0, 0, 0xc0],
  ...[0x12, 0x02, 0x18, 0x01, 0x1a, 0x02, 0x18, 0x01]
)
const llama2c = new Uint8Array(Int32Array.of(64, 172, 5, 8, 4, 512, 512).buffer)
const llama2cQ8 = new Uint8Array(256)
llama2cQ8.set(new Uint8Array(Int32Array.of(0x616b3432, 2, 64, 172, 5, 8, 4, 512, 512).buffer))
llama2cQ8.set([1, 8, 0, 0, 0], 36)

function tokenizerOf(json: unknown): void {
  const tokenizer = new Tokenizer(json as JsonObject)
  tokenizer.encode('Once upon a time 你好 </s>')
  tokenizer.encodePair('Once', '你好')
}

const parsers: readonly { name: string; seeds: readonly Uint8Array<ArrayBuffer>[]; parse: Parse }[] = [
  {
    name: 'safetensors',
    seeds: [read(golden('llama-tiny-f16'), 'model.safetensors').slice(0, 4000)],
    parse: streamed((reader, size) => readSafetensorsHeader(reader, 'a.safetensors', size))
  },
  {
    name: 'GGUF',
    seeds: [read(golden('gguf'), 'llama-every-type.gguf').slice(0, 9000)],
    parse: streamed((reader, size) => readGgufHeader(reader, 'a.gguf', size))
  },
  {
    name: 'llama2.c',
    seeds: [llama2c, llama2cQ8],
    parse: streamed((reader, size) => readLlama2cHeader(reader, 'a.bin', size))
  },
  {
    name: 'SentencePiece',
    seeds: [spm],
    parse: async (bytes) => {
      const model = readSentencePiece(bytes, 'a.spm')
      return tokenizerOf(fromSentencePiece(model))
    }
  },
  {
    name: 'tokenizer.json',
    seeds: [read(golden('marian-translate'), 'tokenizer.json')],
    parse: async (bytes) => {
      let json: unknown
      try {
        json = JSON.parse(new TextDecoder().decode(bytes))
      } catch {
        return undefined
      }
      return tokenizerOf(json)
    }
  }
]

/** Overwrites bytes anywhere in a seed, several times. */
function damaged(seeds: readonly Uint8Array<ArrayBuffer>[]): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const change = fc.record({
    at: fc.nat({ max: 1_000_000 }),
    removed: fc.nat({ max: 16 }),
    added: fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(...[0x00, 0xff, 0x7f, 0x80].map((byte) => new Uint8Array(8).fill(byte))),
      fc.constantFrom('-1', '1e99', 'null', '[]', '{}', '""', '999999999999').map((text) => encoder.encode(text))
    )
  })
  return fc
    .record({
      seed: fc.constantFrom(...seeds),
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
      cut: fc.option(fc.nat(), { freq: 5 })
    })
    .map(({ seed, changes, cut }) => {
      let bytes = [...seed]
      for (const { at, removed, added } of changes) bytes.splice(at % (bytes.length + 1), removed, ...added)
      if (cut !== null) bytes = bytes.slice(0, cut % (bytes.length + 1))
      return Uint8Array.from(bytes)
    })
}

async function answersOrRefuses(parse: Parse, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await parse(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(AttenscopeError)
    expect((error as AttenscopeError).code).toMatch(/^(bad-model|unsupported|tokenizer)$/)
  }
}

describe.each(parsers)('$name', ({ seeds, parse }) => {
  it('reads the seeds, except those that are cut off', { timeout: 60_000 }, async () => {
    for (const seed of seeds) await answersOrRefuses(parse, seed)
  })

  it('damaged: parses or throws an AttenscopeError', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(damaged(seeds), (bytes) => answersOrRefuses(parse, bytes)),
      halfMinute
    )
  })

  it('random bytes: parses or throws an AttenscopeError', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => answersOrRefuses(parse, Uint8Array.from(bytes))),
      { ...halfMinute, numRuns: halfMinute.numRuns / 3 }
    )
  })
})

it.each(['single', 'pair'])('a template without its "%s" is refused with the name of its file', (missing) => {
  const whole = JSON.parse(readFileSync(join(golden('marian-translate'), 'tokenizer.json'), 'utf8')) as JsonObject
  const template = { ...(whole['post_processor'] as JsonObject), [missing]: undefined }
  expect(() => new Tokenizer({ ...whole, post_processor: template }, {}, 'odd.json').encodePair('a', 'b')).toThrow(
    expect.objectContaining({ code: 'unsupported', message: expect.stringMatching(/^odd\.json: /) })
  )
})

it('without a template, two texts are concatenated, as in Python’s tokenizers library', () => {
  const whole = JSON.parse(readFileSync(join(golden('marian-translate'), 'tokenizer.json'), 'utf8')) as JsonObject
  const { typeIds } = new Tokenizer({ ...whole, post_processor: null }).encodePair('a', 'b')
  expect(typeIds).toEqual([0, 0, 1, 1])
})

it('a tokenizer.json with one value replaced by another is used or refused', { timeout: 120_000 }, async () => {
  const whole = JSON.parse(readFileSync(join(storiesFolder, 'tokenizer.json'), 'utf8')) as JsonObject
  const parts = ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder', 'model', 'added_tokens']
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...parts), fc.jsonValue(), async (part, value) => {
      await answersOrRefuses(async () => tokenizerOf({ ...whole, [part]: value }), new Uint8Array(0))
    }),
    minute
  )
})
