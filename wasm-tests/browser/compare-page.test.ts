/** The page that compares two texts: the difference is shown, follows typing, and is restored from the link. */
import { expect, test } from 'vitest'
import type { Page } from 'puppeteer-core'
import { handle, waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

const noteOf = (page: Page) => () =>
  page
    .$eval('attn-compare >>> .moved .note', (node) => node.textContent?.replace(/\s+/g, ' ').trim() ?? '')
    .catch(() => '')

async function write(page: Page, name: 'text' | 'other', text: string): Promise<void> {
  const field = await waitFor(page, `#texts [name=${name}]`)
  await field.evaluate((node) => node instanceof HTMLTextAreaElement && (node.focus(), node.select()))
  await page.keyboard.type(text)
}

inChromiumFirst('the page of two texts', (running) => {
  test('shows the changed attention of two texts that differ in a word, and none for equal texts', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/compare.html`)
    await expect.poll(noteOf(page), { timeout: 20_000 }).toMatch(/Largest change: Layer \d, head \d, [\d.]+\s%/)
    await (await waitFor(page, '[data-pair="1"]')).evaluate((button) => (button as HTMLElement).click())
    await expect
      .poll(() => page.$eval('attn-compare', (view) => view.text))
      .toBe('Anna gave the ball to Tom. She smiled.')
    await page.waitForFunction(() => location.hash.includes('Anna'))
    await page.reload()
    await expect.poll(noteOf(page), { timeout: 20_000 }).toMatch(/Largest change/)
    expect(await page.$eval('[name=other]', (field) => (field as HTMLTextAreaElement).value)).toMatch(/^Tom gave/)

    await write(page, 'other', 'A dog.')
    await write(page, 'text', 'A dog.')
    const same = await handle(page, 'attn-compare', '.alike')
    expect(await same.evaluate((node) => node.previousElementSibling?.textContent)).toMatch(/^Both runs look the same/)
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('a link to a model with one head shows no map of heads', async () => {
    const { page } = await running.browser.open({ width: 390 })
    await page.goto(`${running.site.origin}/compare.html#other=Not+good.&text=So+good.&model=sentiment`)
    await handle(page, 'attn-compare', '.sides attn-matrix')
    await expect.poll(() => page.$$eval('attn-compare >>> attn-matrix', (all) => all.length)).toBe(3)
    expect(await page.$('attn-compare >>> .moved')).toBe(null)
    await page.close()
  }, 60_000)
})
