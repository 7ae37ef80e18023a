/** A text outside what a model was made for is said to be so: the rule alone, with the models' own answers, on the pages. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadModel } from 'attenscope'
import { describe, expect, test } from 'vitest'
import { outsideOf, MADE_FOR, type ModelUse } from '../../web/elements/controls/fit/made-for.js'
import { isDateOf, realDate } from '../../web/elements/controls/fit/read-date.js'
import { TextTranslator } from '../../web/elements/controls/text-translator.js'
import { isDone, isJudged, opened, type, until, waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

const folder = (name: string) => join(fileURLToPath(new URL('../..', import.meta.url)), 'models', name)

const ENGLISH = [
  'The cat is sleeping under the old tree.',
  'Where is the nearest railway station?',
  'I love it!',
  'Once upon a time there was a little dog named',
  'Lily found a shiny key under the old tree. She',
  'Not a bad idea, badly told.',
  'Café society at its worst, said André (who left early).',
  'In 1998, 3,000 people came; $5 was the price.',
  'The die is cast.',
  'He said: "La la la!" and she left.',
  'We met 王明 at the new restaurant in the old town yesterday.',
  'OK',
  'No.'
]
const OUTSIDE: readonly (readonly [string, string])[] = [
  ['今天天气很好。', 'Han'],
  ['Hello 世界，你好', 'Han'],
  ['Привет, мир', 'Cyrillic'],
  ['Καλημέρα κόσμε', 'Greek'],
  ['これは日本語の文です', 'Japanese'],
  ['안녕하세요', 'Hangul'],
  ['مرحبا بالعالم', 'Arabic'],
  ['שלום עולם', 'Hebrew'],
  ['नमस्ते दुनिया', 'Devanagari'],
  ['สวัสดี', 'Thai'],
  ['გამარჯობა', 'other'],
  ['🙂🙂🙂', 'no-words'],
  ['12345', 'no-words'],
  ['3.14159', 'no-words'],
  ['?!… —', 'no-words'],
  ['function foo() { return 1 }', 'code'],
  ['x = y + 3; z[0] = {};', 'code'],
  ['<div class="a">hi</div>', 'code'],
  ['SELECT * FROM users WHERE id = 3; -- {x}=[y]', 'code'],
  ['Das ist ein Hund und ich bin nicht müde.', 'de'],
  ['Le chat dort sur la table et il est content.', 'fr'],
  ['El perro está en la casa y no quiere salir.', 'es'],
  ['Il gatto è molto bello e non è mio.', 'it'],
  ['De hond is niet in het huis en hij slaapt op een stoel.', 'nl']
]
const english = Object.keys(MADE_FOR).filter((use) => use !== 'dates') as ModelUse[]

describe('the rule', () => {
  test.each(english)('%s: English is inside', (use) => {
    for (const text of ENGLISH) expect(outsideOf(text, use), text).toBeUndefined()
    for (const text of ['', '  \n']) expect(outsideOf(text, use)).toBeUndefined()
  })

  test.each(OUTSIDE)('%s is outside: %s', (text, why) => {
    for (const use of english) {
      const found = outsideOf(text, use)
      expect(found && ('script' in found ? found.script : 'language' in found ? found.language : found.reason)).toBe(
        why
      )
    }
  })

  test('a date may be English, Chinese or numbers, in no other script', () => {
    for (const text of ['3 March 2026', '2026年3月3日', '20260303', '3/3/26', '2026/03/03'])
      expect(outsideOf(text, 'dates'), text).toBeUndefined()
    expect(outsideOf('3 марта 2026', 'dates')).toEqual({ reason: 'script', script: 'Cyrillic' })
    expect(outsideOf('令和8年3月3日のこと', 'dates')).toEqual({ reason: 'script', script: 'Japanese' })
    expect(outsideOf('🙂', 'dates')).toEqual({ reason: 'no-words' })
  })

  test('words that the tokenizer does not know are outside, English words are not', async () => {
    for (const name of ['translate', 'sentiment', 'stories'] as const) {
      const model = await loadModel(folder(name))
      const reasonOf = async (text: string) => {
        const run = await model.run(text, { logits: 'none', ...(name === 'translate' && { target: '' }) })
        return outsideOf(text, name, run.tokens.filter(({ special }) => !special).length)?.reason
      }
      for (const text of ['asdkjh qwlkej zxmn', 'xqzt bvkp wrtzk'])
        expect(await reasonOf(text), `${name}: ${text}`).toBe('unknown-words')
      for (const text of ENGLISH) expect(await reasonOf(text), `${name}: ${text}`).toBeUndefined()
      await model.dispose()
    }
  })
})

describe('dates', () => {
  test('only days of the calendar are dates', () => {
    expect(realDate('2000-02-29')).toEqual({ year: 2000, month: 2, day: 29 })
    for (const text of ['1900-02-29', '2021-02-30', '2021-03-32', '2026-03-00', '201-10-30', '2021-13-01', '', 'x'])
      expect(realDate(text), text).toBeUndefined()
  })

  test('what the model reads is a date, what it makes up is none', async () => {
    const model = await loadModel(folder('dates'))
    const read = async (text: string) => {
      const translator = new TextTranslator()
      await translator.start(model, text, { numBeams: 1, pace: 0 })
      return isDateOf(text, translator.text, translator.probability) ? translator.text : 'no date'
    }
    const dates = {
      'Tuesday, 3 March 2026': '2026-03-03',
      'the 21st of Nov, 1998': '1998-11-21',
      '07/04/76': '1976-07-04',
      '2008年8月8日': '2008-08-08',
      二〇一二年十二月三十一日: '2012-12-31',
      '20210304': '2021-03-04',
      '3.4.2021': '2021-04-03',
      '22.xi.1963': '1963-11-22',
      '星期四 2021年3月4日': '2021-03-04',
      贰零贰壹年叁月肆日: '2021-03-04',
      'first of may nineteen eighty': '1980-05-01',
      'mrach 5, 2019': '2019-03-05',
      '2021年３月４日': '2021-03-04',
      'feb 29 2000': '2000-02-29'
    }
    for (const [text, date] of Object.entries(dates)) expect(await read(text), text).toBe(date)
    const none = [
      ...['tomorrow', 'yesterday', 'next week', 'monday', 'noon', 'today', '今天', '明天', '星期四', 'hello world'],
      ...['30 February 2021', '2021-02-31', '32 March 2021', '13/13/2013', '31/31/31', '99/99/99', '1850-01-01'],
      ...['2500年1月1日', 'March 2026', '2026', '2026年3月', '3月4日', 'July 4', '12345', '5', '1+1=2', 'a', '二零'],
      ...['function foo() { return 1 }', 'Lily found a key', '?!', '🙂🙂']
    ]
    for (const text of none) expect(await read(text), text).toBe('no date')
    await model.dispose()
  })
})

inChromiumFirst('outside what the model was made for', (running) => {
  const saidBy = (tag: string) => async (page: Parameters<typeof waitFor>[0]) =>
    page.$eval(tag, (control) => control.shadowRoot?.querySelector('.outside')?.textContent ?? '')

  test('the date page says that there is no date, and shows what was written', async () => {
    const { page, complaints } = await opened(running.browser, `${running.site.origin}/dates.html`, isDone)
    expect(await saidBy('attn-translate')(page)).toBe('')
    await type(page, 'attn-translate', 'tomorrow')
    const seen = await until(page, 'the answer', ({ status }) => status === 'No date')
    expect(seen.result).toMatch(/^No date The model wrote \d/)
    expect(await saidBy('attn-translate')(page)).toMatch(/no date/)
    await type(page, 'attn-translate', '5 March 2019')
    await until(page, 'the date', ({ result }) => result === '2019-03-05')
    expect(await saidBy('attn-translate')(page)).toBe('')
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('the translation page and the sentiment page say that a text is Chinese, in both languages', async () => {
    const text = encodeURIComponent('今天天气很好，我们去公园。')
    for (const [suffix, words] of [
      ['.html', /Chinese characters.*English/],
      ['.zh.html', /汉字.*英文/]
    ] as const) {
      const { page } = await running.browser.open()
      await page.goto(`${running.site.origin}/translate${suffix}#text=${text}&pace=0`)
      await waitFor(page, 'attn-translate >>> .outside')
      expect(await saidBy('attn-translate')(page)).toMatch(words)
      await waitFor(page, 'attn-translate >>> .result.quiet')
      await page.goto(`${running.site.origin}/sentiment${suffix}#text=${text}`)
      await waitFor(page, 'attn-classify >>> .outside')
      expect(await saidBy('attn-classify')(page)).toMatch(words)
      expect(await page.$$eval('attn-classify >>> .likeliest', (all) => all.length)).toBe(0)
      await page.goto(`${running.site.origin}/index${suffix}#text=${text}&pace=0`)
      await waitFor(page, 'attn-generate >>> .outside')
      await page.close()
    }
  }, 90_000)

  test('a classifier near 50 % is unsure', async () => {
    const { page } = await opened(running.browser, `${running.site.origin}/sentiment.html`, isJudged)
    await type(page, 'attn-classify', 'A beautiful waste of time.')
    const seen = await until(page, 'the judgement', ({ status }) => /^Unsure/.test(status))
    expect(seen.status).toMatch(/^Unsure: Positive, 5\d\.\d/)
    await type(page, 'attn-classify', 'A warm and funny film.')
    await until(page, 'a clear one', ({ status }) => /^Positive, 9/.test(status))
    await page.close()
  }, 60_000)
})
