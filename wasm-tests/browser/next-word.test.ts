/** The view of the next word: its numbers are those of the sampler, and follow temperature and top-k at once. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadModel, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KeptLogits } from '../../web/elements/controls/kept-logits.js'
import { drawingProbabilities } from '../../web/elements/views/next/probabilities.js'
import { address, handle, isDone, press, until } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

const logits = new Float32Array([0.5, 3, -1, 3, 2, NaN, 0, -4])

/** The formula, over all tokens. */
function plain(temperature: number, topK: number): number[] {
  const values = Array.from(logits, (logit) => (Number.isNaN(logit) ? -Infinity : logit))
  const order = values.map((_, id) => id).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
  const kept = new Set(order.slice(0, topK === 0 ? order.length : topK))
  const powers = values.map((value, id) => (kept.has(id) ? Math.exp(value / temperature) : 0))
  const sum = powers.reduce((total, each) => total + each, 0)
  return powers.map((each) => each / sum)
}

describe('the probabilities of the sampler', () => {
  test.each([
    [1, 0],
    [0.8, 0],
    [1.5, 3],
    [0.1, 2],
    [2, 1],
    [1, 99]
  ])('at temperature %f and top-k %i they are softmax(logits / T) among the k likeliest', (temperature, topK) => {
    const { top } = drawingProbabilities(logits, { temperature, topK }, 8)
    const expected = plain(temperature, topK)
    expect(top.map(({ id }) => id).slice(0, 3)).toEqual([1, 3, 4])
    expect(top.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    for (const { id, probability } of top) expect(probability).toBeCloseTo(expected[id] ?? NaN, 12)
  })

  test('at temperature 0 the likeliest token has 1; a written token keeps its rank', () => {
    const { top, also } = drawingProbabilities(logits, { temperature: 0, topK: 0 }, 3, 7)
    expect(top.map(({ probability }) => probability)).toEqual([1, 0, 0])
    expect(also).toEqual({ id: 7, probability: 0, rank: 7 })
    expect(drawingProbabilities(logits, { temperature: 1, topK: 0 }, 3).also).toBeUndefined()
  })
})

test('the logits of old words are dropped when they take too much memory', () => {
  const kept = new KeptLogits()
  for (let query = 0; query < 100; query++) kept.add(query, new Float32Array(2 ** 18))
  expect([kept.of(99), kept.of(84)].every(Boolean)).toBe(true)
  expect([kept.of(0), kept.of(83)]).toEqual([undefined, undefined])
  kept.add(99, new Float32Array(2 ** 18))
  expect(kept.of(84)).toBeDefined()
  expect(kept.until(99).of(99)).toBeUndefined()
})

describe('drawn tokens', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(join(fileURLToPath(new URL('../..', import.meta.url)), 'models/stories'))
  })
  afterAll(() => model.dispose())

  test('have the frequencies that the view shows', async () => {
    const text = 'Once upon a time there was a little'
    const settings = { temperature: 0.9, topK: 5 }
    const { top } = drawingProbabilities((await model.run(text, { logits: 'last' })).logits.data, settings, 10)
    const draws = 200
    const counts = new Map<number, number>()
    for (let seed = 0; seed < draws; seed++) {
      const { value } = await model.generate(text, { ...settings, seed, maxNewTokens: 1 }).next()
      if (value && 'token' in value) counts.set(value.token.id, (counts.get(value.token.id) ?? 0) + 1)
    }
    // Four standard deviations of a frequency.
    for (const { id, probability } of top)
      expect(Math.abs((counts.get(id) ?? 0) / draws - probability)).toBeLessThanOrEqual(
        4 * Math.sqrt((probability * (1 - probability)) / draws)
      )
    expect(top.slice(5).map(({ probability }) => probability)).toEqual([0, 0, 0, 0, 0])
  })
})

