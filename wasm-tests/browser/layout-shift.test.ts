/** The layout shift of each page, as browsers measure it, from the first paint until the page is complete. */
import type { Page } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { languages } from '../../web/demo/shared/languages.js'
import { movedNames, pageOf, siteFiles, type PageName } from '../../web/demo/shared/site-pages.js'
import { settled } from './accessible.js'
import { address, waitFor } from './demo-page.js'
import { inBrowser, isFull, variants } from './each-browser.js'

const running = inBrowser('chromium')

/** A page for frames shows only the element that its address asks for. */
const ASKED: Readonly<Partial<Record<PageName, string>>> = {
  embed: '?element=heads&model=stories&text=Once+upon+a+time'
}

/** Half of the limit that counts as good. */
const MOST = 0.05

/** The elements that appear last on a page, in order, where they appear after the load event. */
const LAST: Readonly<Partial<Record<PageName, readonly string[]>>> = {
  index: ['attn-generate >>> .scrubber', 'attn-generate >>> button.primary:not([type=button])'],
  translate: ['attn-translate >>> .scrubber'],
  dates: ['attn-translate >>> .scrubber'],
  sentiment: ['attn-classify >>> .ranked'],
  change: ['attn-change >>> attn-compare >>> canvas'],
  compare: ['attn-compare >>> attn-matrix >>> canvas'],
  playground: ['attn-matrix >>> canvas'],
  embed: ['attn-heads >>> canvas']
}

interface Shift {
  readonly value: number
  readonly startTime: number
}

async function watchShifts(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const shifts: Shift[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      // Shifts within half a second of a resize are expected, but these tests do not resize.
      for (const { value, startTime } of list.getEntries() as unknown as Shift[]) shifts.push({ value, startTime })
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** Returns the cumulative layout shift: the largest sum of shifts within five seconds without a gap of one second. */
function cumulative(shifts: readonly Shift[]): number {
  let [most, sum, first, last] = [0, 0, -Infinity, -Infinity]
  for (const { value, startTime } of shifts) {
    if (startTime - last > 1000 || startTime - first > 5000) [sum, first] = [0, startTime]
    sum += value
    last = startTime
    most = Math.max(most, sum)
  }
  return most
}

test('shifts that follow each other closely are added up', () => {
  const at = (startTime: number, value = 0.25) => ({ startTime, value })
  expect(cumulative([])).toBe(0)
  expect(cumulative([at(0), at(1000), at(2001)])).toBe(0.5)
  // Shifts over more than five seconds form two windows, however close they are.
  expect(cumulative([0, 1000, 2000, 3000, 4000, 5000, 5500].map((ms) => at(ms)))).toBe(1.5)
})

// A page that leads on to another one has nothing to show.
const pages = siteFiles
  .flatMap((file) => pageOf(file) ?? [])
  .filter(({ name }) => !movedNames.some((moved) => moved === name))
const [english] = languages
/** The pages where most appears after the first paint. */
const FIRST: readonly PageName[] = ['index', 'translate', 'change', 'playground']
const isFirst = ({ name, language }: (typeof pages)[number]) => language === english && FIRST.includes(name)
test.each(
  variants(
    pages.filter(isFirst),
    pages.filter((page) => !isFirst(page))
  ).map(({ name, language }) => ({ name, file: name + language.suffix }))
)(
  '$file has a layout shift below 0.05 on a phone and on a desktop',
  async ({ name, file }) => {
    // Both at once, because most of the time is waiting.
    const moved = await Promise.all(
      [390, 1440].map(async (width) => {
        const { page } = await running.browser.open({ width, height: width < 1000 ? 844 : 900, touch: width < 1000 })
        await watchShifts(page)
        const asked = ASKED[name] ?? ''
        await page.goto(
          isFull ? `${running.site.origin}/${file}${asked}` : address(running.site.origin, {}, asked, file)
        )
        for (const last of LAST[name] ?? []) await waitFor(page, last)
        await settled(page, 1500)
        const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: readonly Shift[] }).shifts)
        await page.close()
        return { width, shift: cumulative(shifts) }
      })
    )
    expect(moved.filter(({ shift }) => shift >= MOST)).toEqual([])
  },
  60_000
)

