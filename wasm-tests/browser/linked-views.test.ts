/**
 * A token or weight under the pointer, or locked, is marked in all views, by mouse and keyboard, and restored from the
 * link.
 */
import { describe, expect, test } from 'vitest'
import type { OpenPage } from './browsers.js'
import { address, handle, hoverToken, isDone, see, until, waitFor } from './demo-page.js'
import { inBrowser, inChromiumFirst } from './each-browser.js'

inChromiumFirst('linked views', (running) => {
  async function written(settings: Record<string, string | number> = {}): Promise<OpenPage> {
    const opened = await running.browser.open()
    await opened.page.goto(address(running.site.origin, settings))
    await until(opened.page, 'the end of the text', isDone)
    return opened
  }

  test('hovering over a token marks it in every view; a click locks it, Escape clears it', async () => {
    const { page, screenshot } = await written({
      text: 'Once upon a time there was a little dog.',
      layer: 1,
      head: 1
    })
    await hoverToken(page, 9)
    const pointed = await until(page, 'the mark', ({ marked }) => marked.includes(9))
    expect(pointed.caption).toMatch(/^In layer 1, head 1, ·\S+ looks back at/)
    await screenshot('pointing')
    await page.mouse.click(4, 4)
    await until(page, 'no mark', ({ marked }) => marked.length === 0)

    await (await handle(page, 'attn-heads', '#token-9 .word')).click()
    await hoverToken(page, 4)
    const compared = await until(page, 'the comparison', ({ marked }) => marked.includes(9) && marked.includes(4))
    expect(compared.tip).toMatch(/\d\s%/)
    expect(compared.tip).toContain('blocks.1.attn.pattern[1, 9, 4] = ')
    await screenshot('comparing')
    await page.mouse.move(4, 4)
    await until(page, 'only what is held', ({ marked }) => marked.length === 1 && marked[0] === 9)
    await page.keyboard.press('Escape')
    await until(page, 'no mark', ({ marked }) => marked.length === 0)
    await page.close()
  }, 60_000)

  test('hovering over the matrix marks both tokens in the text and shows the weight', async () => {
    const { page } = await written()
    const plot = await handle(page, 'attn-matrix', '.plot')
    await plot.scrollIntoView()
    const box = await plot.boundingBox()
    if (!box) throw new Error('the matrix has no box')
    await page.mouse.move(box.x + 70, box.y + box.height - 20)
    const pointed = await until(page, 'the tooltip', ({ tip }) => tip !== '')
    expect(pointed.marked).toHaveLength(2)
    expect(pointed.tip).toContain('%')
    await page.close()
  }, 60_000)

  test('by keyboard: from a head in the grid to a weight in the matrix, locked by Enter, cleared by Escape', async () => {
    const { page } = await written({ layer: 0, head: 0 })
    await (await handle(page, 'attn-grid', '[tabindex="0"]')).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await until(page, 'the preview', ({ matrixHead }) => matrixHead === 'Layer 1, head 1')
    await page.keyboard.press('Enter')
    await until(page, 'the choice', ({ chosen }) => chosen === 'Layer 1, head 1')
    // Past the stages and the enabled zoom button, to the matrix itself.
    const isThere = () =>
      page.$eval('attn-matrix', (matrix) => matrix.shadowRoot?.activeElement?.classList.contains('plot') ?? false)
    for (let presses = 0; presses < 12 && !(await isThere()); presses++) await page.keyboard.press('Tab')
    expect(await isThere()).toBe(true)
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowUp')
    const pointed = await until(page, 'the tooltip', ({ tip }) => tip !== '')
    await page.keyboard.press('Enter')
    const held = await until(page, 'the hold', ({ marked }) => marked.length > 0)
    expect(held.marked).toEqual(pointed.marked)
    await page.keyboard.press('+')
    await waitFor(page, 'attn-matrix >>> .plot.zoomed')
    await page.keyboard.press('0')
    await waitFor(page, 'attn-matrix >>> .plot:not(.zoomed)')
    await page.keyboard.press('Escape')
    const free = await until(page, 'nothing held', ({ marked }) => marked.length === 0)
    expect(free.matrixHead).toBe('Layer 1, head 1')
    await page.close()
  }, 60_000)

  test('by keyboard: along the text, token by token', async () => {
    const { page } = await written()
    await (await handle(page, 'attn-heads', '.text')).focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await until(page, 'the mark', ({ marked, caption }) => marked.join() === '2' && caption.includes('looks back at'))
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowLeft')
    await until(page, 'the comparison', ({ marked }) => marked.join() === '1,2')
    await page.keyboard.press('Escape')
    await until(page, 'no mark', ({ marked }) => marked.length === 0)
    await page.close()
  }, 60_000)

  test('a reload restores the prompt, the settings, the head and the locked token', async () => {
    const { page, screenshot } = await written({ text: 'Lily found a shiny key', seed: 7, temperature: 0.4 })
    await (await handle(page, 'attn-grid', '[aria-label="Layer 3, head 2"]')).click()
    await (await handle(page, 'attn-heads', '#token-6 .word')).click()
    await page.waitForFunction(() => /token=6/.test(location.hash))
    const before = await until(page, 'the hold', ({ marked }) => marked.includes(6))
    await page.reload()
    await until(page, 'the text again', isDone)
    const after = await see(page)
    expect(after.tokens).toEqual(before.tokens)
    expect(after.chosen).toBe('Layer 3, head 2')
    expect(after.marked).toEqual([6])
    await screenshot('restored')
    await page.close()
  }, 60_000)
})

describe('linked views on touch screens', () => {
  const running = inBrowser('chromium')

  test('touching the matrix: a tap locks a weight, two fingers zoom', async () => {
    const { page, screenshot } = await running.browser.open({ width: 390, height: 844, touch: true })
    await page.goto(address(running.site.origin))
    await until(page, 'the text', isDone)
    const plot = await handle(page, 'attn-matrix', '.plot')
    await plot.evaluate((node) => node.scrollIntoView({ block: 'start' }))
    const box = await plot.boundingBox()
    if (!box) throw new Error('the matrix has no box')
    await page.touchscreen.tap(box.x + 100, box.y + 300)
    const held = await until(page, 'the hold', ({ marked }) => marked.length === 2)
    expect(held.tip).toContain('blocks.3.attn.pattern')

    const left = await page.touchscreen.touchStart(box.x + 150, box.y + 200)
    const right = await page.touchscreen.touchStart(box.x + 200, box.y + 200)
    for (let step = 1; step <= 5; step++) {
      await left.move(box.x + 150 - 10 * step, box.y + 200)
      await right.move(box.x + 200 + 10 * step, box.y + 200)
    }
    await left.end()
    await right.end()
    await waitFor(page, 'attn-matrix >>> .plot.zoomed')
    await screenshot('pinched')
    await page.close()
  }, 60_000)
})
