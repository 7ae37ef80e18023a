/** The layout of the pages on phones and desktops, light and dark, and of every state of every element. */
import type { ElementHandle, Page } from 'puppeteer-core'
import { describe, expect, test } from 'vitest'
import { address, isDone, isJudged, until, waitFor } from './demo-page.js'
import { inBrowser, variants } from './each-browser.js'

const running = inBrowser('chromium')

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Returns the bottom of the text's first line, or of the chart that must be visible without scrolling. */
function bottomOf(page: Page, selector: string): Promise<number> {
  return page.$eval(selector, (node) => node.getBoundingClientRect().top + 80)
}

/** Returns the buttons that are smaller than a touch target must be. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    !matchMedia('(pointer: coarse)').matches
      ? []
      : ['attn-generate', 'attn-translate', 'attn-classify', 'attn-matrix', 'attn-grid'].flatMap((tag) =>
          [...(document.querySelector(tag)?.shadowRoot?.querySelectorAll('button') ?? [])]
            .filter((button) => button.checkVisibility() && button.getBoundingClientRect().height < 44)
            .map((button) => `${tag}: ${button.textContent?.trim()}`)
        )
  )
}

/** The other pages, and a test of each for the end of its run. */
const PAGES = [
  { page: 'translate', isOver: isDone },
  { page: 'sentiment', isOver: isJudged },
  { page: 'dates', isOver: isDone }
]

describe('the layout of the pages', () => {
  const sizes = variants(
    [
      { width: 320, height: 640, touch: true },
      { width: 1440, height: 900, touch: false }
    ],
    [
      { width: 390, height: 844, touch: true },
      { width: 768, height: 1024, touch: true },
      { width: 1280, height: 900, touch: false }
    ]
  )
  test.each(sizes)(
    '$width pixels wide, with the picture visible without scrolling',
    async ({ width, height, touch }) => {
      const { page, complaints, screenshot } = await running.browser.open({ width, height, touch })
      await page.goto(address(running.site.origin))
      await until(page, 'the text', isDone)
      expect(await overflow(page)).toBe(0)
      expect(await bottomOf(page, 'attn-heads')).toBeLessThan(height)
      if (width >= 1440) expect(await bottomOf(page, 'attn-matrix')).toBeLessThan(height)
      await screenshot(`${width}`)
      await screenshot(`${width}-whole`, { fullPage: true })
      expect(complaints).toEqual([])
      await page.close()
    }
  )

  test.each(PAGES)(
    '$page on a phone, a tablet and a desktop, light and dark',
    async ({ page: file, isOver }) => {
      const looks = variants(
        [
          { width: 320, height: 640, dark: true },
          { width: 1440, height: 900, dark: false }
        ],
        [
          { width: 390, height: 844, dark: false },
          { width: 768, height: 1024, dark: true },
          { width: 1440, height: 900, dark: true }
        ]
      )
      for (const { width, height, dark } of looks) {
        const { page, complaints, screenshot } = await running.browser.open({
          width,
          height,
          dark,
          touch: width < 1000
        })
        await page.goto(`${running.site.origin}/${file}.html`)
        await until(page, 'the result', isOver)
        expect(await overflow(page)).toBe(0)
        const picture = file === 'sentiment' ? 'attn-classify >>> attn-heads' : 'attn-heads'
        expect(await bottomOf(page, picture)).toBeLessThan(height)
        await screenshot(`${file}-${width}${dark ? '-dark' : ''}`)
        if (width < 1000) await screenshot(`${file}-${width}-whole`, { fullPage: true })
        expect(await smallTargets(page)).toEqual([])
        expect(complaints).toEqual([])
        await page.close()
      }
    },
    120_000
  )

  test('touch targets have at least 44 pixels', async () => {
    const { page } = await running.browser.open({ width: 390, height: 844, touch: true })
    await page.goto(address(running.site.origin))
    await until(page, 'the text', isDone)
    expect(await smallTargets(page)).toEqual([])
    await page.close()
  })

  test('dark when the reader’s system is dark', async () => {
    const { page, screenshot } = await running.browser.open({ width: 1440, dark: true })
    await page.goto(address(running.site.origin, { token: 12 }))
    await until(page, 'the text', isDone)
    const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    expect(background).toBe('rgb(19, 21, 24)')
    await screenshot('dark')
    await page.close()
  })

  test('printed in black on white', async () => {
    const { page, screenshot } = await running.browser.open({ dark: true })
    await page.goto(address(running.site.origin))
    await until(page, 'the text', isDone)
    await page.emulateMediaType('print')
    const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    expect(background).toBe('rgb(255, 255, 255)')
    await screenshot('print')
    await page.close()
  })
})

/** Views that appear only when a model has loaded or failed to load, and the part of each to wait for. */
const LATE_VIEWS = [
  ['#missing attn-matrix', '[role=alert]'],
  ['#numbers-missing attn-steps', '[role=alert]'],
  ['#numbers-own attn-lens', 'table'],
  ['#compare-own attn-compare', 'attn-matrix'],
  ['#position-alibi attn-position', 'attn-heatmap'],
  ['#change attn-change', 'attn-compare'],
  ['#change-refused attn-change', '[role=alert]']
] as const

/** Scrolls to an element, and waits until the page has noticed that it is visible. */
function seen(element: ElementHandle): Promise<void> {
  return element.evaluate(async (node) => {
    node.scrollIntoView()
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}

describe('the gallery', () => {
  const looks = variants(
    [{ width: 390, dark: true }],
    [
      { width: 1280, dark: false },
      { width: 1280, dark: true }
    ]
  )
  test.each(looks)(
    'shows every state at $width pixels, dark: $dark',
    async ({ width, dark }) => {
      const { page, screenshot } = await running.browser.open({ width, dark })
      await page.goto(`${running.site.origin}/gallery.html`)
      // A section that is never visible is never loaded.
      for (const section of await page.$$('section')) await seen(section)
      // A view moves down when a view above it fills, so that its section may have been visible without it.
      for (const [view, part] of LATE_VIEWS) {
        await seen(await waitFor(page, view))
        await waitFor(page, `${view} >>> ${part}`)
      }
      expect(await overflow(page)).toBe(0)
      await screenshot(`gallery-${width}${dark ? '-dark' : ''}`, { fullPage: true })
      await page.close()
    },
    60_000
  )
})
