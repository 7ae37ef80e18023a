/** The views of numbers in real browsers: they show the numbers of the trace, by pointer, touch and keyboard. */
import { readFileSync } from 'node:fs'
import type { Page } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { handle } from './demo-page.js'
import { startBrowser } from './browsers.js'
import { inChromiumFirst } from './each-browser.js'
import { startSite } from './site-server.js'

const plain = (text: string) => text.replaceAll('\u202f', '').replaceAll('−', '-').replace(/\s+/g, ' ').trim()

/** Returns the texts of parts of an element, with white space normalised. */
async function texts(page: Page, tag: string, selector: string): Promise<string[]> {
  const found = await page.$eval(
    tag,
    (element, parts) =>
      [...(element.shadowRoot?.querySelectorAll<HTMLElement>(parts) ?? [])].map((part) => part.innerText),
    selector
  )
  return found.map(plain)
}

/** Compares with a number printed with three digits, as in the views. */
const near = (shown: string | undefined, value: number) =>
  expect(Math.abs(Number.parseFloat(shown ?? '') - value)).toBeLessThanOrEqual(0.006 * Math.abs(value) + 1e-9)

inChromiumFirst('views of numbers', (running) => {
  async function open(section: string, tag: string, ready: string): Promise<Page> {
    const { page } = await running.browser.open({ width: 1280 })
    await page.goto(`${running.site.origin}/gallery.html?only=${section}`)
    await handle(page, `#${section} ${tag}`, ready)
    return page
  }

  test('steps and neurons show the numbers of the run', async () => {
    const page = await open('numbers-own', 'attn-steps', 'tbody tr')
    await handle(page, 'attn-neurons', 'tbody tr')
    const trace = await page.$eval('attn-steps', async (view) => {
      const { trace, head } = view.selection
      const queries = { first: 11, count: 1 }
      const get = async (kind: string) =>
        Array.from(
          (await trace?.compute(`blocks.${head.layer}.attn.${kind}`, { head: head.head, queries }))?.data ?? []
        )
      return {
        scores: await get('scores'),
        scaled: await get('scaled'),
        pattern: await get('pattern'),
        q: await get('q')
      }
    })
    const rows = await texts(page, 'attn-steps', 'tbody tr')
    expect(rows).toHaveLength(12)
    rows.forEach((row, key) => {
      const [score, scaled, weight] = row.split(' ').slice(-3)
      near(score, trace.scores[key] ?? NaN)
      near(scaled, trace.scaled[key] ?? NaN)
      near(weight, 100 * (trace.pattern[key] ?? NaN))
    })
    const strips = await page.$eval('attn-neurons', (view) => {
      const strip = view.shadowRoot?.querySelector('tbody tr .strip')
      return [...(strip?.querySelectorAll('rect:not(.mark)') ?? [])].map(
        (rect) => (rect.classList.contains('below') ? -1 : 1) * Number(rect.getAttribute('fill-opacity'))
      )
    })
    const most = Math.max(...trace.q.map(Math.abs))
    expect(strips).toHaveLength(trace.q.length)
    strips.forEach((tint, at) => expect(tint).toBeCloseTo((trace.q[at] ?? 0) / most, 2))
    await page.close()
  }, 60_000)

  test('the lens, the terms of a logit and the summary show the numbers of the trace', async () => {
    const page = await open('numbers-own', 'attn-lens', '.terms td')
    await handle(page, 'attn-summary', 'tbody tr')
    const answers = await page.$eval('attn-lens', async (view) => {
      const { trace } = view.selection
      const [last] = (await trace?.lens({ top: 5, queries: { first: 11, count: 1 } }))?.slice(-1) ?? []
      const direct = await trace?.directLogits({ query: 11 })
      return {
        guesses: last?.top.map(({ token, probability }) => [token.text, probability] as const) ?? [],
        heads: Array.from(direct?.heads.data ?? []),
        entropies: (await trace?.heads())?.map(({ entropy }) => entropy) ?? []
      }
    })
    const guesses = await texts(page, 'attn-lens', '.guesses button')
    guesses.forEach((guess, at) => {
      const [text = '', probability = 0] = answers.guesses[at] ?? []
      expect(guess.replaceAll('·', '')).toContain(text.trim())
      near(guess.split(' ').at(-1), 100 * probability)
    })
    // The last layer is at the top.
    const terms = (await texts(page, 'attn-lens', '.terms button')).map(Number)
    const layers = 6
    terms.forEach((term, at) => {
      const [row, head] = [Math.floor(at / 8), at % 8]
      expect(term).toBeCloseTo(answers.heads[(layers - 1 - row) * 8 + head] ?? NaN, 2)
    })
    const entropies = await texts(page, 'attn-summary', 'tbody tr[data-head] td:nth-child(2)')
    expect(entropies).toHaveLength(answers.entropies.length)
    entropies.forEach((shown, at) => near(shown, answers.entropies[at] ?? NaN))
    await page.close()
  }, 60_000)

  test('a column’s name sorts the rows, a row selects its head in every view of the group', async () => {
    const page = await open('numbers', 'attn-summary', 'tbody tr')
    await (await handle(page, 'attn-summary', 'thead th:nth-child(3) button')).click()
    const distances = (await texts(page, 'attn-summary', 'tbody tr[data-head] td:nth-child(3)')).map(Number)
    expect(distances).toEqual([...distances].sort((a, b) => b - a))
    const row = await handle(page, 'attn-summary', 'tbody tr[data-layer="2"][data-head="1"]')
    await row.click()
    await page.waitForFunction(
      () => document.querySelector('attn-steps')?.shadowRoot?.querySelector('h3')?.textContent === 'Layer 2, head 1'
    )
    await page.close()
  }, 60_000)

  test('by keyboard: along the keys of the steps, and along a vector, element by element', async () => {
    const page = await open('numbers', 'attn-steps', 'tbody tr')
    await (await handle(page, 'attn-steps', 'tbody tr[tabindex="0"]')).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.querySelector('attn-steps')?.selection.token?.key === 2)
    await page.keyboard.press('Enter')
    expect(await page.$eval('attn-steps', ({ selection }) => selection.locked)).toEqual({ query: 6, key: 2 })
    await page.keyboard.press('Escape')
    expect(await page.$eval('attn-steps', ({ selection }) => selection.locked ?? null)).toBe(null)
    await (await handle(page, 'attn-neurons', 'tbody tr[tabindex="0"]')).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() =>
      document.querySelector('attn-neurons')?.shadowRoot?.querySelector('.walk')?.textContent?.includes('Element 1,')
    )
    await page.close()
  }, 60_000)

  test('a saved trace opens in every view without loading the engine', async () => {
    const { page, requests, complaints } = await running.browser.open({ width: 1280 })
    await page.goto(`${running.site.origin}/gallery.html?only=saved`)
    await handle(page, '#saved attn-matrix', 'canvas')
    await handle(page, '#saved attn-steps', 'tbody tr')
    await handle(page, '#saved attn-lens', 'table.lens')
    await handle(page, '#saved attn-summary', 'tbody tr')
    expect(requests.filter((url) => /\.wasm|worker|model\.safetensors/.test(url))).toEqual([])
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('exports: an image with title and legend, a table, a line of HTML', async () => {
    const page = await open('numbers-own', 'attn-steps', 'tbody tr')
    await page.evaluate(() => {
      const kept: Promise<string>[] = []
      const create = URL.createObjectURL.bind(URL)
      URL.createObjectURL = (blob) => {
        if (blob instanceof Blob) kept.push(blob.text())
        return create(blob)
      }
      HTMLAnchorElement.prototype.click = () => {}
      Object.assign(window, { kept })
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: (text: string) => kept.push(Promise.resolve(text)) && Promise.resolve() }
      })
    })
    const keep = async (words: string): Promise<string> => {
      const count = await page.evaluate(() => (window as unknown as { kept: unknown[] }).kept.length)
      await page.$eval(
        'attn-steps',
        (view, name) => {
          const buttons = [...(view.shadowRoot?.querySelectorAll<HTMLElement>('.keep button') ?? [])]
          buttons.find((button) => button.textContent?.trim() === name)?.click()
        },
        words
      )
      await page.waitForFunction((before) => (window as unknown as { kept: unknown[] }).kept.length > before, {}, count)
      return page.evaluate(async () => (await (window as unknown as { kept: Promise<string>[] }).kept.at(-1)) ?? '')
    }
    const csv = (await keep('CSV')).split('\r\n')
    expect(csv[0]?.split(',').slice(0, 5)).toEqual(['key', 'scores', 'scaled', 'masked', 'pattern'])
    expect(csv).toHaveLength(12 + 2)
    const svg = await keep('SVG')
    expect(svg).toMatch(/^<svg xmlns=/)
    expect(svg).toContain('<title>Layer 0, head 0')
    expect(svg).toContain('Lily</text>')
    expect(JSON.parse(await keep('JSON'))).toMatchObject({ element: 'attn-steps', layer: 0, head: 0 })
    expect((await keep('PNG')).slice(1, 4)).toBe('PNG')
    expect(await keep('HTML')).toBe(
      '<attn-steps model="./models/stories/" text="Lily had a cat. The cat saw a red cat" layer="0" head="0"></attn-steps>'
    )
    expect(new URLSearchParams(new URL(await keep('Link')).hash.slice(1)).get('text')).toContain('Lily')
    expect((await keep('Trace')).slice(8)).toContain('attenscope-trace')

    // A text may hold characters that no XML may hold.
    await page.$eval('attn-steps', (view) => (view.text = 'a\u0001 <b> \uffff "=1"'))
    await page.waitForFunction(() =>
      document.querySelector('attn-steps')?.selection.source?.tokens.some(({ text }) => text.includes('\u0001'))
    )
    const odd = await keep('SVG')
    const parsed = await page.evaluate((text) => {
      const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml')
      return { root: documentElement.localName, text: documentElement.textContent }
    }, odd)
    expect(parsed.root).toBe('svg')
    expect(parsed.text).toContain('␁')
    await page.close()
  }, 60_000)
})

