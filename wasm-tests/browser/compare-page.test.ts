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

  test('the matrix under the pointer and the matching cells of the others are marked; a missing number is never 0', async () => {
    const { page } = await running.browser.open({ width: 1440, height: 1000 })
    await page.goto(`${running.site.origin}/compare.html`)
    await handle(page, 'attn-compare', '.sides:not(.coming) attn-matrix')
    const COUNT = 13
    /** Points at a cell of one of the three matrices; returns the token that each marks, and its tooltip. */
    const pointed = async (matrix: number, query: number, key: number) => {
      const plot = (await page.$$('attn-compare >>> attn-matrix >>> .plot'))[matrix]
      const { x, y, width } = (await plot?.boundingBox()) ?? { x: 0, y: 0, width: 0 }
      const cell = (width - 65) / COUNT
      await page.mouse.move(x + 64 + cell * (key + 0.5), y + 64 + cell * (query + 0.5))
      return page.$$eval('attn-compare >>> attn-matrix', async (all) => {
        await Promise.all(all.map(({ updateComplete }) => updateComplete))
        return all.map(({ selection, shadowRoot }) => ({
          token: selection.token,
          tip: shadowRoot?.querySelector<HTMLElement>('.tip:not([hidden])')?.innerText ?? ''
        }))
      })
    }
    // '.' looks at 'Lily' in both texts.
    const common = await pointed(0, 5, 1)
    expect(common.map(({ token }) => token)).toEqual(Array(3).fill({ query: 5, key: 1 }))
    expect(common.map(({ tip }) => /\d/.test(tip))).toEqual([true, true, true])
    // '.' looks at 'dog', which the second text does not have.
    const first = await pointed(0, 5, 4)
    expect(first.map(({ token }) => token)).toEqual([{ query: 5, key: 4 }, { query: 5 }, { query: 5 }])
    // 'cat' is a query that the first text does not have.
    const [before, after, difference] = await pointed(2, 4, 0)
    expect([before?.token, after?.token, difference?.token]).toEqual([
      { key: 0 },
      { query: 4, key: 0 },
      { query: 4, key: 0 }
    ])
    expect(difference?.tip).toContain('in one run only')
    expect(difference?.tip).not.toMatch(/0\s%/)

    const table = await page.evaluate(() => {
      const matrix = [
        ...(document.querySelector('attn-compare')?.shadowRoot?.querySelectorAll('attn-matrix') ?? [])
      ].at(-1)
      matrix?.shadowRoot?.querySelector('details')?.setAttribute('open', '')
      return matrix?.updateComplete.then(() => '')
    })
    expect(table).toBe('')
    const row = await (
      await handle(page, 'attn-compare >>> .sides section:nth-of-type(3) attn-matrix', 'tbody tr:nth-child(5)')
    ).evaluate((node) => [...node.children].map(({ textContent }) => textContent?.trim()))
    expect(row.slice(0, 6)).toEqual(['·cat', '–', '–', '–', '–', '–'])
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
