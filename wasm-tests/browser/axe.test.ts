/** Every page of the site and every state of every element pass axe-core. */
import { describe, expect, test } from 'vitest'
import { languages } from '../../web/demo/shared/languages.js'
import { asideNames, framedNames, pageNames } from '../../web/demo/shared/site-pages.js'
import { faults, openAll, settled } from './accessible.js'
import { address, isDone, isJudged, until, waitFor } from './demo-page.js'
import { inBrowser, isFull, variants } from './each-browser.js'
import type { OpenPage } from './browsers.js'

const running = inBrowser('chromium')

const LOOKS = [
  { width: 390, dark: false },
  { width: 390, dark: true },
  { width: 1440, dark: false },
  { width: 1440, dark: true }
]

/** Waits for the content of a page, where it appears later than the page's load event. */
const OVER: Readonly<Record<string, (tab: OpenPage) => Promise<unknown>>> = {
  'index.html': ({ page }) => until(page, 'the story', isDone),
  'translate.html': ({ page }) => until(page, 'the translation', isDone),
  'sentiment.html': ({ page }) => until(page, 'the verdict', isJudged),
  'dates.html': ({ page }) => until(page, 'the date', isDone),
  'change.html': ({ page }) => waitFor(page, 'attn-change >>> attn-compare')
}

// Each check waits until the page has settled.
describe('pages', () => {
  // Pages in other languages differ only in their words.
  const [english, ...others] = languages.map(({ suffix }) =>
    [...pageNames, ...asideNames, ...framedNames].map((name) => name + suffix)
  )
  test.each(variants(english ?? [], others.flat()))(
    '%s: axe finds no violation, on a phone and a desktop, light and dark',
    async (file) => {
      const found: string[] = []
      // Colours depend on the theme and layout on the width, so that each is checked once.
      const looks = english?.includes(file) ? variants([LOOKS[1]], [LOOKS[0], LOOKS[2], LOOKS[3]]) : [LOOKS[1]]
      for (const look of looks) {
        if (!look) continue
        const tab = await running.browser.open({ ...look, touch: look.width < 1000 })
        await tab.page.goto(address(running.site.origin, {}, '', file))
        await OVER[file]?.(tab)
        await openAll(tab.page)
        await settled(tab.page)
        found.push(...(await faults(tab.page)).map((fault) => `${look.width} ${look.dark ? 'dark' : 'light'} ${fault}`))
        await tab.page.close()
      }
      expect(found).toEqual([])
    },
    240_000
  )
})

describe('the gallery', () => {
  // All states in one look take minutes. Two looks cover both themes and both widths.
  const looks = variants([LOOKS[1]], [LOOKS[2]])
  const chosen = ['numbers', 'compare', 'position-sinusoidal', 'control-missing']
  test.each(looks)(
    'axe finds no violation in its states, at $width pixels, dark: $dark',
    async (look) => {
      const found: string[] = []
      // High enough for all views of a state, because views outside the window are not drawn.
      const { page } = await running.browser.open({ width: 390, ...look, height: 4000 })
      await page.goto(`${running.site.origin}/gallery.html`)
      await waitFor(page, '#change-missing')
      const states = await page.$$eval('section', (sections) => sections.map(({ id }) => id))
      expect(states.length).toBeGreaterThan(50)
      for (const id of states.filter((each) => isFull || chosen.includes(each))) {
        await page.goto(`${running.site.origin}/gallery.html?only=${id}`)
        await settled(page)
        await openAll(page)
        await settled(page)
        found.push(...(await faults(page)).map((fault) => `${id} ${fault}`))
      }
      expect(found).toEqual([])
      await page.close()
    },
    600_000
  )
})
