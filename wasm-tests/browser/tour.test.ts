/** The tour of a page and the terms it explains: by keyboard, left at any step, in the page's language. */
import { expect, test } from 'vitest'
import type { Page } from 'puppeteer-core'
import { waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

const stopOf = (page: Page) => () =>
  page.$eval('.driver-popover-title', (node) => node.textContent).catch(() => undefined)

inChromiumFirst('a page that explains itself', (running) => {
  test('shows the parts of the page, and can be left at any step', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440 })
    // Without motion a key takes effect at once. With motion, keys during the transition between two steps are ignored.
    await page.evaluateOnNewDocument(() => {
      const ask = window.matchMedia.bind(window)
      window.matchMedia = (query) => ask(query === '(prefers-reduced-motion: reduce)' ? 'all' : query)
    })
    await page.goto(`${running.site.origin}/index.html`)
    const button = await waitFor(page, '#tour')
    await waitFor(page, 'attn-heads >>> .token')
    await button.focus()
    await page.keyboard.press('Enter')
    const seen: unknown[] = []
    for (const title of ['The text', 'Attention between words', 'All heads', 'One head in numbers', 'More detail']) {
      await expect.poll(stopOf(page)).toBe(title)
      seen.push(await page.$eval('.driver-popover-progress-text', (node) => node.textContent))
      await page.keyboard.press('ArrowRight')
    }
    expect(seen).toEqual(['1 of 6', '2 of 6', '3 of 6', '4 of 6', '5 of 6'])
    await expect.poll(stopOf(page)).toBe('Settings')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.$('.driver-popover')).toBe(null)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('tour')

    // Once more, left by its button after one step. A page with fewer elements has fewer steps.
    await page.goto(`${running.site.origin}/sentiment.zh.html`)
    await (await waitFor(page, '#tour')).evaluate((node) => (node as HTMLElement).click())
    await expect.poll(stopOf(page)).toBe('文本')
    expect(await page.$eval('.driver-popover-progress-text', (node) => node.textContent)).toBe('1 / 2')
    await page.$eval('.driver-popover-close-btn', (node) => {
      if (node.getAttribute('aria-label') === '关闭导览' && node instanceof HTMLElement) node.click()
    })
    await expect.poll(() => page.$('.driver-popover')).toBe(null)
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('every term of a page opens its explanation, one at a time', async () => {
    const { page } = await running.browser.open({ width: 390 })
    await page.goto(`${running.site.origin}/translate.zh.html`)
    await waitFor(page, '.term')
    const shown = () =>
      page.$$eval('.explained', (all) => all.filter((node) => node.matches(':popover-open')).map((node) => node.id))
    const terms = await page.$$('.term')
    expect(terms.length).toBeGreaterThan(8)
    for (const term of terms) {
      const target = await term.evaluate((node) => node.getAttribute('popovertarget'))
      await term.focus()
      await page.keyboard.press('Enter')
      expect(await shown()).toEqual([target])
      await page.keyboard.press('Escape')
      expect(await shown()).toEqual([])
    }
    await page.close()
  }, 60_000)
})
