/** The layout of the change page on phones and desktops: nothing overflows, and touch targets are large enough. */
import { expect, test } from 'vitest'
import { click, fill, isDone, until } from './change-element.js'
import { inBrowser } from './each-browser.js'

const running = inBrowser('chromium')
const EDITS = [
  { at: 'decoder.blocks.0.cross.pattern', head: 1, query: 1, key: 2, op: 'set', value: 0.9 },
  { at: 'encoder.blocks.*.attn', set: { temperature: 2 } }
]

test.each([
  { width: 320, height: 640, touch: true, dark: true },
  { width: 390, height: 844, touch: true, dark: false },
  { width: 768, height: 1024, touch: true, dark: false },
  { width: 1440, height: 900, touch: false, dark: true }
])(
  '$width pixels wide',
  async ({ width, height, touch, dark }) => {
    const { page, complaints, screenshot } = await running.browser.open({ width, height, touch, dark })
    const link = { model: 'translate', text: 'The cat is under the tree.', edits: JSON.stringify(EDITS) }
    await page.goto(`${running.site.origin}/change.html#${new URLSearchParams(link)}`)
    await until(page, 'both runs', isDone)
    await click(page, 'Try every head')
    await until(page, 'the heads', ({ effects }) => effects.includes('of as many full runs'))
    await fill(page, { 'Another text with as many tokens': 'The dog is behind the house.' }, '.effects')
    await click(page, 'Try every position')
    await until(page, 'the places', ({ effects }) => effects.includes('The other text’s own logit'))
    await fill(page, { Change: 'steer' })
    const found = await page.evaluate(() => {
      const root = document.querySelector('attn-change')?.shadowRoot
      const isLow = (each: Element) => each.checkVisibility() && each.getBoundingClientRect().height < 44
      const pressed = [
        ...(root?.querySelectorAll('.edits button, .effects button, .edits select, .effects select') ?? [])
      ]
      return {
        sticksOut: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        low: matchMedia('(pointer: coarse)').matches ? pressed.filter(isLow).map((each) => each.outerHTML) : []
      }
    })
    expect(found).toEqual({ sticksOut: 0, low: [] })
    // Each row of a map has its name beside it.
    const marks = await page.$$eval('attn-change >>> .map', (maps) =>
      maps.map((map) => {
        const rows = map.querySelector('.beside')?.getBoundingClientRect()
        const plot = map.querySelector('attn-heatmap')?.getBoundingClientRect()
        return Math.abs((rows?.height ?? 0) - (plot?.height ?? -99))
      })
    )
    expect(marks).toHaveLength(4)
    expect(Math.max(...marks)).toBeLessThan(3)
    await screenshot(`change-${width}`, { fullPage: true })
    expect(complaints).toEqual([])
    await page.close()
  },
  60_000
)
