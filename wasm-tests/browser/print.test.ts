/** What a page prints: lines that meet their words at any width, views that were never in sight, black on white. */
import { expect, test } from 'vitest'
import type { Page } from 'puppeteer-core'
import { onPaper, preparePrint } from '../../web/elements/base/printing.js'
import { address, isDone, until, waitFor } from './demo-page.js'
import { inChromiumFirst, variants } from './each-browser.js'

interface Call {
  readonly name: 'moveTo' | 'fillText' | 'bezierCurveTo'
  readonly args: readonly (string | number)[]
  /** The width of a text. */
  readonly width: number
}

/** Records what is painted into pictures for paper. */
async function recordPaper(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const calls: { name: string; args: unknown[]; width: number }[] = []
    Object.assign(globalThis, { paperCalls: calls })
    const prototype = CanvasRenderingContext2D.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const name of ['moveTo', 'bezierCurveTo', 'fillText']) {
      const paint = prototype[name]
      prototype[name] = function (this: CanvasRenderingContext2D, ...args) {
        const width = name === 'fillText' ? this.measureText(String(args[0])).width : 0
        if (this.canvas.className === 'printed') calls.push({ name, args, width })
        return paint?.apply(this, args)
      }
    }
  })
}

const paperCalls = (page: Page): Promise<Call[]> =>
  page.evaluate(() => (globalThis as unknown as { paperCalls: Call[] }).paperCalls)

inChromiumFirst('a printed page', (running) => {
  test.each(variants([390], [768, 1440]))(
    'has lines that meet their words, whatever the width of the window: %d',
    async (width) => {
      const { page } = await running.browser.open({ width, dark: true })
      await recordPaper(page)
      await page.goto(address(running.site.origin, { seed: 3 }))
      await until(page, 'the story', isDone)
      const QUERY = 12
      const word = await page.$eval(
        'attn-heads',
        (view, query) => {
          view.selection.lock({ query })
          return view.shadowRoot?.querySelector(`#token-${query} .word`)?.textContent?.trim() ?? ''
        },
        QUERY
      )
      await page.pdf({ format: 'A4' })
      const calls = await paperCalls(page)
      const curves = calls.flatMap((call, at) => (calls[at + 1]?.name === 'bezierCurveTo' ? [call.args] : []))
      const words = calls.filter(({ name, args }) => name === 'fillText' && args[0] === word)
      expect(curves.length).toBeGreaterThan(0)
      // Each line begins above the middle of the locked word, which stands on one place in the picture.
      const [x, y] = curves[0] as [number, number]
      const meets = words.some(({ args: [, left, baseline], width }) => {
        const [at, base] = [Number(left), Number(baseline)]
        return Math.abs(at + width / 2 - x) < 3 && base > y && base - y < 40
      })
      expect(meets, `${word} at ${x}, ${y}: ${JSON.stringify(words)}`).toBe(true)
      await page.close()
    },
    60_000
  )

  test('shows pictures in place of canvases, inside the page and in the colours of paper, and the screen comes back', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440, dark: true })
    await page.goto(address(running.site.origin, { seed: 3 }))
    await until(page, 'the story', isDone)
    const seen = () =>
      page.$$eval('attn-heads, attn-matrix, attn-grid', (views) =>
        views.map((view) => {
          const picture = view.shadowRoot?.querySelector<HTMLCanvasElement>('canvas.printed')
          const live = view.shadowRoot?.querySelector<HTMLElement>('.on-screen')
          const [r, g, b] = picture?.getContext('2d')?.getImageData(0, 0, 1, 1).data ?? []
          const text = view.shadowRoot?.querySelector('.probe')
          return {
            isPrinted: (picture?.offsetHeight ?? 0) > 100,
            fits: picture ? picture.getBoundingClientRect().right <= innerWidth + 1 : undefined,
            isLive: (live?.offsetHeight ?? 0) > 0,
            corner: picture && [r, g, b],
            ink: text && getComputedStyle(text).color
          }
        })
      )
    await page.emulateMediaType('print')
    await expect.poll(async () => (await seen()).map(({ isPrinted }) => isPrinted)).toEqual([true, true, true])
    for (const { fits, isLive, ink } of await seen()) expect([fits, isLive, ink]).toEqual([true, false, 'rgb(0, 0, 0)'])
    await page.emulateMediaType('screen')
    await expect.poll(async () => (await seen()).map(({ isLive }) => isLive)).toEqual([true, true, true])
    expect((await seen()).map(({ isPrinted }) => isPrinted)).toEqual([false, false, false])
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('has the views below the window, though nobody scrolled to them', async () => {
    const { page } = await running.browser.open({ width: 1440, height: 600 })
    await page.goto(address(running.site.origin, { seed: 3 }))
    await until(page, 'the story', isDone)
    for (const inside of ['attn-steps >>> tbody tr', 'attn-lens >>> .lens', 'attn-summary >>> tbody tr'])
      await waitFor(page, inside)
    await waitFor(page, 'attn-position >>> attn-heatmap')
    await expect.poll(() => page.$$('main >>> .coming').then((all) => all.length)).toBe(0)
    expect(await page.evaluate(() => scrollY)).toBe(0)
    await page.close()
  }, 60_000)
})

test('before a script prints, every view is asked for its picture and waited for', async () => {
  let isBusy = false
  const view = { isComing: () => isBusy, asked: 0, computeUnseen: () => {} }
  view.computeUnseen = () => {
    if (view.asked++ > 0) return
    isBusy = true
    setTimeout(() => (isBusy = false), 200)
  }
  const end = onPaper(view)
  const startedAt = performance.now()
  await preparePrint()
  expect(view.asked).toBeGreaterThan(0)
  expect(isBusy).toBe(false)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190)
  end()
  const stuck = onPaper({ isComing: () => true })
  await preparePrint({ timeoutMs: 100 })
  stuck()
})
