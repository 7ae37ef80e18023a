/** Ids and spans compared with Hugging Face's tokenizers, and decoding token by token. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import type { JsonObject } from '../../web/lib/formats/json.js'
import { Tokenizer } from '../../web/lib/tokenizer/tokenizer.js'
import { expectError } from './support/errors.js'
import { sharedFolder, storiesFolder } from './support/folders.js'
import goldenFile from './tokenizer-golden.json'

interface Case {
  readonly text: string
  readonly ids: readonly number[]
  readonly innerIds: readonly number[]
  readonly spans: readonly (readonly number[])[]
}

interface Golden {
  readonly shipped: { readonly stories: readonly Case[] }
  readonly trained: Readonly<
    Record<'metaspace' | 'prepend', { readonly tokenizer: JsonObject; readonly cases: readonly Case[] }>
  >
  readonly shared: Readonly<Record<string, readonly Case[]>>
}

const golden = goldenFile as unknown as Golden
const readTokenizer = async (path: string) => new Tokenizer(JSON.parse(await readFile(path, 'utf8')) as JsonObject)
const stories = () => readTokenizer(join(storiesFolder, 'tokenizer.json'))
const trained = (kind: 'metaspace' | 'prepend') => new Tokenizer(golden.trained[kind].tokenizer)

/** Returns the ids with the template's tokens, and the ids and spans without them. */
function encoded(tokenizer: Tokenizer, { text, ids, innerIds }: Case) {
  const tokens = tokenizer.encode(text)
  const before = ids.length - innerIds.length - (ids.at(-1) === innerIds.at(-1) ? 0 : 1)
  const inner = tokens.slice(before, before + innerIds.length)
  return { ids: tokens.map(({ id }) => id), inner, spans: inner.map(({ start, end }) => [start, end]) }
}

function expectGolden(tokenizer: Tokenizer, cases: readonly Case[]): void {
  expect(cases.length).toBeGreaterThan(5)
  for (const golden of cases) {
    const { ids, inner, spans } = encoded(tokenizer, golden)
    expect(ids, golden.text).toEqual(golden.ids)
    expect(spans, golden.text).toEqual(golden.spans)
    for (const token of inner) expect(token.text).toBe(golden.text.slice(token.start, token.end))
  }
}

describe('compared with Hugging Face tokenizers', () => {
  it('the byte-level tokenizer of the site: equal ids and spans', async () =>
    expectGolden(await stories(), golden.shipped.stories))
  it('SentencePiece as Metaspace with byte fallback: same ids, same spans', () =>
    expectGolden(trained('metaspace'), golden.trained.metaspace.cases))
  it('SentencePiece as Prepend and Replace: same ids, same spans', () =>
    expectGolden(trained('prepend'), golden.trained.prepend.cases))

  if (!sharedFolder) console.log('skipped: other tokenizers, because ATTENSCOPE_SHARED is not set')
  describe.skipIf(!sharedFolder)('other tokenizers', () => {
    const shared = (name: string) =>
      readTokenizer(join(sharedFolder ?? '', 'weights/tokenizers', name, 'tokenizer.json'))

    it.each(['roberta-base', 'whisper.tiny'])('%s: same ids, same spans', async (name) => {
      expectGolden(await shared(name), golden.shared[name] ?? [])
    })

    it('t5-small, which removes white space first: equal ids; spans include the space before', async () => {
      const tokenizer = await shared('t5-small')
      for (const golden_ of golden.shared['t5-small'] ?? []) {
        const { ids, inner } = encoded(tokenizer, golden_)
        expect(ids, golden_.text).toEqual(golden_.ids)
        // Its normaliser changes other texts, for which spans are only a guess.
        if (!/^[\x20-\x7e]*$/.test(golden_.text)) continue
        inner.forEach(({ text, start, end }, i) => {
          if (text.trim() === '') return
          expect([start + text.length - text.trimStart().length, end], golden_.text).toEqual(golden_.spans[i])
        })
      }
    })
  })
})

