/** Long texts are measured before they are worked on whole: a text that is surely too long is refused by its beginning. */

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import type { JsonObject } from '../../web/lib/formats/json.js'
import { Tokenizer } from '../../web/lib/tokenizer/tokenizer.js'
import { expectError } from './support/errors.js'
import { storiesFolder, tinyFolder } from './support/folders.js'

const models = fileURLToPath(new URL('../../models/', import.meta.url))
const readTokenizer = async (name: string) =>
  new Tokenizer(JSON.parse(await readFile(join(models, name, 'tokenizer.json'), 'utf8')) as JsonObject)

const letters = Object.fromEntries(Array.from('abcdefghijklmnopqrstuvwxyz ▁', (letter, id) => [letter, id]))
const tokenizer = (parts: JsonObject, model: JsonObject = {}) =>
  new Tokenizer({
    model: { type: 'BPE', vocab: { ...letters, '<unk>': 28 }, merges: [], unk_token: '<unk>', ...model },
    ...parts
  })

/** The megabytes that a process needs to hear that a text is too long. The text is an expression. */
async function megabytesOf(model: string, text: string): Promise<number> {
  const script = `
    import { loadModel } from 'attenscope'
    const model = await loadModel(${JSON.stringify(join(models, model))})
    const before = process.memoryUsage().rss
    const settings = model.info.kind === 'encoder-decoder' ? { target: 'a' } : {}
    const { code } = await model.run(${text}, settings).then(() => ({ code: 'none' }), (error) => error)
    console.log(code, Math.round((process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20))
    process.exit()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url))
  })
  const [code, megabytes] = stdout.trim().split(' ')
  expect(code).toBe('too-long')
  return Number(megabytes)
}

describe('three million characters', () => {
  it.each([
    ['stories', `'the cat sat on the mat. '.repeat(125_000)`],
    ['stories', `'x'.repeat(3_000_000)`],
    ['translate', `'The cat sat down. '.repeat(170_000)`],
    ['sentiment', `'A warm film. '.repeat(230_000)`]
  ])('are refused by %s within a few megabytes: %s', async (model, text) => {
    expect(await megabytesOf(model, text)).toBeLessThan(150)
  })
})

describe('the least number of tokens', () => {
  const texts = [
    'The cat sat on the mat; it didn’t see the dog, a “good” one. ',
    'ééé ①②③ 猫在睡觉，狗也在睡。 ',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    '          ',
    'e\u0301\u0323',
    '3.14159 -lrb- 100,000 -- …\n\n'
  ]

  it.each(['stories', 'translate', 'sentiment', 'dates'])('is never more than the tokens of %s', async (name) => {
    const reader = await readTokenizer(name)
    for (const text of texts) {
      const long = text.repeat(Math.ceil(70_000 / text.length))
      const count = reader.encode(long).length
      // With fewer tokens allowed, the text is too long; with as many as it has, it is not.
      expect(reader.leastTokens(long, count), text).toBe(0)
      const least = reader.leastTokens(long, Math.floor(count / 40))
      expect(least, text).toBeLessThanOrEqual(count)
      if (text === texts[0]) expect(least, text).toBeGreaterThan(Math.floor(count / 40))
    }
  })

  it('counts no spaces that a later character removes', async () => {
    const reader = await readTokenizer('translate')
    const text = `${' '.repeat(70_000)}猫`
    expect(reader.encode(text, { template: false })).toHaveLength(1)
    expect(reader.leastTokens(text, 10)).toBe(0)
  })

  it('counts no spaces that a later added token takes', () => {
    const mask = { id: 40, content: '<mask>', lstrip: true, special: true }
    const reader = tokenizer({ added_tokens: [mask] })
    const text = `${' '.repeat(70_000)}<mask>`
    expect(reader.encode(text)).toHaveLength(1)
    expect(reader.leastTokens(text, 10)).toBe(0)
  })

  it.each([
    ['a pattern that reads to the end', { Regex: 'a[\\s\\S]*z' }],
    ['a pattern that reads letters to the end', { Regex: 'b*a+z' }],
    ['a repeated group', { Regex: '(?:a|b)+z' }]
  ])('is unknown with %s', (_, pattern) => {
    const reader = tokenizer({ normalizer: { type: 'Replace', pattern, content: 'c' } })
    const text = `${'a'.repeat(70_000)}z`
    expect(reader.encode(text)).toHaveLength(1)
    expect(reader.leastTokens(text, 10)).toBe(0)
  })

  it('does not count characters that vanish or join into one unknown token', () => {
    const text = 'é'.repeat(70_000)
    const fused = tokenizer({}, { fuse_unk: true })
    expect([fused.encode(text).length, fused.leastTokens(text, 10)]).toEqual([1, 0])
    const silent = tokenizer({}, { unk_token: null })
    expect([silent.encode(text).length, silent.leastTokens(text, 10)]).toEqual([0, 0])
    const word = tokenizer({}, { type: 'WordPiece', max_input_chars_per_word: 100, continuing_subword_prefix: '##' })
    expect([word.encode(text).length, word.leastTokens(text, 10)]).toEqual([1, 0])
    const stripped = tokenizer({ normalizer: { type: 'BertNormalizer' } })
    expect(stripped.leastTokens('\u00ad'.repeat(70_000), 10)).toBe(0)
  })
})

describe('the error', () => {
  it('has the exact number of a short text, and the least number of a long one', async () => {
    const model = await loadModel(storiesFolder)
    await expectError(model.run('cat '.repeat(600)), 'too-long', 'the input has 603 tokens', '512')
    await expectError(model.run('cat '.repeat(100_000)), 'too-long', 'at least 513 tokens in its 400000', '512')
    await model.dispose()
  })

  it('comes before too many ids are spelt, and before a long text is looked for as one token', async () => {
    const model = await loadModel(tinyFolder)
    const ids = { ids: new Array<number>(2_000_000).fill(3) }
    await expectError(model.run(ids), 'too-long', '2000000 tokens')
    await model.dispose()
    const stories = await loadModel(storiesFolder)
    await expectError(stories.headEffects('The cat', { token: 'x'.repeat(100_000) }), 'option', '100000 characters')
    await stories.dispose()
  })
})
