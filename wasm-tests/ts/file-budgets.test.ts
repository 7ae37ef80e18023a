/** Files of strangers have budgets: whatever a count, a list or a template in them asks for, the answer comes soon and is a typed error. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectModel, loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { ByteReader } from '../../web/lib/formats/byte-reader.js'
import { readGgufHeader } from '../../web/lib/formats/gguf.js'
import { parseJson, type JsonObject } from '../../web/lib/formats/json.js'
import { createChatTemplate } from '../../web/lib/tokenizer/chat-template.js'
import { Tokenizer } from '../../web/lib/tokenizer/tokenizer.js'
import { expectError } from './support/errors.js'
import { copyOf, golden } from './support/folders.js'

const letters = Object.fromEntries(Array.from('abcdefghijklmnopqrstuvwxyz ', (letter, id) => [letter, id]))

function tokenizer(parts: JsonObject, model: JsonObject = {}): Tokenizer {
  return new Tokenizer({
    model: { type: 'BPE', vocab: { ...letters, '<unk>': 27 }, merges: [], unk_token: '<unk>', ...model },
    ...parts
  })
}

describe('a config', () => {
  it.each([
    ['a count beyond all layers', [[[], 9_007_199_254_740_991]]],
    ['an empty list, often', [[[], 3]]],
    ['more kinds than layers', [[['global'], 1_000_000_000]]],
    ['a negative count', [[['global', 'local'], -1]]]
  ])('of GPT-Neo with %s is refused by its field', async (_, types) => {
    const folder = await copyOf(golden('families/gpt_neo-causal'))
    const path = join(folder, 'config.json')
    const config = JSON.parse(await readFile(path, 'utf8')) as object
    await writeFile(path, JSON.stringify({ ...config, attention_types: types }))
    await expectError(() => loadModel(folder), 'bad-model', 'attention_types')
    await expectError(() => inspectModel(folder), 'bad-model', 'attention_types')
  })

  it('nested deeper than any reader expects is refused by its file', async () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(parseJson(deep(50), 'config.json')).toHaveLength(1)
    await expectError(() => parseJson(deep(20_000), 'config.json'), 'bad-model', 'config.json')
  })
})

describe('a tokenizer', () => {
  const replace = { type: 'Replace', pattern: { String: 'a' }, content: 'aa' }
  const sequence = (step: JsonObject, times: number) => ({ type: 'Sequence', normalizers: new Array(times).fill(step) })

  it.each([
    ['that doubles a text forty times', { normalizer: sequence(replace, 40) }],
    ['that prepends a megabyte', { normalizer: { type: 'Prepend', prepend: 'b'.repeat(1_000_000) } }],
    ['that puts a megabyte in for each letter', { normalizer: { ...replace, content: 'b'.repeat(1_000_000) } }]
  ])('%s is stopped', async (_, parts) => {
    await expectError(() => tokenizer(parts).encode('banana'), 'tokenizer', 'characters')
  })

  it('that only grows a text as real ones do is not', () => {
    expect(tokenizer({ normalizer: sequence(replace, 3) }).encode('banana')).toHaveLength(3 + 3 * 8)
  })

  it('of thousands of steps is refused, flat or nested', async () => {
    const flat = sequence({ type: 'Lowercase' }, 5_000)
    let nested: JsonObject = { type: 'Lowercase' }
    for (let i = 0; i < 20; ++i) nested = { type: 'Sequence', normalizers: [nested, nested] }
    await expectError(() => tokenizer({ normalizer: flat }), 'bad-model', 'steps')
    await expectError(() => tokenizer({ normalizer: nested }), 'bad-model', 'steps')
  })

  it('of 100,000 added tokens reads a text once, and the longest token counts', () => {
    const added = Array.from({ length: 100_000 }, (_, i) => ({ id: 100 + i, content: `<${i}>`, special: true }))
    const tokens = tokenizer({ added_tokens: added }).encode(`${'<'.repeat(50_000)}<12><123>`)
    expect(tokens.slice(-2).map(({ id }) => id)).toEqual([112, 223])
  })

  it('reads one language code at the start of a text, and no more of them', () => {
    const ids = { ...letters, '<unk>': 27, '</s>': 28, '>>fra<<': 29 }
    const vocab = { ...letters, '<unk>': 27, '>': 30, '<': 31 }
    const model = { type: 'BPE', vocab, merges: [], unk_token: '<unk>' }
    const numbered = new Tokenizer({ model }, {}, 'source.spm', { ids, end: 28 })
    const tokens = numbered.encode(`${'>>fra<<'.repeat(30_000)}ab`)
    expect(tokens[0]).toMatchObject({ id: 29, start: 0, end: 7 })
    expect(tokens.filter(({ id }) => id === 29)).toHaveLength(1)
    expect(tokens.slice(-3).map(({ id, text }) => [id, text])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [28, '</s>']
    ])
    expect(tokens.at(-2)).toMatchObject({ start: 210_001, end: 210_002 })
  })

  it('puts 30,000 marks after one letter in order, each with its own place', () => {
    const marks = Array.from({ length: 30_000 }, (_, i) => (i % 2 === 0 ? '\u0301' : '\u0323')).join('')
    const tokens = tokenizer({ normalizer: { type: 'NFD' } }).encode(`e${marks}`)
    // The dot below (class 220) comes before the acute (class 230), wherever they were written.
    expect(tokens.slice(0, 4).map(({ start, text }) => [start, text])).toEqual([
      [0, 'e'],
      [2, '\u0323'],
      [4, '\u0323'],
      [6, '\u0323']
    ])
    expect(tokens.at(-1)).toMatchObject({ start: 29_999, text: '\u0301' })
  })

  it.each([
    ['a fraction', { ...letters, x: 430.5 }],
    ['a text', { ...letters, x: '1' }],
    ['next to nothing', { ...letters, x: 1e-308 }],
    ['a list', { ...letters, x: [3] }],
    ['negative', { ...letters, x: -1 }]
  ])('with an id that is %s is refused by its token', async (_, vocab) => {
    await expectError(() => tokenizer({}, { vocab }), 'bad-model', '"x"')
  })

  it('with a token of a megabyte, a merge that is a number or a score that is a text is refused by its place', async () => {
    await expectError(
      () => tokenizer({}, { vocab: { ...letters, ['b'.repeat(1_000_000)]: 30 } }),
      'bad-model',
      '1000000'
    )
    await expectError(() => tokenizer({}, { merges: ['a b', 7] }), 'bad-model', 'model.merges[1]')
    const unigram = {
      type: 'Unigram',
      vocab: [
        ['a', -1],
        ['b', '2']
      ],
      unk_id: 0
    }
    await expectError(() => tokenizer({}, unigram), 'bad-model', 'model.vocab[1]')
  })
})

describe('a chat template', () => {
  const messages = [{ role: 'user', content: 'a' }]

  it.each([
    ['a range of 200 million', '{{ range(200000000)|length }}', 'range'],
    ['nested loops', '{% for a in range(30000) %}{% for b in range(30000) %}{% endfor %}{% endfor %}', 'steps'],
    [
      'a text that doubles',
      `{% set ns = namespace(t='aa') %}{% for a in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}`,
      'characters'
    ],
    ['a megabyte of blanks', `{{${' '.repeat(1_000_000)}}}`, 'characters'],
    ['blanks in a row', `${'{'}${' '.repeat(50_000)}{{ 1 }}`, 'blanks']
  ])('with %s ends in a typed error', async (_, template, named) => {
    const chat = await createChatTemplate(template, {})
    await expectError(() => chat.render(messages), 'unsupported', named)
  })

  it('has range, the constants and the day, as the interpreter gives them', async () => {
    const chat = await createChatTemplate(
      '{% for i in range(1, 10, 3) %}{{ i }},{% endfor %}{{ none is none }}{{ True }}{{ strftime_now("%Y")|length }}',
      {}
    )
    expect(chat.render(messages)).toBe('1,4,7,truetrue4')
  })
})

describe('a GGUF file', () => {
  it('with a megabyte behind its last tensor is refused; padding is not', async () => {
    const bytes = new Uint8Array(await readFile(join(golden('gguf'), 'llama-every-type.gguf')))
    const header = (tail: number) => {
      const file = new Blob([bytes, new Uint8Array(tail)])
      return readGgufHeader(new ByteReader(file.stream()), 'a.gguf', file.size)
    }
    expect((await header(0)).tensors.length).toBeGreaterThan(0)
    expect((await header(31)).tensors.length).toBeGreaterThan(0)
    await expectError(() => header(1 << 20), 'bad-model', 'belong to no tensor')
  })
})
