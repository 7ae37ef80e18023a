/** The reader's settings: seen at once, kept, and without storage good for the page. */
import { expect, test } from 'vitest'
import type { Page } from 'puppeteer-core'
import { SUB_PATH } from './site-server.js'
import { address, handle, isJudged, until, waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

async function choose(page: Page, name: string, value: string): Promise<void> {
  const select = await waitFor(page, `.settings [name=${name}]`)
  await select.evaluate((node, chosen) => {
    if (node instanceof HTMLSelectElement || node instanceof HTMLInputElement) node.value = chosen
    node.dispatchEvent(new Event('change', { bubbles: true }))
  }, value)
}

const paper = (page: Page) => page.$eval('body', (body) => getComputedStyle(body.parentElement ?? body).backgroundColor)

const scaleOf = async (page: Page) =>
  (await handle(page, 'attn-matrix', '.legend :is([aria-pressed=true], [aria-checked=true])')).evaluate((node) =>
    node.textContent?.trim()
  )

inChromiumFirst('the settings', (running) => {
  test('theme and scale are seen at once, and stay when the page is left', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/sentiment.html`)
    const before = await until(page, 'the judgement', isJudged)
    expect(await paper(page)).toBe('rgb(253, 252, 249)')
    await choose(page, 'theme', 'dark')
    expect(await paper(page)).toBe('rgb(19, 21, 24)')
    // Kept for the other pages, drawn in it from the first.
    await page.goto(`${running.site.origin}/dates.html`)
    expect(await paper(page)).toBe('rgb(19, 21, 24)')
    await choose(page, 'scale', 'log')
    await expect.poll(() => scaleOf(page)).toBe('log')
    // What was chosen in a view is the reader's, whatever else is set.
    await (await handle(page, 'attn-matrix', '.legend :is([aria-pressed=false], [aria-checked=false])')).click()
    await expect.poll(() => scaleOf(page)).toBe('linear')
    await choose(page, 'theme', 'system')
    expect(await paper(page)).toBe('rgb(253, 252, 249)')
    expect(await scaleOf(page)).toBe('linear')
    // A page whose views come later begins with it, too.
    await page.goto(`${running.site.origin}/playground.html`)
    await expect.poll(() => scaleOf(page)).toBe('log')
    expect(before.status).not.toBe('')
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('a model is loaded as asked: in 8 bits, and with threads', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(address(running.site.origin, { text: 'Tom had', seed: 1 }))
    // Where a server isolates nothing there is one thread, and nothing to choose.
    expect(await page.$eval('.settings [name=threads]', (input) => (input as HTMLInputElement).disabled)).toBe(true)
    await page.goto(address(running.site.origin + SUB_PATH, { text: 'Tom had', seed: 1 }))
    const memory = async () => {
      const seen = await until(page, 'the figures', ({ figures }) => /memory [\d.]+/.test(figures))
      return Number(/memory ([\d.]+)/.exec(seen.figures)?.[1])
    }
    const stored = await memory()
    await choose(page, 'dtype', 'f32')
    // Four bytes a weight in the place of one.
    await expect.poll(memory, { timeout: 20_000 }).toBeGreaterThan(2.5 * stored)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    await choose(page, 'threads', '2')
    await expect.poll(() => page.evaluate(() => localStorage.getItem('attenscope-settings'))).toContain('"threads":2')
    const status = await until(page, 'the story', ({ status: said }) => /^(Writing|Written|The model ended)/.test(said))
    expect(status.error).toBe('')
    await page.close()
  }, 60_000)

  test('without storage they hold for the page', async () => {
    const { page, complaints } = await running.browser.open({ width: 390 })
    await page.evaluateOnNewDocument(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('blocked', 'SecurityError')
        }
      })
    })
    await page.goto(`${running.site.origin}/dates.html`)
    await (await waitFor(page, '.settings summary')).click()
    await choose(page, 'theme', 'dark')
    expect(await paper(page)).toBe('rgb(19, 21, 24)')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.$eval('.settings', (node) => (node as HTMLDetailsElement).open)).toBe(false)
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)
})