/** The tops of the parts of a page, from its start. */
function topsOf(page: Page, parts: readonly string[]): Promise<Record<string, number>> {
  return page.evaluate((selectors) => {
    const found = (path: string): Element | null =>
      path
        .split(' >>> ')
        .reduce<ParentNode | null | undefined>(
          (root, selector) => (root instanceof Element ? (root.shadowRoot ?? root) : root)?.querySelector(selector),
          document
        ) as Element | null
    return Object.fromEntries(
      selectors.map((path) => [path, Math.round((found(path)?.getBoundingClientRect().top ?? NaN) + scrollY)])
    )
  }, parts)
}

/** Acts of a reader that must move none of these parts. */
const ACTS = [
  {
    name: 'a locked word on the story page',
    file: 'index.html',
    last: ['attn-generate >>> .scrubber', 'attn-matrix >>> canvas'],
    parts: ['attn-heads >>> .text', 'attn-grid >>> .cells', 'attn-matrix >>> .plot', 'attn-generate >>> .changes'],
    act: () => {
      const word = document.querySelector('attn-heads')?.shadowRoot?.querySelectorAll<HTMLElement>('.word')[12]
      word?.click()
    }
  },
  {
    name: 'a head that is switched off on the story page',
    file: 'index.html',
    last: ['attn-generate >>> .scrubber', 'attn-matrix >>> canvas'],
    parts: ['attn-heads >>> .text', 'attn-grid >>> .cells', 'attn-matrix >>> .plot'],
    act: () => {
      const root = document.querySelector('attn-generate')?.shadowRoot
      root?.querySelector<HTMLElement>('.changes button[aria-pressed]')?.click()
    }
  },
  {
    name: 'an edit that is switched off on the change page',
    file: 'change.html',
    last: ['attn-change >>> attn-compare >>> canvas'],
    parts: ['attn-change >>> .columns', 'attn-change >>> .edit-list .row', 'attn-change >>> form.make'],
    act: () => {
      document.querySelector('attn-change')?.shadowRoot?.querySelector<HTMLElement>('.edit-list input')?.click()
    }
  },
  {
    name: 'the last edit that is removed on the change page',
    file: 'change.html',
    last: ['attn-change >>> attn-compare >>> canvas'],
    parts: ['attn-change >>> .columns', 'attn-change >>> .edit-list .row', 'attn-change >>> form.make'],
    act: () => {
      const tools = document.querySelector('attn-change')?.shadowRoot?.querySelectorAll('.edit-list .tools button')
      ;([...(tools ?? [])].at(-1) as HTMLElement | undefined)?.click()
    }
  }
] as const

/** On a phone the results of both runs stand above the edits, as long as their texts are. */
const isRoomy = ({ file, width }: { file: string; width: number }) => width > 390 || file === 'index.html'

test.each(ACTS.flatMap((each) => variants([768], [390, 1440]).map((width) => ({ ...each, width }))).filter(isRoomy))(
  '$name moves nothing at $width',
  async ({ file, last, parts, act, width }) => {
    const { page } = await running.browser.open({ width, height: 900, touch: width < 500 })
    await page.goto(address(running.site.origin, file === 'index.html' ? { temperature: 0 } : {}, '', file))
    for (const each of last) await waitFor(page, each)
    await settled(page, 4000)
    const before = await topsOf(page, parts)
    expect(Object.values(before).every(Number.isFinite)).toBe(true)
    await page.evaluate(act)
    await settled(page, 6000)
    expect(await topsOf(page, parts)).toEqual(before)
    await page.close()
  },
  60_000
)
