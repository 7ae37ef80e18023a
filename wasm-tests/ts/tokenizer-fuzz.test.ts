/** 10,000 texts of difficult characters: ids and spans compared with Hugging Face's tokenizers, by hashes. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { openFileFolder } from '../../web/lib/sources/file-folder.js'
import { FolderReader } from '../../web/lib/sources/folder.js'
import { openTokenizers, type Tokenizers } from '../../web/lib/tokenizer/tokenizers.js'
import { root, sharedFolder } from './support/folders.js'
import goldenFile from './tokenizer-fuzz.json'

interface Golden {
  readonly seed: number
  readonly count: number
  readonly block: number
  readonly pieces: readonly string[]
  /** For each tokenizer the hashes of its blocks: of ids, and of spans if there are any. */
  readonly hashes: Readonly<Record<string, readonly (readonly number[])[]>>
  readonly withoutSpans: Readonly<Record<string, readonly number[]>>
}

const golden = goldenFile as Golden

/** Makes the same texts as `texts` in make-tokenizer-fuzz.py. */
function makeTexts(): string[] {
  const { seed, count, pieces } = golden
  let state = seed
  const below = (end: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % end
  }
  return Array.from({ length: count }, () =>
    Array.from({ length: below(9) + 1 }, () => pieces[below(pieces.length)]).join('')
  )
}

function fnv(numbers: readonly number[]): number {
  return numbers.reduce((hash, number) => Math.imul(hash ^ number, 0x01000193) >>> 0, 0x811c9dc5)
}

/** Opens a folder of these files, named as in a checkpoint. */
async function open(files: Readonly<Record<string, string>>, modelType = 'any'): Promise<Tokenizers> {
  const list = Object.entries(files).map(async ([name, path]) => new File([new Uint8Array(await readFile(path))], name))
  const tokenizers = await openTokenizers(new FolderReader(openFileFolder(await Promise.all(list))), {
    model_type: modelType
  })
  if (!tokenizers) throw new Error('there is no tokenizer')
  return tokenizers
}

const shared = (path: string) => join(sharedFolder ?? '', 'weights/tokenizers', path)
const ofModel = (name: string) => ({ 'tokenizer.json': join(root, 'models', name, 'tokenizer.json') })

const shipped: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  stories: ofModel('stories'),
  translate: ofModel('translate'),
  sentiment: ofModel('sentiment'),
  dates: ofModel('dates')
}

const others: typeof shipped = {
  'roberta-base': { 'tokenizer.json': shared('roberta-base/tokenizer.json') },
  'whisper.tiny': { 'tokenizer.json': shared('whisper.tiny/tokenizer.json') },
  't5-small': { 'tokenizer.json': shared('t5-small/tokenizer.json') },
  'ortx-nmt-marian': { 'tokenizer.json': shared('ortx-nmt-marian/tokenizer.json') },
  'simplestories-4096': { 'tokenizer.json': shared('simplestories/simplestories-4096.json') },
  'stories-3072': { 'tokenizer.json': shared('simplestories/stories-3072.json') },
  gpt2: { 'encoder.json': shared('gpt2/encoder.json'), 'vocab.bpe': shared('gpt2/vocab.bpe') },
  'bert-base-uncased': {
    'vocab.txt': shared('bert-base-uncased/vocab.txt'),
    'tokenizer_config.json': shared('bert-base-uncased/tokenizer_config.json')
  }
}

const marianFiles = {
  'source.spm': shared('ortx-nmt-marian/vocab.joint.spm'),
  'target.spm': shared('ortx-nmt-marian/vocab.joint.spm'),
  'vocab.json': shared('ortx-nmt-marian/vocab.json')
}

/** Returns the indices of the blocks that differ from the golden ones, for each kind. */
function differences(name: string, results: readonly (readonly (readonly number[])[])[]): number[][] {
  const { block, hashes } = golden
  return (hashes[name] ?? []).map((expected, part) =>
    expected.flatMap((hash, at) => {
      const numbers = results.slice(at * block, (at + 1) * block).flatMap((parts) => {
        const part_ = parts[part] ?? []
        return [part_.length, ...part_]
      })
      return fnv(numbers) === hash ? [] : [at]
    })
  )
}

async function check(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const { source } = await open(files)
  const without = new Set(golden.withoutSpans[name])
  const results = makeTexts().map((text, at) => {
    const tokens = source.encode(text, { template: false })
    return [tokens.map(({ id }) => id), without.has(at) ? [] : tokens.flatMap(({ start, end }) => [start, end])]
  })
  expect(golden.hashes[name]).toHaveLength(2)
  expect(differences(name, results)).toEqual([[], []])
}

const minute = { timeout: 60_000 }

describe('ids and spans of 10,000 texts', () => {
  it.each(Object.entries(shipped))('%s', minute, (name, files) => check(name, files))

  if (!sharedFolder) console.log('skipped: other tokenizers, because ATTENSCOPE_SHARED is not set')
  describe.skipIf(!sharedFolder)('of other tokenizers', () => {
    it.each(Object.entries(others))('%s', minute, (name, files) => check(name, files))

    it('Marian from its SentencePiece models and vocab.json: ids', minute, async () => {
      const { source, target } = await open(marianFiles, 'marian')
      const results = makeTexts().map((text) => [source.encode(text).map(({ id }) => id)])
      expect(differences('marian-spm', results)).toEqual([[]])
      expect(target?.encode('Hello', { template: false }).length).toBeGreaterThan(0)
    })
  })
})
