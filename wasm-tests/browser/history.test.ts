/** Back restores the reader's previous step, on every page whose address has a state; typing makes no steps. */
import type { Page } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { address, handle, isDone, press, until, waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

const back = (page: Page) => page.evaluate(() => history.back())
const steps = (page: Page) => page.evaluate(() => history.length)

inChromiumFirst('Back', (running) => {
  test('restores the experiment, the model and the edits of the page that changes a model', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/change.html`)
    const seen = () =>
      page.$eval('attn-change', (element) => ({
        model: String(element.model),
        text: element.text,
        edits: element.edits.length
      }))
    await handle(page, 'attn-change', '.edit-list')
    const first = await seen()
    const visited = [first]
    for (const selector of ['[data-experiment="1"]', '[data-experiment="2"]', '#models [data-model="dates"]']) {
      await page.click(selector)
      visited.push(await seen())
    }
    expect(new Set(visited.map(({ model }) => model)).size).toBe(4)
    for (const expected of visited.slice(0, -1).reverse()) {
      await back(page)
      await expect.poll(seen).toEqual(expected)
    }
    expect(new URL(page.url()).pathname).toBe('/change.html')
    expect(await page.$eval('#models [aria-pressed=true]', (button) => button.textContent)).toBe('Stories')
    await page.evaluate(() => history.forward())
    await expect.poll(seen).toEqual(visited[1])
    await page.close()
  }, 60_000)

  test('restores recipes of the playground, and typed numbers are part of a step', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/playground.html`)
    const normalizer = () => page.$eval('.recipe:nth-of-type(1) .setting:nth-of-type(5) select', (node) => node.value)
    await waitFor(page, '.recipe select')
    const before = await steps(page)
    const cell = await waitFor(page, '[aria-label="q of moon, element 2"]')
    await cell.click({ count: 3 })
    await page.keyboard.type('1.25')
    expect(await steps(page)).toBe(before)
    await page.select('.recipe:nth-of-type(1) .setting:nth-of-type(5) select', 'hard')
    await page.click('.more')
    expect(await steps(page)).toBe(before + 2)
    await back(page)
    await expect.poll(() => page.$$eval('.recipe', (all) => all.length)).toBe(2)
    expect(await normalizer()).toBe('hard')
    await back(page)
    await expect.poll(normalizer).toBe('softmax')
    expect(await page.$eval('[aria-label="q of moon, element 2"]', (node) => (node as HTMLInputElement).value)).toBe(
      '1.25'
    )
    await page.close()
  }, 60_000)

  test('restores the pair and the model of the page that compares', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/compare.html`)
    const texts = () =>
      page.$$eval('#texts textarea, #texts select', (all) => all.map((each) => (each as HTMLTextAreaElement).value))
    await waitFor(page, '[data-pair]')
    const first = await texts()
    await page.click('[data-pair="1"]')
    const second = await texts()
    await page.select('#texts select', 'sentiment')
    await back(page)
    await expect.poll(texts).toEqual(second)
    await back(page)
    await expect.poll(texts).toEqual(first)
    await page.close()
  }, 60_000)

  test('releases a locked word without writing the story again; typing and dragging make no steps', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(address(running.site.origin, { text: 'One day', seed: 3 }))
    const { written, tokens } = await until(page, 'the story', isDone)
    const before = await steps(page)
    await (await handle(page, 'attn-heads', '#token-2 .word')).click()
    await until(page, 'the word', ({ marked }) => marked.length > 0)
    expect(await steps(page)).toBe(before + 1)
    await (await handle(page, 'attn-grid', '[aria-label^="Layer 1, head 5"]')).click()
    await until(page, 'the head', ({ chosen }) => chosen.startsWith('Layer 1, head 5'))
    await back(page)
    await until(page, 'the earlier head', ({ chosen }) => !chosen.startsWith('Layer 1, head 5'))
    await back(page)
    const now = await until(page, 'no word', ({ marked }) => marked.length === 0)
    expect(isDone(now)).toBe(true)
    expect({ written: now.written, tokens: now.tokens }).toEqual({ written, tokens })

    const count = await steps(page)
    await (await handle(page, 'attn-generate', 'textarea')).click()
    await page.keyboard.type(' it rained a lot')
    await page.waitForFunction(() => location.hash.includes('rained'))
    const slider = await handle(page, 'attn-generate', 'input[type=range]')
    await slider.focus()
    for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowRight')
    expect(await steps(page)).toBeLessThanOrEqual(count)
    await press(page, 'Lily found a shiny key under the old tree. She')
    await until(page, 'the example', ({ tokens: all }) => all.join('').includes('Lily found'))
    await back(page)
    await expect.poll(() => page.$eval('attn-generate', (element) => element.text)).toContain('it rained a lot')
    await page.close()
  }, 60_000)
})
