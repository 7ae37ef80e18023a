/** The pictures that a reader saves look like the views on the page: words, spaces, legends, theme and size. */
import { expect, test } from 'vitest'
import type { Page } from 'puppeteer-core'
import { address, isDone, until } from './demo-page.js'
import { inChromiumFirst, variants } from './each-browser.js'

type Tag = keyof HTMLElementTagNameMap

/** Presses a button of the menu that saves a view; returns the file that it makes, as base64. */
function kept(page: Page, tag: Tag, kind: 'SVG' | 'PNG'): Promise<string> {
  return page.evaluate(
    async (name, button) => {
      const made = new Promise<Blob>((resolve) => {
        const { createObjectURL } = URL
        URL.createObjectURL = (blob: Blob) => {
          URL.createObjectURL = createObjectURL
          resolve(blob)
          return createObjectURL.call(URL, blob)
        }
      })
      const view = document.querySelector<HTMLElement & { updateComplete?: Promise<unknown> }>(name)
      view?.scrollIntoView()
      const buttons = [...(view?.shadowRoot?.querySelectorAll<HTMLElement>('[part=keep] button') ?? [])]
      buttons.find(({ textContent }) => textContent?.trim() === button)?.click()
      const bytes = new Uint8Array(await (await made).arrayBuffer())
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    },
    tag,
    kind
  )
}

const keptSvg = async (page: Page, tag: Tag) => Buffer.from(await kept(page, tag, 'SVG'), 'base64').toString()

inChromiumFirst('a saved picture', (running) => {
  test.each(variants([true], [false]))(
    'of the words has their places, their font and the legend; dark: %s',
    async (dark) => {
      const { page, complaints } = await running.browser.open({ width: 1440, dark })
      await page.goto(address(running.site.origin, { seed: 3 }))
      await until(page, 'the story', isDone)
      const seen = await page.$eval('attn-heads', (view) => {
        view.selection.lock({ query: 12 })
        const text = view.shadowRoot?.querySelector('.text')
        const origin = text?.getBoundingClientRect()
        const { fontFamily, color } = getComputedStyle(text ?? view)
        const words = [...(text?.querySelectorAll('.word:not(.mark)') ?? [])].map((word) => {
          const { left, right } = word.getBoundingClientRect()
          return { word: word.textContent ?? '', left: left - (origin?.left ?? 0), width: right - left }
        })
        return { words, fontFamily, color }
      })
      const svg = await keptSvg(page, 'attn-heads')
      const found = await page.evaluate((source) => {
        const { documentElement: root } = new DOMParser().parseFromString(source, 'image/svg+xml')
        return {
          font: root.getAttribute('font-family'),
          paper: root.querySelector('rect')?.getAttribute('fill'),
          dots: root.querySelectorAll('path').length,
          texts: [...root.querySelectorAll('text')].map((text) => ({
            word: text.textContent ?? '',
            left: Number(text.getAttribute('x')),
            width: Number(text.getAttribute('textLength')),
            color: text.getAttribute('fill')
          }))
        }
      }, svg)
      expect(found.font).toBe(seen.fontFamily)
      expect(found.paper).toBe(dark ? 'rgb(19, 21, 24)' : 'rgb(253, 252, 249)')
      const pieces = seen.words.filter(({ word }) => /^\S+$/.test(word))
      expect(pieces.length).toBeGreaterThan(30)
      for (const { word, left, width } of pieces.slice(0, 30)) {
        const match = found.texts.find((text) => text.word === word && Math.abs(text.left - left) < 1)
        expect(match, word).toBeDefined()
        // A canvas rounds the widths of letters in another way than a page; a space is four times as wide.
        expect(Math.abs((match?.width ?? 0) - width), word).toBeLessThan(1 + 0.06 * width)
        expect(match?.color).toBe(seen.color)
      }
      // A dot for each space, and the widths of the lines with their numbers.
      expect(found.dots).toBeGreaterThan(30)
      const words = found.texts.map(({ word }) => word).join(' ')
      expect(words.replace(/\s/g, ' ')).toMatch(/10\.0 %.*50\.0 %.*100 %/)
      expect(complaints).toEqual([])
      await page.close()
    },
    60_000
  )

  test('of steps, neurons, the lens and the summary is a picture, and a PNG is twice as large', async () => {
    const { page } = await running.browser.open({ width: 1440, height: 4000 })
    await page.goto(address(running.site.origin, { seed: 3 }))
    await until(page, 'the story', isDone)
    for (const [tag, part] of [
      ['attn-steps', '.strip'],
      ['attn-neurons', '.strip'],
      ['attn-lens', '.tint'],
      ['attn-summary', '.bar']
    ] as const) {
      await expect
        .poll(() => page.$$eval(`${tag} >>> ${part}`, (all) => all.length).catch(() => 0), { timeout: 20_000 })
        .toBeGreaterThan(5)
      const svg = await keptSvg(page, tag)
      // Strips, bars and tints are rectangles of several colours and strengths.
      expect(new Set(svg.match(/fill-opacity="[\d.]+"|fill="rgb[^"]+"/g)).size, tag).toBeGreaterThan(3)
      const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? []
      const png = Buffer.from(await kept(page, tag, 'PNG'), 'base64')
      expect([png.readUInt32BE(16), png.readUInt32BE(20)], tag).toEqual([2 * Number(width), 2 * Number(height)])
    }
    const shown = await page.$eval('attn-steps', (view) =>
      [...(view.shadowRoot?.querySelectorAll('tbody tr[data-key] td.number') ?? [])].map(({ textContent }) =>
        (textContent ?? '').replace(/\s/g, '')
      )
    )
    const svg = (await keptSvg(page, 'attn-steps')).replace(/\s/g, '')
    expect(shown.length).toBeGreaterThan(10)
    expect(shown.filter((number) => !svg.includes(number.replace('%', '')))).toEqual([])
    await page.close()
  }, 90_000)
})
