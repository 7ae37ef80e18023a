/** What holds on every page: the Tab key reaches the main control at once, the way home is there, and terms are explained. */
import type { Page } from 'puppeteer-core'
import { describe, expect, test } from 'vitest'
import { withFrame } from '../../web/demo/build/page-frame.js'
import { asideNames, englishNames, linkedNames, pageNames } from '../../web/demo/shared/site-pages.js'
import { words } from '../../web/demo/words/en/index.js'
import { readFileSync } from 'node:fs'
import { settled } from './accessible.js'
import { inBrowser, variants } from './each-browser.js'

const running = inBrowser('chromium')
const named = [...pageNames, ...asideNames, ...englishNames]
const files = named.map((name) => `${name}.html`)

/** Where each page's main control is: the text box, or the first field or button. */
const CONTROL: Readonly<Partial<Record<string, string>>> = {
  index: 'attn-generate textarea',
  translate: 'attn-translate textarea',
  sentiment: 'attn-classify textarea',
  dates: 'attn-translate textarea',
  change: 'attn-change textarea',
  compare: '#texts textarea',
  playground: '.source button',
  own: '#own-name'
}

/** Describes the focused element: its host, if it has one, and itself. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let active = document.activeElement
    let host = ''
    while (active?.shadowRoot?.activeElement) {
      host = `${active.localName} `
      active = active.shadowRoot.activeElement
    }
    return `${host}${active?.localName ?? ''}.${active?.className ?? ''}#${active?.id ?? ''}`
  })
}

describe('by keyboard', () => {
  const first = ['index', 'translate', 'own', 'playground', 'gallery']
  const others = named.filter((name) => !first.includes(name))
  test.each(variants(first, others))(
    'on the page %s the first stop of Tab leads to the main control, and the address stays',
    async (name) => {
      const { page } = await running.browser.open({ width: 1280 })
      await page.goto(`${running.site.origin}/${name}.html`)
      await settled(page)
      const before = page.url()
      await page.keyboard.press('Tab')
      expect(await focused(page)).toMatch(/^a\.skip/)
      expect(await page.$eval('.skip', (link) => getComputedStyle(link).clipPath)).toBe('none')
      await page.keyboard.press('Enter')
      const selector = CONTROL[name]
      if (selector) {
        const [host, inside] = selector.startsWith('attn-') ? selector.split(' ') : [undefined, selector]
        const isThere = await page.evaluate(
          (tag, wanted) => {
            const active = document.activeElement
            return tag === null
              ? (active?.matches(wanted) ?? false)
              : active?.localName === tag && (active.shadowRoot?.activeElement?.matches(wanted) ?? false)
          },
          host ?? null,
          inside ?? ''
        )
        expect(isThere ? selector : await focused(page)).toBe(selector)
      } else {
        await page.keyboard.press('Tab')
        expect(await page.evaluate(() => document.activeElement?.closest('main, footer') !== null)).toBe(true)
      }
      expect(page.url().replace(/#.*/, '')).toBe(before.replace(/#.*/, ''))
      expect(page.url()).not.toContain('start')
      await page.close()
    },
    60_000
  )
})

const root = new URL('../../web/demo/', import.meta.url)
const built = (file: string) => withFrame(file, readFileSync(new URL(file.replace('.zh.', '.'), root), 'utf8'))
/** The text of a built page without its explanations, its head and its scripts. */
const textOf = (html: string) =>
  html
    .replace(/<head>[^]*<\/head>/, '')
    .replace(/<div id="term-[^]*?<\/div>/g, '')
    .replace(/<(nav|form|select)[^]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    // A password, which shares its name with a piece of text.
    .replace(/access token/gi, '')

describe('the frame', () => {
  test.each(files)('%s has the way home and the links to all pages', (file) => {
    const html = built(file)
    for (const name of linkedNames) expect(html).toContain(`href="./${name}.html"`)
    for (const name of [...asideNames, ...englishNames]) expect(html).toContain(`href="./${name}.html"`)
  })

  test.each(pageNames)('the page %s explains each term that its own text uses, in both languages', (name) => {
    const html = built(`${name}.html`)
    const missing = Object.entries(words.terms).filter(
      ([id, { name: term }]) =>
        new RegExp(`\\b${term}s?\\b`, 'i').test(textOf(html)) && !html.includes(`id="term-${id}"`)
    )
    expect(missing.map(([id]) => id)).toEqual([])
    const termsOf = (page: string) => new Set([...page.matchAll(/<div id="(term-\w+)"/g)].map(([, id]) => id))
    expect(termsOf(built(`${name}.zh.html`))).toEqual(termsOf(html))
    expect(termsOf(html).size).toBeGreaterThan(0)
  })
})
