/** The reader's settings: applied at once, stored, and without storage kept for the page. */
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
  test('theme and colour scale apply at once, and stay on other pages', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/sentiment.html`)
    const before = await until(page, 'the judgement', isJudged)
    expect(await paper(page)).toBe('rgb(253, 252, 249)')
    await choose(page, 'theme', 'dark')
    expect(await paper(page)).toBe('rgb(19, 21, 24)')
    // The theme is stored for other pages and applies to their first paint.
    await page.goto(`${running.site.origin}/dates.html`)
    expect(await paper(page)).toBe('rgb(19, 21, 24)')
    await choose(page, 'scale', 'log')
    await expect.poll(() => scaleOf(page)).toBe('log')
    // A choice in a view is stored for the reader, whatever the other settings are.
    await (await handle(page, 'attn-matrix', '.legend :is([aria-pressed=false], [aria-checked=false])')).click()
    await expect.poll(() => scaleOf(page)).toBe('linear')
    await choose(page, 'theme', 'system')
    expect(await paper(page)).toBe('rgb(253, 252, 249)')
    expect(await scaleOf(page)).toBe('linear')
    // A page whose views appear later starts with it, too.
    await page.goto(`${running.site.origin}/playground.html`)
    await expect.poll(() => scaleOf(page)).toBe('log')
    expect(before.status).not.toBe('')
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('a model is loaded with the settings: in 8 bits, and with threads', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(address(running.site.origin, { text: 'Tom had', seed: 1 }))
    // On a server without isolation there is one thread, and the setting is disabled.
    expect(await page.$eval('.settings [name=threads]', (input) => (input as HTMLInputElement).disabled)).toBe(true)
    await page.goto(address(running.site.origin + SUB_PATH, { text: 'Tom had', seed: 1 }))
    const memory = async () => {
      const seen = await until(page, 'the figures', ({ figures }) => /memory [\d.]+/.test(figures))
      return Number(/memory ([\d.]+)/.exec(seen.figures)?.[1])
    }
    const stored = await memory()
    await choose(page, 'dtype', 'f32')
    // Four bytes per weight instead of one.
    await expect.poll(memory, { timeout: 20_000 }).toBeGreaterThan(2.5 * stored)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    await choose(page, 'threads', '2')
    await expect.poll(() => page.evaluate(() => localStorage.getItem('attenscope-settings'))).toContain('"threads":2')
    const status = await until(page, 'the story', ({ status: said }) => /^(Writing|Written|The model ended)/.test(said))
    expect(status.error).toBe('')
    await page.close()
  }, 60_000)

  test('without storage they apply to the current page', async () => {
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
