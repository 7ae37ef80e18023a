/** A text goes on from an earlier moment: the writer alone with the model of the site, then on the page. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadModel, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TextWriter, type WriterSettings } from '../../web/elements/controls/text-writer.js'
import { address, handle, isDone, press, see, until } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

const PROMPT = 'Once upon a time there was a little dog named'
const SETTINGS: WriterSettings = { temperature: 0.8, seed: 1, maxNewTokens: 12, pace: 0 }

describe('the writer', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(join(fileURLToPath(new URL('../..', import.meta.url)), 'models/stories'))
  })
  afterAll(() => model.dispose())
  const ids = (writer: TextWriter) => (writer.recorder?.queryTokens ?? []).map(({ id }) => id)
  const texts = (writer: TextWriter) => (writer.recorder?.queryTokens ?? []).map(({ text }) => text)
  const paused = (writer: TextWriter, count: number) =>
    new Promise<void>((resolve) => {
      const look = () => writer.state === 'paused' && ids(writer).length === count && resolve()
      writer.addEventListener('change', look)
    })

  test('keeps the text up to the moment, its spans, its patterns and its counts', async () => {
    const writer = new TextWriter()
    await writer.start(model, PROMPT, SETTINGS)
    const before = { ids: ids(writer), texts: texts(writer), prompt: writer.promptTokenCount }
    const rows = before.ids.slice(0, -1).map((_, query) => writer.recorder?.row(3, 0, query))
    const shown = before.prompt + 4
    const stepped = paused(writer, shown + 2)
    void writer.goOn(shown, SETTINGS, 1)
    // Until the first token arrives, the whole text is here.
    expect(ids(writer)).toEqual(before.ids)
    await stepped
    expect(ids(writer).slice(0, shown + 1)).toEqual(before.ids.slice(0, shown + 1))
    expect(texts(writer).slice(0, shown + 1)).toEqual(before.texts.slice(0, shown + 1))
    expect(writer).toMatchObject({ promptTokenCount: before.prompt, newTokenCount: 6, canUndo: true })
    const weights = (row: Float32Array | undefined, query: number) => [...(row ?? [])].slice(0, query + 1)
    for (let query = 0; query < shown; query++)
      expect(weights(writer.recorder?.row(3, 0, query), query)).toEqual(weights(rows[query], query))
    expect(writer.recorder?.whole()?.queries).toEqual({ first: 0, count: shown + 1 })
    writer.stop()
  })

  test('without randomness it writes the same text again, of the same length', async () => {
    const writer = new TextWriter()
    const settings = { ...SETTINGS, temperature: 0 }
    await writer.start(model, PROMPT, settings)
    const before = ids(writer)
    await writer.goOn(writer.promptTokenCount + 3, settings)
    expect(ids(writer)).toEqual(before)
    expect(writer.ended).toBe('length')
    expect(writer.newTokenCount).toBe(12)
  })

  test('undo brings back the text with its state, once; a new text forgets it', async () => {
    const writer = new TextWriter()
    const first = paused(writer, 18)
    void writer.start(model, PROMPT, SETTINGS, 18 - (await model.run(PROMPT)).tokens.length)
    await first
    const before = ids(writer)
    const second = paused(writer, 15)
    void writer.goOn(13, SETTINGS, 1)
    await second
    writer.undo()
    expect(ids(writer)).toEqual(before)
    expect(writer).toMatchObject({ state: 'paused', canUndo: false })
    // The run of the text is still in the engine, so it goes on and answers questions.
    expect((await writer.recorder?.whole()?.heads())?.length).toBe(48)
    const third = paused(writer, 19)
    writer.resume(1)
    await third
    expect(ids(writer).slice(0, 18)).toEqual(before)
    writer.undo()
    expect(ids(writer)).toHaveLength(19)
    const cut = paused(writer, 15)
    void writer.goOn(13, SETTINGS, 1)
    await cut
    await writer.start(model, PROMPT, SETTINGS)
    expect(writer.canUndo).toBe(false)
  })

  test('an edit from a step on acts at the same word after going on', async () => {
    const edits = [{ at: 'blocks.*.attn.head_output', op: 'zero', step: 3 }] as const
    const settings = { ...SETTINGS, temperature: 0, edits }
    const writer = new TextWriter()
    await writer.start(model, PROMPT, settings)
    const before = ids(writer)
    const plain = new TextWriter()
    await plain.start(model, PROMPT, { ...SETTINGS, temperature: 0 })
    expect(ids(plain)).not.toEqual(before)
    await writer.goOn(writer.promptTokenCount + 1, settings)
    expect(ids(writer)).toEqual(before)
    await writer.goOn(writer.promptTokenCount + 6, settings)
    expect(ids(writer)).toEqual(before)
  })

  test('another temperature draws from the end on and discards nothing', async () => {
    const writer = new TextWriter()
    const first = paused(writer, 18)
    void writer.start(model, PROMPT, SETTINGS, 18 - (await model.run(PROMPT)).tokens.length)
    await first
    const before = ids(writer)
    const second = paused(writer, 19)
    void writer.goOn(Infinity, { ...SETTINGS, temperature: 0 }, 1)
    await second
    expect(ids(writer).slice(0, 18)).toEqual(before)
    const { data } = (await model.run({ ids: before }, { logits: 'last' })).logits
    expect(ids(writer)[18]).toBe(data.indexOf(Math.max(...data)))
    expect(writer.canUndo).toBe(false)
    writer.stop()
  })
})

inChromiumFirst('going on from an earlier word', (running) => {
  /** Moves the slider back by some words. */
  async function scrubBack(page: Parameters<typeof see>[0], count: number): Promise<void> {
    const slider = await handle(page, 'attn-generate', '.scrubber input')
    await slider.evaluate((node, by) => {
      if (!(node instanceof HTMLInputElement)) return
      node.value = String(Number(node.max) - by)
      node.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }))
    }, count)
  }

  test('a step after scrubbing writes one word there; undo brings back the rest; resume plays on', async () => {
    const { page, complaints } = await running.browser.open()
    await page.goto(address(running.site.origin, { seed: 2 }))
    const done = await until(page, 'the end of the text', isDone)
    await scrubBack(page, 20)
    const cut = await until(page, 'the earlier moment', ({ tokens }) => tokens.length === done.tokens.length - 20)
    await press(page, 'Step')
    const stepped = await until(
      page,
      'one more word',
      ({ tokens, status }) => tokens.length === cut.tokens.length + 1 && status.startsWith('Paused')
    )
    expect(stepped.tokens.slice(0, -1)).toEqual(cut.tokens)
    await press(page, 'Undo')
    const back = await until(page, 'the discarded rest', ({ tokens }) => tokens.length === done.tokens.length)
    expect(back.tokens).toEqual(done.tokens)
    await scrubBack(page, 30)
    await until(page, 'the earlier moment', ({ tokens }) => tokens.length === done.tokens.length - 30)
    await press(page, 'Resume')
    const again = await until(
      page,
      'the end of the other text',
      (seen) => isDone(seen) && seen.tokens.length !== done.tokens.length - 30
    )
    expect(again.tokens.slice(0, done.tokens.length - 30)).toEqual(done.tokens.slice(0, -30))
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)
})
