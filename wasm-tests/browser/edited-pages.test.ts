/** Heads that are ablated on the pages that generate, translate and classify, and the links that store these edits. */
import { loadModel, type Edit } from 'attenscope'
import type { Page } from 'puppeteer-core'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { address, handle, isDone, isJudged, opened, press, until, type Seen } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

/** The number of tokens of a story to compare. A whole story would take too long. */
const SHOWN = 60
const isBegun = ({ tokens, status }: Seen) => tokens.length >= SHOWN && status !== 'Ready.'
const pages = [
  {
    file: '',
    tag: 'attn-generate',
    model: 'stories',
    isOver: isBegun,
    settings: { layer: 5, head: 1, temperature: 0 }
  },
  { file: 'translate.html', tag: 'attn-translate', model: 'translate', isOver: isDone, settings: { beams: 1 } },
  { file: 'sentiment.html', tag: 'attn-classify', model: 'sentiment', isOver: isJudged, settings: {} }
] as const

/** Returns the generated text or the classification. */
const outcome = ({ result, tokens }: Seen) => (result === '' ? tokens.slice(0, SHOWN).join('') : result)

/** Returns the enabled edits in a link. */
async function carried(page: Page, hash?: string): Promise<Edit[]> {
  const parameters = new URLSearchParams((hash ?? (await page.evaluate(() => location.hash))).replace(/^.*#/, ''))
  const list = JSON.parse(parameters.get('edits') ?? '[]') as { edit: Edit; on: boolean }[]
  return list.filter(({ on }) => on).map(({ edit }) => edit)
}

/** Returns the sentences of the list of edits. */
const listed = (page: Page, tag: string) =>
  page.$$eval(`${tag} >>> .edit-list li`, (all) => all.map((each) => each.innerText))

/** Returns the package's result with these edits. */
async function computed(name: string, text: string, edits: readonly Edit[]): Promise<string> {
  const model = await loadModel(fileURLToPath(new URL(`../../models/${name}/`, import.meta.url)))
  try {
    if (model.info.kind === 'classifier') {
      const { labels } = await model.classify(text, { edits })
      return `${labels.find(({ label }) => label === 'positive')?.score}`
    }
    let found = ''
    for await (const { token } of model.generate(text, { edits, maxNewTokens: 160 }))
      if (!token.special) found += token.text
    return found
  } finally {
    await model.dispose()
  }
}

inChromiumFirst('a head switched off where it is seen', (running) => {
  test.each(pages)(
    'on the page of $model: the result changes, and the link restores it',
    async (page) => {
      const { file, tag, model, isOver, settings } = page
      const { origin } = running.site
      const tab = await opened(running.browser, address(origin, settings, '', file), isOver)
      expect(await listed(tab.page, tag)).toEqual([])
      await press(tab.page, 'Switch off', tag)
      const isOther = (seen: Seen) => isOver(seen) && outcome(seen) !== outcome(tab.seen)
      const edited = await until(tab.page, 'another outcome', isOther)
      expect(await listed(tab.page, tag)).toHaveLength(1)
      await tab.page.waitForFunction(() => location.hash.includes('head_output'))
      const edits = await carried(tab.page)
      expect(edits).toHaveLength(1)
      expect(edits[0]).toMatchObject({ op: 'zero' })

      const text = await tab.page.$eval(tag, (control) => (control as HTMLElementTagNameMap['attn-generate']).text)
      const own = await computed(model, text, edits)
      const flat = (words: string) => words.replace(/[\s·↵\u202f]+/g, '')
      if (model === 'sentiment') expect(outcome(edited)).toContain((100 * Number(own)).toPrecision(3))
      else expect(flat(outcome(edited))).toContain(flat(own).slice(0, 100))

      await tab.page.reload()
      const again = await until(tab.page, 'the same from the link', isOver)
      expect(outcome(again)).toBe(outcome(edited))
      const link = await tab.page.$eval(`${tag} >>> .changes a`, (each) => each.href)
      expect(link).toContain(`change.html#model=${model}&`)
      expect(await carried(tab.page, link)).toEqual(edits)
      expect(new URLSearchParams(link.replace(/^.*#/, '')).get('text')).toBe(text)
      await press(tab.page, 'Switch on', tag)
      await until(tab.page, 'the outcome as it was', (seen) => isOver(seen) && outcome(seen) === outcome(tab.seen))
      expect(tab.complaints).toEqual([])
      await tab.page.close()
    },
    60_000
  )

  test('by keyboard: Enter on the button, Control and Z in the list, and redo', async () => {
    const start = address(running.site.origin, { beams: 1 }, '', 'translate.html')
    const tab = await opened(running.browser, start, isDone)
    const button = await handle(tab.page, 'attn-translate', '.changes button')
    await button.focus()
    await tab.page.keyboard.press('Enter')
    const edited = await until(tab.page, 'another text', (seen) => isDone(seen) && outcome(seen) !== outcome(tab.seen))
    await (await handle(tab.page, 'attn-translate', '.edit-list input')).focus()
    await tab.page.keyboard.down('Control')
    await tab.page.keyboard.press('z')
    await tab.page.keyboard.up('Control')
    await until(tab.page, 'the text as it was', (seen) => isDone(seen) && outcome(seen) === outcome(tab.seen))
    await press(tab.page, 'Redo', 'attn-translate')
    await until(tab.page, 'the other text', (seen) => isDone(seen) && outcome(seen) === outcome(edited))
    await tab.page.close()
  }, 60_000)

  test('a selected token can be hidden from all heads', async () => {
    const start = address(running.site.origin, { text: 'A warm and funny film.', key: 3 }, '', 'sentiment.html')
    const tab = await opened(running.browser, start, isJudged)
    await press(tab.page, 'Hide funny from all heads', 'attn-classify')
    await until(tab.page, 'another judgement', (seen) => isJudged(seen) && outcome(seen) !== outcome(tab.seen))
    await tab.page.waitForFunction(() => location.hash.includes('mask'))
    expect(await carried(tab.page)).toEqual([{ at: 'blocks.*.attn', set: { mask: [3] } }])
    expect(await listed(tab.page, 'attn-classify')).toEqual([expect.stringContaining('hide funny')])
    await tab.page.close()
  }, 60_000)

  test('an invalid edit in a link shows its error in the list', async () => {
    const edits = JSON.stringify([
      { at: 'blocks.0.attn.head_output', op: 'zero', head: 1 },
      { at: 'blocks.0.attn.head_output', op: 'zero', head: 60 }
    ])
    const tab = await running.browser.open()
    await tab.page.goto(address(running.site.origin, { edits }))
    await (await handle(tab.page, 'attn-generate', '.refused')).evaluate((node) => node.textContent)
    const said = await tab.page.$$eval('attn-generate >>> .refused', (all) => all.map((each) => each.textContent))
    expect(said).toEqual(['Not applied: head is 60, expected an integer from 0 to 7'])
    expect(await tab.page.$$eval('attn-generate >>> [part=error]', (all) => all.length)).toBe(0)
    await tab.page.close()
  }, 60_000)

  test('a single view shows a text with edits, and keeps the edits in its HTML', async () => {
    const tab = await running.browser.open()
    await tab.page.goto(`${running.site.origin}/dates.html`)
    const read = (edits: string) =>
      tab.page.evaluate(async (list) => {
        const view = document.createElement('attn-matrix')
        view.setAttribute('model', './models/sentiment/')
        view.setAttribute('text', 'A warm and funny film.')
        view.setAttribute('edits', list)
        document.body.prepend(view)
        while (!view.source) await new Promise((resolve) => setTimeout(resolve, 50))
        const weights = [...view.source.row(0, 0, 0)]
        view.remove()
        return { weights, edits: view.selection.origin.edits }
      }, edits)
    const plain = await read('[]')
    const hiding = [{ at: 'blocks.0.attn', set: { mask: [3] } }]
    const hidden = await read(JSON.stringify(hiding))
    expect(plain.weights[3]).toBeGreaterThan(0.01)
    expect(hidden.weights[3]).toBe(0)
    expect(hidden.edits).toEqual(hiding)
    await tab.page.close()
  }, 60_000)
})