describe('spans', () => {
  const texts = [
    '你好,世界!',
    '👨‍👩‍👧‍👦🏳️‍🌈',
    'e\u0301\u0323a\u030a',
    'a\ud83d',
    '\udc4d b',
    '\ud83d\ud83d\udc4d',
    '\ufeffx',
    ''
  ]

  it.each(texts)('of %j cover the text in order without a gap, in whole characters', async (text) => {
    for (const tokenizer of [await stories(), trained('metaspace'), trained('prepend')]) {
      let covered = 0
      for (const { start, end, special } of tokenizer.encode(text)) {
        if (special) continue
        expect(start).toBeLessThanOrEqual(covered)
        expect(end).toBeGreaterThanOrEqual(covered)
        covered = end
        const splits = (at: number) =>
          /[\ud800-\udbff]/.test(text[at - 1] ?? '') && /[\udc00-\udfff]/.test(text[at] ?? '')
        expect(splits(start) || splits(end)).toBe(false)
      }
      expect(covered).toBe(text.length)
    }
  })

  it('every byte token of a character has the whole character, never U+FFFD', async () => {
    const tokens = (await stories()).encode('好👍').filter(({ special }) => !special)
    expect(tokens.length).toBeGreaterThan(2)
    expect([...new Set(tokens.map(({ text }) => text))]).toEqual(['好', '👍'])
  })

  it('unknown characters are single tokens, joiners and rare spaces included', () => {
    const vocab = Object.fromEntries(['<unk>', ' ', 'a', 'b', '.'].map((name, id) => [name, id]))
    const characters = new Tokenizer({
      version: '1.0',
      added_tokens: [],
      normalizer: { type: 'NFKC' },
      pre_tokenizer: null,
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: { type: 'BPE', vocab, merges: [], unk_token: '<unk>', fuse_unk: false }
    })
    const spansOf = (text: string) => characters.encode(text).map(({ start, end }) => [start, end])
    expect(spansOf('a👨‍👩.')).toEqual([
      [0, 1],
      [1, 3],
      [3, 4],
      [4, 6],
      [6, 7]
    ])
    expect(spansOf('a\u2028b\u00a0a')).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5]
    ])
    expect(spansOf('a xy b')).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 6]
    ])
  })

  it('a lone surrogate is read as U+FFFD', async () => {
    const tokenizer = await stories()
    expect(tokenizer.encode('a\ud800b').map(({ id }) => id)).toEqual(tokenizer.encode('a\ufffdb').map(({ id }) => id))
  })

  it('the start token is special, empty and named', async () => {
    expect((await stories()).encode('a')[0]).toEqual({ id: 0, text: '<|endoftext|>', start: 0, end: 0, special: true })
  })

  it('a tokenizer that rewrites text still has the right spans', () => {
    const tokenizer = new Tokenizer({
      normalizer: { type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'StripAccents' }, { type: 'Lowercase' }] },
      pre_tokenizer: { type: 'Whitespace' },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: { '[UNK]': 0, cafe: 1, '##s': 2, '.': 3, ecole: 4 }
      },
      added_tokens: [{ id: 0, content: '[UNK]', special: true }]
    })
    const spans = (text: string) => tokenizer.encode(text).map(({ start, end }) => text.slice(start, end))
    expect(spans('Cafés ÉCOLE.')).toEqual(['Café', 's', 'ÉCOLE', '.'])
    expect(spans('cafe 北京 ecole')).toEqual(['cafe', '北京', 'ecole'])
    expect(spans('  北 cafe')).toEqual(['北', 'cafe'])
  })
})

describe('decoding token by token', () => {
  const idsOf = (tokenizer: Tokenizer, text: string) =>
    tokenizer
      .encode(text)
      .filter(({ special }) => !special)
      .map(({ id }) => id)

  it.each(['Once upon a time', '你好 👨‍👩‍👧', 'a  b\n', 'café naïve'])('restores %j', async (text) => {
    for (const tokenizer of [await stories(), trained('metaspace'), trained('prepend')]) {
      const ids = idsOf(tokenizer, text)
      const decode = tokenizer.continuation('')
      expect(ids.map((id, i) => decode(id, i === ids.length - 1 ? 'length' : undefined).text).join('')).toBe(text)
      expect(tokenizer.tokensOf(ids).text).toBe(text)
    }
  })

  it('a character appears with the token that completes it, and spans continue after the text before', async () => {
    const tokenizer = await stories()
    const ids = idsOf(tokenizer, '好')
    const decode = tokenizer.continuation('ab')
    const tokens = ids.map((id) => decode(id, undefined))
    expect(tokens.slice(0, -1).every(({ text, start, end }) => text === '' && start === 2 && end === 2)).toBe(true)
    expect(tokens.at(-1)).toMatchObject({ text: '好', start: 2, end: 3 })
  })

  it('an incomplete character at the end becomes U+FFFD, and so do invalid bytes', async () => {
    const tokenizer = await stories()
    const [first = 0, second = 0] = idsOf(tokenizer, '好')
    const cut = tokenizer.continuation('')
    expect([cut(first, undefined).text, cut(second, 'length').text]).toEqual(['', '\ufffd'])
    const broken = tokenizer.continuation('')
    expect([broken(first, undefined).text, broken(first, undefined).text]).toEqual(['', '\ufffd'])
  })

  it('a SentencePiece model keeps the space between prompt and continuation, and starts a text without a space', () => {
    const tokenizer = trained('metaspace')
    const [id = 0] = idsOf(tokenizer, 'a')
    expect(tokenizer.continuation('x')(id, undefined).text).toBe(' a')
    expect(tokenizer.continuation('')(id, undefined).text).toBe('a')
  })

  it('a special token has no text', async () => {
    expect((await stories()).continuation('ab')(0, 'end')).toEqual({ id: 0, text: '', start: 2, end: 2, special: true })
  })
})

it('a tokenizer.json with unknown parts is refused', async () => {
  await expectError(
    () => new Tokenizer({ model: { type: 'BPE', vocab: {}, merges: [] }, normalizer: { type: 'Magic' } }),
    'unsupported',
    'Magic'
  )
  await expectError(() => new Tokenizer({}), 'unsupported', 'tokenizer.json')
})