inChromiumFirst('attn-next', (running) => {
  test('shows the word before it is drawn, follows the temperature, and marks the word afterwards', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440 })
    await page.goto(address(running.site.origin, { temperature: 1, pace: 20, text: 'Once upon a time there was' }))
    await until(page, 'a few words', ({ tokens }) => tokens.length > 12)
    await press(page, 'Pause')
    const paused = await until(page, 'the pause', ({ status }) => status.startsWith('Paused'))
    await handle(page, 'attn-next', 'li')
    const shown = () =>
      page.$eval('attn-next', (view) => ({
        rows: [...(view.shadowRoot?.querySelectorAll('li:not(.none)') ?? [])].map((row) => ({
          word: row.querySelector('.label')?.textContent?.trim() ?? '',
          percent: Number.parseFloat(row.querySelector('.number')?.textContent ?? ''),
          isWritten: row.getAttribute('aria-current') === 'true'
        })),
        caption: view.shadowRoot?.querySelector('.caption')?.textContent ?? '',
        note: view.shadowRoot?.querySelector('.note')?.textContent ?? ''
      }))
    const last = paused.tokens.at(-1)?.trim() ?? ''
    await expect.poll(async () => (await shown()).note).toMatch(/No word/)
    await expect.poll(async () => (await shown()).caption).toContain(last)
    const warm = await shown()
    expect(warm.rows.length).toBe(10)
    expect(warm.rows.some(({ isWritten }) => isWritten)).toBe(false)
    const set = (name: string, value: string) =>
      page.$eval(
        'attn-generate',
        (control, to) => {
          const input = control.shadowRoot?.querySelector<HTMLInputElement>(to.name)
          if (!input) throw new Error(`no ${to.name}`)
          input.value = to.value
          for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }))
        },
        { name, value }
      )
    await set('input[type=range]', '0.3')
    await expect.poll(async () => (await shown()).rows[0]?.percent).toBeGreaterThan((warm.rows[0]?.percent ?? 100) + 1)
    const cold = await shown()
    expect(cold.rows.map(({ word }) => word)).toEqual(warm.rows.map(({ word }) => word))
    await set('input.short', '2')
    await expect.poll(async () => (await shown()).rows[2]?.percent).toBe(0)
    const cut = await shown()
    expect((cut.rows[0]?.percent ?? 0) + (cut.rows[1]?.percent ?? 0)).toBeCloseTo(100, 0)
    await press(page, 'Step')
    const stepped = await until(
      page,
      'the next word',
      ({ tokens, status }) => tokens.length === paused.tokens.length + 1 && status.startsWith('Paused')
    )
    expect(stepped.tokens.slice(0, -1)).toEqual(paused.tokens)
    // The word is one of the two that were left.
    const drawn = stepped.tokens.at(-1)?.trim() ?? ''
    expect(cut.rows.slice(0, 2).map(({ word }) => word.replace('·', ''))).toContain(drawn)
    // Pointing at the word before shows the same bars, with the drawn word marked.
    await (await handle(page, 'attn-heads', `#token-${paused.tokens.length - 1} .word`)).hover()
    await expect.poll(async () => (await shown()).rows.filter(({ isWritten }) => isWritten).length).toBe(1)
    const marked = await shown()
    expect(marked.rows.find(({ isWritten }) => isWritten)?.word.replace('·', '')).toBe(drawn)
    expect(marked.rows.map(({ percent }) => percent)).toEqual(cut.rows.map(({ percent }) => percent))
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('at the end of a text and without a writer it shows the model’s prediction', async () => {
    const { page } = await running.browser.open()
    await page.goto(address(running.site.origin))
    await until(page, 'the end of the text', isDone)
    await page.goto(`${running.site.origin}/gallery.html?element=next&only=numbers-own`)
    await handle(page, 'attn-next', 'li .number')
    const sum = await page.$eval('attn-next', (view) =>
      [...(view.shadowRoot?.querySelectorAll('.number') ?? [])].reduce(
        (total, node) => total + Number.parseFloat(node.textContent ?? ''),
        0
      )
    )
    expect(sum).toBeGreaterThan(30)
    expect(sum).toBeLessThanOrEqual(100.5)
    await page.close()
  }, 60_000)
})