test('touch: a tap locks a key of the steps, a cell of the lens, a point of the plane', async () => {
  const browser = await startBrowser('chromium')
  const site = await startSite()
  const { page } = await browser.open({ width: 390, height: 844, touch: true })
  await page.goto(`${site.origin}/gallery.html?only=numbers`)
  const tap = async (tag: string, selector: string) => {
    const target = await handle(page, tag, selector)
    await target.evaluate((node) => node.scrollIntoView({ block: 'center' }))
    await target.tap()
    return page.$eval('attn-steps', ({ selection }) => selection.locked ?? null)
  }
  expect(await tap('attn-steps', 'tbody tr[data-key="3"]')).toEqual({ query: 6, key: 3 })
  expect(await tap('attn-lens', 'td[data-layer="1"][data-query="6"]')).toEqual({ query: 6 })
  expect(await tap('attn-plane', 'circle.query')).toEqual({ query: 0 })
  const low = await page.$$eval('attn-lens, attn-summary, attn-steps', (views) =>
    views.flatMap((view) =>
      [...(view.shadowRoot?.querySelectorAll<HTMLElement>('button') ?? [])]
        .filter((button) => button.checkVisibility() && button.getBoundingClientRect().height < 44)
        .map((button) => `${view.localName}: ${button.textContent?.trim()}`)
    )
  )
  expect(low).toEqual([])
  await browser.close()
  await site.close()
}, 60_000)

test('every link of the feature table opens a state of the gallery', async () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  const links = [...read('../../docs/features.md').matchAll(/gallery\.html#([\w-]+)/g)].map(([, id]) => id)
  expect(links.length).toBeGreaterThan(20)
  const gallery = ['gallery', 'gallery/numbers', 'gallery/controls', 'gallery/change']
    .map((name) => read(`../../web/demo/${name}.ts`))
    .join()
  const missing = links.filter(
    (id) => !gallery.includes(`'${id}'`) && !(id?.startsWith('position-') && gallery.includes(`'${id.slice(9)}'`))
  )
  expect(missing).toEqual([])
})
