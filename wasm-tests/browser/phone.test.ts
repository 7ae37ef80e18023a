/** A phone of 390 pixels: the sheet leaves room for the picture, words are those of a finger, and nothing is cut off unseen. */
import type { Page } from 'puppeteer-core'
import { describe, expect, test } from 'vitest'
import { settled } from './accessible.js'
import { handle, isDone, press, until, waitFor } from './demo-page.js'
import { inBrowser, variants } from './each-browser.js'

const running = inBrowser('chromium')
const HEIGHT = 844

async function openPhone(path: string): Promise<Page> {
  const { page } = await running.browser.open({ width: 390, height: HEIGHT, touch: true })
  await page.goto(`${running.site.origin}/${path}`)
  return page
}

/** The visible texts of the page and its shadow roots, and the names of what can be pressed. */
function seenOn(page: Page): Promise<{ texts: string[]; names: string[] }> {
  return page.evaluate(() => {
    const texts: string[] = []
    const names: string[] = []
    const walk = (node: Node): void => {
      if (node instanceof Element) {
        if (node.matches('script, style, head, .token, [part=result]') || !node.checkVisibility()) return
        if (node.matches('button, summary'))
          names.push(node.getAttribute('aria-label') ?? node.textContent?.trim() ?? '')
        if (node.shadowRoot) walk(node.shadowRoot)
      } else if (node instanceof Text && node.textContent?.trim()) texts.push(node.textContent.trim())
      node.childNodes.forEach(walk)
    }
    walk(document.body)
    return { texts, names }
  })
}

describe('the sheet with the controls', () => {
  const sheets = variants(
    [['index.html', 'attn-generate']],
    [
      ['translate.html', 'attn-translate'],
      ['dates.html', 'attn-translate']
    ]
  )
  test.each(sheets)(
    'on %s it takes at most a quarter of the window, and opened at most half',
    async (file, tag) => {
      const page = await openPhone(`${file}#pace=0`)
      await until(page, 'the end', isDone)
      await settled(page)
      const share = () => page.$eval(tag, (sheet) => sheet.getBoundingClientRect().height / innerHeight)
      expect(await share()).toBeLessThan(0.25)
      const { names } = await seenOn(page)
      expect(names.filter((name) => name === 'Settings')).toHaveLength(1)
      await press(page, file === 'dates.html' ? 'Examples' : 'Options', tag)
      await settled(page)
      expect(await share()).toBeLessThanOrEqual(0.5)
      // What does not fit can be scrolled to.
      const isReached = await page.$eval(tag, (sheet) => {
        const last = [...(sheet.shadowRoot?.querySelectorAll('button, input, select') ?? [])].at(-1)
        last?.scrollIntoView()
        const { bottom } = last?.getBoundingClientRect() ?? { bottom: NaN }
        return bottom <= innerHeight + 1
      })
      expect(isReached).toBe(true)
      await page.close()
    },
    60_000
  )
})

describe('a finger', () => {
  const files = ['index.html', 'own.html']
  const others = [
    'change.html#first=heads',
    'translate.html',
    'sentiment.html',
    'compare.html',
    'dates.html',
    'playground.html'
  ]
  test.each(variants(files, others))(
    'reads no word of a mouse on %s',
    async (file) => {
      const page = await openPhone(file)
      await settled(page, 2500)
      const { texts } = await seenOn(page)
      expect(texts.length).toBeGreaterThan(10)
      expect(texts.filter((text) => /\b(click|point at|pointing|drop|hover)\b/i.test(text))).toEqual([])
      await page.close()
    },
    60_000
  )

  test('a mouse reads the words of a mouse', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/index.html#pace=0`)
    await handle(page, 'attn-heads', '.token')
    await settled(page)
    const { texts } = await seenOn(page)
    expect(texts.filter((text) => /Point at a square/.test(text))).toHaveLength(1)
    expect(texts.filter((text) => /\bTap\b/.test(text))).toEqual([])
    await page.close()
  }, 60_000)
})

describe('the tour', () => {
  test.each(variants(['index.html#pace=0'], ['change.html', 'playground.html']))(
    'covers nothing that it explains on %s',
    async (file) => {
      const page = await openPhone(file)
      await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }])
      await settled(page, 2500)
      await page.$eval('#tour', (button) => (button as HTMLElement).click())
      const seen: string[] = []
      for (;;) {
        await settled(page)
        const stop = await page.evaluate(() => {
          const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect()
          const [said, part] = [box('.driver-popover'), box('.driver-active-element')]
          if (!said || !part) return undefined
          const sheet = [...document.querySelectorAll('.controls')].find(
            (each) => getComputedStyle(each).position === 'sticky'
          )
          return {
            title: document.querySelector('.driver-popover-title')?.textContent ?? '',
            // The part of the page stands above the explanation, whole or as far as the window allows.
            visible: Math.min(part.bottom, said.top) - Math.max(0, part.top),
            wanted: Math.min(part.height, 0.55 * innerHeight),
            isCovered: said.top < Math.min(part.bottom, 0.6 * innerHeight) && said.bottom > part.top,
            hasSheet: sheet !== undefined
          }
        })
        if (!stop) break
        seen.push(stop.title)
        expect({ ...stop, isSeen: stop.visible >= stop.wanted - 1 }).toMatchObject({
          ...{ isSeen: true, isCovered: false, hasSheet: false }
        })
        const isLast = stop.title === 'Settings'
        await page.keyboard.press(isLast ? 'Escape' : 'ArrowRight')
        if (isLast) break
      }
      expect(seen.at(-1)).toBe('Settings')
      await settled(page)
      expect(await page.evaluate(() => document.documentElement.classList.contains('touring'))).toBe(false)
      await page.close()
    },
    60_000
  )
})

test('the numbers of the playground fade where they go on, and the tokens stay beside them', async () => {
  const page = await openPhone('playground.html')
  const table = await waitFor(page, '.scroll')
  const look = () =>
    table.evaluate((scroll) => {
      const [token, last] = [scroll.querySelector('tbody th'), [...scroll.querySelectorAll('tbody td')].at(-1)]
      const edge = scroll.getBoundingClientRect().right
      return {
        mask: getComputedStyle(scroll).maskImage,
        hasMore: scroll.scrollWidth > scroll.clientWidth + 1,
        token: Math.round((token?.getBoundingClientRect().left ?? NaN) - scroll.getBoundingClientRect().left),
        gap: edge - (last?.getBoundingClientRect().right ?? NaN)
      }
    })
  const first = await look()
  expect(first).toMatchObject({ hasMore: true, token: 0 })
  expect(first.mask).toContain('linear-gradient')
  await table.evaluate((scroll) => (scroll.scrollLeft = scroll.scrollWidth))
  const end = await look()
  // At the end, the last number is out of the faded edge.
  expect(end.token).toBe(0)
  expect(end.gap).toBeGreaterThanOrEqual(31)
  await page.close()
}, 60_000)
