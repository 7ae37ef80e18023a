/** Everything works by keyboard, at any zoom and without motion, and every picture has a table. */
import type { Page } from 'puppeteer-core'
import { describe, expect, test } from 'vitest'
import { linkedNames, pageOf, siteFiles } from '../../web/demo/shared/site-pages.js'
import { openAll, settled } from './accessible.js'
import { address, handle, isDone, until, waitFor } from './demo-page.js'
import { inBrowser, variants } from './each-browser.js'

const running = inBrowser('chromium')

/** Describes the focused element, shadow roots included: its name, and whether its focus is visible. */
function focused(page: Page): Promise<{ name: string; isMarked: boolean; isInSight: boolean } | undefined> {
  return page.evaluate(() => {
    let active = document.activeElement
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
    if (!active || active === document.body) return undefined
    const hasOutline = (node: Element | null) => {
      if (!node) return false
      const { outlineStyle, outlineWidth } = getComputedStyle(node)
      return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0
    }
    // A file input is hidden behind its label.
    const shown = active.closest('label') ?? active
    const { top, bottom, width, height } = shown.getBoundingClientRect()
    const host = active.getRootNode() instanceof ShadowRoot ? (active.getRootNode() as ShadowRoot).host.localName : ''
    return {
      name: `${host} ${active.localName}.${active.className} ${active.getAttribute('aria-label') ?? active.textContent?.trim().slice(0, 40)}`,
      isMarked: hasOutline(active) || hasOutline(shown),
      isInSight: width > 0 && height > 0 && bottom > 0 && top < innerHeight
    }
  })
}

describe('by keyboard', () => {
  test.each(variants(['index.html', 'own.html'], ['sentiment.html', 'change.html', 'playground.html']))(
    'on %s every element that Tab reaches is visible and shows its focus',
    async (file) => {
      const { page } = await running.browser.open({ width: 1280 })
      await page.goto(address(running.site.origin, {}, '', file))
      await settled(page)
      const names: string[] = []
      const faults: string[] = []
      for (let presses = 0; presses < 200; presses++) {
        await page.keyboard.press('Tab')
        let now = await focused(page)
        if (!now) break
        if (!now.isInSight) {
          // A page may still be growing under the focus.
          await settled(page)
          now = (await focused(page)) ?? now
        }
        names.push(now.name)
        if (!now.isMarked) faults.push(`not marked: ${now.name}`)
        if (!now.isInSight) faults.push(`out of sight: ${now.name}`)
      }
      expect(faults).toEqual([])
      // The focus passes everything and leaves the page at the end: no element traps it.
      expect(names.length).toBeGreaterThan(linkedNames.length + 3)
      expect(names.length).toBeLessThan(200)
      // A list of buttons in a view is one stop, whatever its length.
      const kinds = names.filter((name) => name.startsWith('attn-')).map((name) => name.split(' ', 2).join(' '))
      const long = new Set(kinds.filter((kind) => kinds.filter((other) => other === kind).length > 12))
      expect([...long]).toEqual([])
      expect(names.slice(0, linkedNames.length).every((name) => name.startsWith(' a.'))).toBe(true)
      await page.close()
    },
    60_000
  )

  test('in the matrix Home and End move to the ends of a row, arrows from weight to weight', async () => {
    const { page } = await running.browser.open()
    await page.goto(`${running.site.origin}/gallery.html?only=few`)
    await (await handle(page, 'attn-matrix', '.plot')).focus()
    const spoken = () =>
      page.$eval('attn-matrix', (matrix) => matrix.shadowRoot?.querySelector('[aria-live]')?.textContent?.trim())
    const after = async (key: 'Home' | 'End' | 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight') => {
      await page.keyboard.press(key)
      await settled(page)
      return spoken()
    }
    expect(await after('Home')).toMatch(/^\. to start token: /)
    expect(await after('End')).toMatch(/^\. to \.: /)
    expect(await after('ArrowLeft')).toMatch(/^\. to ball: /)
    expect(await after('ArrowUp')).toMatch(/^ball to ball: /)
    // The focus does not move to a masked token.
    expect(await after('ArrowRight')).toMatch(/^ball to ball: /)
    expect(await after('ArrowDown')).toMatch(/^\. to ball: /)
    await page.close()
  })
})

describe('at any zoom', () => {
  const pages = siteFiles.filter((file) => pageOf(file))
  const english = pages.filter((file) => pageOf(file)?.language.tag === 'en')
  const inOtherWords = pages.filter((file) => !english.includes(file))
  // 1280 pixels at 200 per cent and at 400 per cent.
  const gallery = 'gallery.html?only=control,numbers,compare,change'
  const quick = ['index.html', 'change.html', 'compare.html', 'playground.html']
  test.each(
    variants(
      [{ width: 320, what: 'some pages', files: [...quick, gallery] }],
      [
        { width: 320, what: 'the others', files: english.filter((file) => !quick.includes(file)) },
        { width: 320, what: 'the Chinese ones', files: inOtherWords },
        { width: 640, what: 'the English ones', files: english }
      ]
    )
  )(
    'at $width pixels $what does not scroll sideways, and no control is cut off',
    async ({ width, files }) => {
      for (const file of files) {
        const { page } = await running.browser.open({ width, height: 800 })
        await page.goto(`${running.site.origin}/${file}`)
        await settled(page, 5000)
        const cut = await page.evaluate(() => {
          const lost: string[] = []
          const visit = (root: Document | ShadowRoot, scrolls: boolean): void => {
            for (const node of root.querySelectorAll<HTMLElement>('*')) {
              const inScroller = (at: Element | null): boolean =>
                at !== null && (/auto|scroll/.test(getComputedStyle(at).overflowX) || inScroller(at.parentElement))
              const isScrolled = scrolls || inScroller(node)
              if (node.shadowRoot) visit(node.shadowRoot, isScrolled)
              if (!node.matches('button, input, select, textarea, a, summary') || !node.checkVisibility()) continue
              const { left, right } = (node.closest('label') ?? node).getBoundingClientRect()
              if (!isScrolled && (left < 0 || right > document.documentElement.clientWidth + 0.5))
                lost.push(`${node.localName} ${node.textContent?.trim().slice(0, 40)} ${left} to ${right}`)
            }
          }
          visit(document, false)
          return { lost, overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth }
        })
        expect({ file, ...cut }).toEqual({ file, lost: [], overflow: 0 })
        await page.close()
      }
    },
    120_000
  )
})

