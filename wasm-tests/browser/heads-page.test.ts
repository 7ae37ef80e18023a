/**
 * The page of important heads: the search starts on its own, finds the head that copies the name, and follows typing.
 */
import { expect, test } from 'vitest'
import type { Page } from 'puppeteer-core'
import { waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

/** Returns the effects in the map (layers, heads) and the measure. */
const effectsOf = (page: Page) =>
  page
    .$eval('attn-change >>> .effects attn-heatmap', (map) => {
      const { tensor } = map
      return { shape: [...(tensor?.shape ?? [])], data: Array.from(tensor?.data ?? []) }
    })
    .catch(() => undefined)

inChromiumFirst('the page of the heads that matter', (running) => {
  test('finds the head that copies the name, and runs the search first', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440, height: 1600 })
    await page.goto(`${running.site.origin}/heads.html`)
    await expect.poll(() => effectsOf(page), { timeout: 30_000 }).toBeDefined()
    const found = await effectsOf(page)
    expect(found?.shape).toEqual([6, 8])
    // The experiment of the change page ablates head 1 of layer 5, one of the two heads whose ablation lowers the name
    // most.
    const lowering = [...(found?.data ?? []).entries()].sort(([, a], [, b]) => a - b).map(([at]) => at)
    expect(lowering.slice(0, 2)).toContain(5 * 8 + 1)
    // The page shows the attention of this head.
    const [most = 0] = [...(found?.data ?? []).entries()].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))[0] ?? []
    const title = () => page.$eval('attn-change >>> attn-matrix >>> h3', (node) => node.textContent)
    await expect.poll(title).toContain(`Layer ${Math.floor(most / 8)}, head ${most % 8}`)
    const status = await page.$eval('attn-change >>> [role=status]', (node) => node.textContent)
    expect(status).toBe('Each head was removed in turn. Click a head in the map to keep it removed.')
    const order = await page.$$eval('attn-change >>> section', (all) => all.map((section) => section.className))
    expect(order.indexOf('effects')).toBeLessThan(order.indexOf('edits'))

    const box = await waitFor(page, 'attn-change >>> textarea')
    await box.click({ count: 3 })
    await page.keyboard.type('Lily had a cat. The')
    await page.keyboard.press('Enter')
    await expect.poll(() => effectsOf(page).then((now) => now && now.data.join() !== found?.data.join())).toBe(true)
    await page.waitForFunction(() => location.hash.includes('Lily'))
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('an old link leads to the search on the page that changes a model, with its text; Back skips it', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/licences.html`)
    await page.goto(`${running.site.origin}/heads.zh.html#model=dates&text=3+March+2026`)
    await page.waitForFunction(() => location.pathname === '/change.zh.html')
    await expect.poll(() => effectsOf(page), { timeout: 30_000 }).toBeDefined()
    expect(await page.$eval('attn-change', ({ text, model }) => ({ text, model }))).toEqual({
      text: '3 March 2026',
      model: './models/dates/'
    })
    await page.goBack()
    expect(new URL(page.url()).pathname).toBe('/licences.html')
    await page.close()
  }, 60_000)

  test('is one of the experiments: a click starts it, the link keeps it, and Back leaves it', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/change.html`)
    const pressed = () =>
      page.$$eval('[data-experiment][aria-pressed=true]', (all) => all.map((one) => one.textContent))
    await waitFor(page, 'attn-change >>> attn-compare')
    expect(await pressed()).toEqual(['Lose a name'])
    expect(await effectsOf(page)).toBe(undefined)
    await page.click('[data-experiment=heads]')
    await expect.poll(() => effectsOf(page), { timeout: 30_000 }).toBeDefined()
    expect(await pressed()).toEqual(['Find the heads that matter'])
    await page.reload()
    await expect.poll(() => effectsOf(page), { timeout: 30_000 }).toBeDefined()
    expect(await pressed()).toEqual(['Find the heads that matter'])
    await page.evaluate(() => history.back())
    await expect.poll(pressed).toEqual(['Lose a name'])
    await page.close()
  }, 60_000)
})
