/** Translations: equal in text, tokens and score to transformers' beam search, and the errors of invalid calls. */

import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel, type Model, type TranslateOptions } from 'attenscope'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

import { Tokenizer } from '../../web/lib/tokenizer/tokenizer.js'
import { expectError } from './support/errors.js'
import { copyOf, golden, tinyFolder } from './support/folders.js'

const folder = golden('marian-translate')

/**
 * A search pauses after some time so that other calls run. In these tests the clock jumps at each reading, so that it
 * pauses after every step, however fast the machine is.
 */
function letNoTurnLast(): void {
  let ms = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (ms += 1000))
}
afterEach(() => void vi.restoreAllMocks())

interface Case {
  readonly text: string
  readonly settings: {
    readonly num_beams: number
    readonly length_penalty?: number
    readonly max_length?: number
    readonly no_repeat_ngram_size?: number
    /** Settings that only a checkpoint can have. */
    readonly renormalize_logits?: boolean
  }
  readonly target: readonly number[]
  readonly translation: string
  readonly score: number
}

const { cases, encodings } = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as {
  readonly cases: readonly Case[]
  readonly encodings: readonly { text: string; ids: number[]; spans: number[][] }[]
}

function optionsOf({
  num_beams,
  length_penalty,
  max_length,
  no_repeat_ngram_size
}: Case['settings']): TranslateOptions {
  return {
    numBeams: num_beams,
    ...(length_penalty !== undefined && { lengthPenalty: length_penalty }),
    ...(max_length !== undefined && { maxLength: max_length }),
    ...(no_repeat_ngram_size !== undefined && { noRepeatNgramSize: no_repeat_ngram_size })
  }
}