describe('without motion', () => {
  /** Returns the number of elements that move while the pointer is over a button and a text is generated. */
  async function moving(value: 'reduce' | 'no-preference'): Promise<number> {
    const { page } = await running.browser.open({ width: 1280 })
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value }])
    await page.goto(address(running.site.origin, { pace: 20 }))
    await until(page, 'a few words', ({ tokens }) => tokens.length > 20)
    const counted = page.evaluate(async () => {
      let most = 0
      while (!document.body.classList.contains('over')) {
        await new Promise(requestAnimationFrame)
        // The document does not list animations inside shadow roots.
        const roots = [document, ...[...document.querySelectorAll('*')].flatMap((node) => node.shadowRoot ?? [])]
        most = Math.max(most, roots.flatMap((root) => root.getAnimations()).length)
      }
      return most
    })
    for (const words of ['Settings', 'Pause', 'Stop'])
      for (const button of await page.$$('attn-generate >>> button'))
        if ((await button.evaluate((node) => node.textContent?.trim())) === words && (await button.isVisible()))
          await button.hover()
    await page.evaluate(() => setTimeout(() => document.body.classList.add('over'), 200))
    const most = await counted
    await page.close()
    return most
  }

  test('nothing moves when the reader prefers reduced motion', async () => {
    expect(await moving('no-preference')).toBeGreaterThan(0)
    expect(await moving('reduce')).toBe(0)
  })
})

describe('a table behind each picture', () => {
  const readTable = (page: Page, view: string) =>
    page.$eval(view, (element) =>
      [...(element.shadowRoot?.querySelectorAll('.numbers tr') ?? [])].map((row) =>
        [...row.children].map((cell) => cell.textContent?.trim() ?? '')
      )
    )

  test('a short text: every weight of the matrix, below its tokens', async () => {
    const { page } = await running.browser.open()
    await page.goto(`${running.site.origin}/gallery.html?only=few`)
    await settled(page)
    expect(await readTable(page, '#few attn-matrix')).toEqual([])
    await openAll(page)
    await settled(page)
    const [head, ...rows] = await readTable(page, '#few attn-matrix')
    expect(head?.slice(1)).toEqual(rows.map(([name]) => name))
    // Rows of weights, rounded to three digits; masked weights are empty.
    rows.forEach(([, ...cells], row) => {
      expect(cells.slice(row + 1).every((cell) => cell === '')).toBe(true)
      const sum = cells.slice(0, row + 1).reduce((total, cell) => total + parseFloat(cell.replace('<', '')), 0)
      expect(sum).toBeCloseTo(100, 0)
    })
    // The strongest weight of each head, which cannot exceed the sum of its row.
    const [heads, ...layers] = await readTable(page, '#few attn-grid')
    expect([heads?.length, layers.length]).toEqual([7, 6])
    expect(layers.flatMap((row) => row.slice(1)).every((cell) => /^\S+ → \S+ \d[\d.]*\s%$/.test(cell))).toBe(true)
    await page.close()
  })

  test('a long text: the strongest weights of the selected token, and no more than one can read', async () => {
    const { page } = await running.browser.open()
    await page.goto(`${running.site.origin}/gallery.html?only=long`)
    await waitFor(page, '#long attn-matrix >>> canvas')
    await openAll(page)
    await settled(page)
    const [, ...rows] = await readTable(page, '#long attn-matrix')
    expect(rows).toHaveLength(100)
    const weights = rows.map(([, weight = '']) => parseFloat(weight.replace(/^<\s*/, '')))
    expect(weights).toEqual([...weights].sort((a, b) => b - a))
    const note = await page.$eval(
      '#long attn-matrix',
      (matrix) => matrix.shadowRoot?.querySelector('.behind p')?.textContent
    )
    expect(note).toMatch(/^These are 100 of \d+ rows/)
    await page.close()
  })

  test('every view that draws has a table', async () => {
    const { page } = await running.browser.open({ height: 4000 })
    await page.goto(address(running.site.origin))
    await until(page, 'the story', isDone)
    await openAll(page)
    await settled(page)
    for (const view of ['attn-heads', 'attn-grid', 'attn-matrix', 'attn-cache', 'attn-plane', 'attn-position'])
      expect([view, (await readTable(page, view)).length > 2]).toEqual([view, true])
    await page.close()
  })
})
