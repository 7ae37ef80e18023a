/**
 * The playground: typed numbers and numbers of a model, recipes side by side, a weight locked in all of them, and the
 * link.
 */
import { expect, test } from 'vitest'
import type { Page } from 'puppeteer-core'
import { handle, waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

/** Returns the weights in the table of a recipe, in per cent, row by row. */
async function weightsOf(page: Page, recipe: number): Promise<number[][]> {
  return page.evaluate((at) => {
    const matrix = document.querySelector(`attn-matrix[group=recipe-${at}]`)
    const source = matrix && 'source' in matrix ? (matrix.source as { pattern(l: number, h: number): unknown }) : null
    const { data, shape } = (source?.pattern(0, 0) ?? { data: [], shape: [0, 0] }) as {
      data: ArrayLike<number>
      shape: readonly number[]
    }
    const [rows = 0, columns = 0] = shape
    return Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => Math.round(1000 * (data[row * columns + column] ?? 0)) / 10)
    )
  }, recipe)
}

async function set(page: Page, selector: string, value: string): Promise<void> {
  await (
    await waitFor(page, selector)
  ).evaluate((node, text) => {
    if (node instanceof HTMLInputElement || node instanceof HTMLSelectElement) node.value = text
    node.dispatchEvent(new Event('input', { bubbles: true }))
    node.dispatchEvent(new Event('change', { bubbles: true }))
  }, value)
}

const walkOf = (page: Page, recipe: number) => () =>
  page
    .$eval(`attn-steps[group=recipe-${recipe}] >>> .walk`, (node) => node.textContent?.replace(/\s+/g, ' ').trim())
    .catch(() => '')

inChromiumFirst('the playground', (running) => {
  test('weights follow the numbers and the options, and the link restores them', async () => {
    const { page, complaints, requests } = await running.browser.open({ width: 1440, height: 2000 })
    await page.goto(`${running.site.origin}/playground.html`)
    // By hand: q · k / 2 = 0, 1.5, 0.5, 0.5, 2.5; the weights are their exponentials over the sum of these.
    await expect.poll(() => weightsOf(page, 0).then((rows) => rows[4])).toEqual([4.8, 21.4, 7.9, 7.9, 58.1])
    expect(await page.$$eval('.formula math', (all) => all.length)).toBe(7)
    await expect.poll(walkOf(page, 0)).toContain('e to the power of')
    await expect.poll(walkOf(page, 1)).toContain('not the plain softmax')

    // The only number left in the last query meets the number of the key 'and': 1 · 1.
    await set(page, '[aria-label="q of moon, element 2"]', '0')
    await set(page, '[aria-label="q of moon, element 3"]', '0')
    // Scores 0, 0, 0.5, 0.5, 0.
    await expect.poll(() => weightsOf(page, 0).then((rows) => rows[4])).toEqual([15.9, 15.9, 26.2, 26.2, 15.9])
    await set(page, '.recipe:nth-of-type(1) .setting:nth-of-type(5) select', 'hard')
    await expect.poll(() => weightsOf(page, 0).then((rows) => rows[4])).toEqual([0, 0, 100, 0, 0])

    await page.waitForFunction(() => location.hash.includes('hard'))
    await page.reload()
    await expect.poll(() => weightsOf(page, 0).then((rows) => rows[4])).toEqual([0, 0, 100, 0, 0])
    await page.$eval('.more', (button) => (button as HTMLElement).click())
    await waitFor(page, 'attn-matrix[group=recipe-2]')
    await expect.poll(() => weightsOf(page, 2)).toEqual(await weightsOf(page, 1))
    await page.$eval('.recipe .quiet', (button) => (button as HTMLElement).click())
    // The first recipe is removed, so that the second becomes the first.
    await expect.poll(() => weightsOf(page, 0).then((rows) => rows[0]?.length)).toBe(5)
    expect(await page.$$eval('.recipe', (all) => all.length)).toBe(2)
    expect(complaints).toEqual([])
    expect(requests.filter((url) => !url.startsWith(running.site.origin) && !/^(data|blob):/.test(url))).toEqual([])
    await page.close()
  }, 60_000)

  test('a head of the story model has the model’s own weights', async () => {
    const { page } = await running.browser.open({ width: 1440, height: 2000 })
    await page.goto(`${running.site.origin}/playground.html#text=Lily+had+a+cat.&layer=1&head=3`)
    await expect.poll(() => weightsOf(page, 0).then((rows) => rows.length), { timeout: 20_000 }).toBe(6)
    // The same head and text on the page of the model.
    const { page: other } = await running.browser.open({ width: 1440 })
    await other.goto(`${running.site.origin}/own.html`)
    const own = await other.evaluate(async () => {
      await customElements.whenDefined('attn-heads')
      const heads = document.createElement('attn-heads') as HTMLElement & { selection: { source?: unknown } }
      heads.setAttribute('model', './models/stories/')
      heads.setAttribute('text', 'Lily had a cat.')
      document.body.prepend(heads)
      for (let waited = 0; waited < 400 && !heads.selection.source; waited++)
        await new Promise((resolve) => setTimeout(resolve, 50))
      const source = heads.selection.source as { pattern(l: number, h: number): { data: Float32Array } }
      return Array.from(source.pattern(1, 3).data, (weight) => Math.round(1000 * weight) / 10)
    })
    expect((await weightsOf(page, 0)).flat()).toEqual(own)
    // Each view names the head whose queries and keys these are.
    const title = (view: string) =>
      page.$eval(`${view}[group=recipe-1] >>> h3`, (node) => node.textContent).catch(() => undefined)
    for (const view of ['attn-matrix', 'attn-steps']) await expect.poll(() => title(view)).toMatch(/^Layer 1, head 3/)
    expect(await page.$eval('attn-matrix >>> code', (node) => node.textContent)).toBe('blocks.1.attn.pattern')
    await expect.poll(walkOf(page, 0)).toContain('q · k')
    await page.select('.source select', '2')
    await expect.poll(() => title('attn-matrix')).toMatch(/^Layer 2, head 3/)
    await other.close()
    await page.close()
  }, 60_000)

  test('a weight locked in one recipe is locked in all; an invalid recipe gives an error', async () => {
    const { page } = await running.browser.open({ width: 1440, height: 2000 })
    await page.goto(`${running.site.origin}/playground.html`)
    const row = await handle(page, 'attn-steps[group=recipe-0]', 'tr[data-key="1"]')
    await row.evaluate((node) => (node as HTMLElement).click())
    await expect.poll(walkOf(page, 0)).toMatch(/^sun: q · k = 3\.00/)
    await expect.poll(walkOf(page, 1)).toMatch(/^sun: q · k = 3\.00/)
    await set(page, '.setting input[max="8"]', '3')
    await set(page, '.recipe:nth-of-type(1) .setting:nth-of-type(1) select', 'rotary')
    const trouble = await waitFor(page, '.recipe .trouble')
    expect(await trouble.evaluate((node) => node.textContent)).toMatch(/even number/)
    // The other recipe does not change.
    expect((await weightsOf(page, 1)).length).toBe(5)
    await page.close()
  }, 60_000)
})