describe('translate', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(folder)
  })
  afterAll(() => model.dispose())

  it('info describes the model', () => {
    expect(model.info).toMatchObject({
      family: 'marian',
      kind: 'encoder-decoder',
      L: 3,
      N: 2,
      K: 2,
      H: 16,
      C: 32,
      F: 56,
      V: 349,
      context: 64,
      parts: {
        encoder: { L: 2, N: 4, layers: [0, 1] },
        decoder: { L: 3, N: 2, layers: [0, 1, 2] },
        cross: { L: 3, N: 2, layers: [0, 1, 2] }
      }
    })
  })

  it.each(encodings)('the source of $text has the ids and spans of Hugging Face, and Marian’s end token', (each) => {
    const tokenizer = new Tokenizer(JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')))
    const tokens = tokenizer.encode(each.text, { template: false })
    expect([...tokens.map(({ id }) => id), 0]).toEqual(each.ids)
    expect(tokens.map(({ start, end }) => [start, end])).toEqual(each.spans)
  })

  const ofCalls = cases.filter(({ settings }) => settings.renormalize_logits === undefined)
  it.each(ofCalls)("finds transformers' text for $text with $settings", async ({ text, settings, ...expected }) => {
    const { text: found, tokens, score, trace } = await model.translate(text, optionsOf(settings))
    expect(found).toBe(expected.translation)
    expect(tokens.map(({ id }) => id)).toEqual(expected.target.slice(1))
    expect(score).toBeCloseTo(expected.score, 4)
    expect(trace.targetTokens?.map(({ id }) => id)).toEqual(expected.target.slice(0, -1))
    expect(trace.tokens.map(({ id }) => id)).toEqual(encodings.find((each) => each.text === text)?.ids)
    // The span of each token in the text, including special tokens.
    for (const token of tokens) expect(found.slice(token.start, token.end)).toBe(token.text)
  })

  it('defaults come from generation_config.json, and the settings of a call have priority', async () => {
    const text = 'Tom is at home.'
    const beam4 = await model.translate(text, { numBeams: 4 })
    expect(await model.translate(text)).toMatchObject({ text: beam4.text, score: beam4.score })
    const changed = await copyOf(folder)
    const config = JSON.parse(readFileSync(join(folder, 'generation_config.json'), 'utf8')) as object
    const path = join(changed, 'generation_config.json')
    await writeFile(path, JSON.stringify({ ...config, num_beams: 2, no_repeat_ngram_size: 2 }))
    const other = await loadModel(changed)
    const found = cases.find((each) => each.text === text && each.settings.no_repeat_ngram_size === 2)
    expect((await other.translate(text)).text).toBe(found?.translation)
    expect((await other.translate(text, { numBeams: 4, noRepeatNgramSize: 0 })).text).toBe(beam4.text)
    await writeFile(path, JSON.stringify({ ...config, max_new_tokens: 8 }))
    const short = await loadModel(changed)
    expect((await short.translate(text, { numBeams: 5, lengthPenalty: -0.5 })).text).toBe(
      cases.find((each) => each.text === text && each.settings.max_length === 9)?.translation
    )
    await Promise.all([other.dispose(), short.dispose()])
  })

  it('settings that only a checkpoint can have are used', async () => {
    const changed = await copyOf(folder)
    const config = JSON.parse(readFileSync(join(folder, 'generation_config.json'), 'utf8')) as object
    const others = cases.filter(({ settings }) => settings.renormalize_logits)
    expect(others.length).toBeGreaterThan(3)
    await writeFile(join(changed, 'generation_config.json'), JSON.stringify({ ...config, ...others[0]?.settings }))
    const other = await loadModel(changed)
    for (const { text, translation, score } of others) {
      const found = await other.translate(text)
      expect(found.text).toBe(translation)
      expect(found.score).toBeCloseTo(score, 4)
    }
    await other.dispose()
  })

  it('its trace equals that of a run with the text as target', async () => {
    const { trace } = await model.translate('汤姆在家。', { capture: ['pattern'], numBeams: 3, lengthPenalty: 2 })
    const target = { ids: trace.targetTokens?.map(({ id }) => id) ?? [] }
    const run = await model.run('汤姆在家。', { target, capture: ['pattern'] })
    expect(run.targetTokens).toEqual(trace.targetTokens)
    for (const name of run.trace.names().filter((known) => run.trace.has(known))) {
      expect(trace.get(name)).toEqual(run.trace.get(name))
    }
    // Row i predicted token i.
    const { logits, targetTokens = [] } = run
    expect(targetTokens.length).toBeGreaterThan(3)
    expect(logits.shape).toEqual([targetTokens.length, model.info.V])
  })

  it('progress is reported in tokens of the target', async () => {
    letNoTurnLast()
    const seen: number[] = []
    await model.translate(
      { ids: Array.from({ length: 60 }, (_, i) => 3 + i) },
      {
        numBeams: 16,
        maxLength: 64,
        onProgress: ({ done, total }) => {
          expect(total).toBe(64)
          seen.push(done)
        }
      }
    )
    expect(seen.length).toBeGreaterThan(0)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  it.each([
    ['numBeams', { numBeams: 0 }],
    ['numBeams', { numBeams: 1.5 }],
    ['numBeams', { numBeams: 65 }],
    ['lengthPenalty', { lengthPenalty: NaN }],
    ['lengthPenalty', { lengthPenalty: 9 }],
    ['maxLength', { maxLength: 1 }],
    ['noRepeatNgramSize', { noRepeatNgramSize: -1 }],
    ['capture', { capture: 'pattern' }],
    ['nothing is called', { capture: ['patern'] }],
    ['options', null]
  ])('an invalid %s is refused: %j', (name, options) =>
    expectError(model.translate('Tom is at home.', options as never), 'option', name)
  )

  it('invalid inputs are refused', async () => {
    await expectError(model.translate({ ids: [] }), 'option', 'no tokens')
    await expectError(model.translate({ ids: [349] }), 'option', 'ids[0]', '348')
    await expectError(model.translate({ ids: Array.from({ length: 65 }, () => 3) }), 'too-long', '65', '64')
    await expectError(model.translate(3 as never), 'option', 'input')
  })

  it('an abort ends the search, and the model stays usable', async () => {
    const before = await model.translate('Tom is at home.')
    await expectError(model.translate('Tom', { signal: AbortSignal.abort() }), 'aborted', 'translation')
    letNoTurnLast()
    const controller = new AbortController()
    const underWay = model.translate('Tom is at home.', {
      signal: controller.signal,
      onProgress: () => controller.abort()
    })
    await expectError(underWay, 'aborted')
    expect((await model.translate('Tom is at home.')).score).toBe(before.score)
  })

  it('a disposed model refuses', async () => {
    const gone = await loadModel(folder)
    const underWay = gone.translate('Tom is at home.')
    await gone.dispose()
    await expectError(underWay, 'disposed')
    await expectError(gone.translate('a'), 'disposed')
  })

  it.each([
    ['num_beam_groups', 2],
    ['repetition_penalty', 1.3],
    ['early_stopping', 'never'],
    ['suppress_tokens', [3]],
    ['bad_words_ids', [[3, 4]]]
  ])('a generation_config.json with %s %j is refused by name, when it is needed', async (field, value) => {
    const changed = await copyOf(folder)
    await writeFile(
      join(changed, 'generation_config.json'),
      JSON.stringify({ decoder_start_token_id: 2, eos_token_id: 0, [field]: value })
    )
    const other = await loadModel(changed)
    await expectError(other.translate('Tom'), 'unsupported', field)
    expect((await other.run('Tom', { target: 'a' })).targetTokens?.[0]).toMatchObject({ id: 2, text: '<pad>' })
    await other.dispose()
  })

  it.each([
    ['decoder_start_token_id', -1],
    ['num_beams', 0],
    ['num_beams', 'many'],
    ['length_penalty', 'long'],
    ['max_length', -3],
    ['bad_words_ids', 'x'],
    ['bad_words_ids', [[1e9]]],
    ['forced_eos_token_id', 400]
  ])('a generation_config.json with an invalid %s is bad-model: %j', async (field, value) => {
    const changed = await copyOf(folder)
    await writeFile(
      join(changed, 'generation_config.json'),
      JSON.stringify({ decoder_start_token_id: 2, eos_token_id: 0, [field]: value })
    )
    const other = await loadModel(changed)
    await expectError(other.translate('Tom'), 'bad-model', field, 'generation_config.json')
    await other.dispose()
  })
})

it('calls that a kind of model does not have are refused, naming the family', async () => {
  const decoder = await loadModel(tinyFolder)
  await expectError(decoder.translate({ ids: [1] }), 'unsupported', "'llama'", 'translate')
  await expectError(decoder.classify({ ids: [1] }), 'unsupported', "'llama'", 'classify')
  await expectError(decoder.run({ ids: [1] }, { target: { ids: [1] } }), 'unsupported', "'llama'", 'target')
  await decoder.dispose()
  const translator = await loadModel(folder)
  await expectError(translator.classify('Tom'), 'unsupported', "'marian'", 'classify')
  await expectError(translator.run('Tom'), 'option', "'marian'", 'target')
  await translator.dispose()
})
