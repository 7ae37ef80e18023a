/** A page of the demo as a reader sees it: what it says, what is marked, and the few things that can be done. */
import { expect } from 'vitest'
import type { ElementHandle, Page } from 'puppeteer-core'
import { pageNames } from '../../web/demo/shared/site-pages.js'
import type { OpenPage, RunningBrowser } from './browsers.js'

export interface Seen {
  readonly status: string
  readonly figures: string
  /** What was written from the text, or how it was judged. */
  readonly result: string
  /** The words of the one text, or of the one that was read. */
  readonly tokens: readonly string[]
  /** The words of the text that was written from it. */
  readonly written: readonly string[]
  readonly error: string
  readonly message: string
  /** Indices of the tokens that the text marks. */
  readonly marked: readonly number[]
  /** The same of the text that was written. */
  readonly markedWritten: readonly number[]
  readonly caption: string
  /** The head that the matrix names. */
  readonly matrixHead: string
  readonly tip: string
  /** The head that the grid has chosen. */
  readonly chosen: string
}

export function see(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll('attn-generate, attn-translate, attn-classify')]
    const control = controls[0]?.shadowRoot
    // A control may hold a view of its own.
    const inside = (tag: string) => (document.querySelector(tag) ?? control?.querySelector(tag))?.shadowRoot
    const words = (root: ParentNode | null | undefined, selector: string) =>
      (root?.querySelector<HTMLElement>(selector)?.innerText ?? '').replace(/\s+/g, ' ').trim()
    const heads = inside('attn-heads')
    const written = [...(heads?.querySelectorAll('.query .token') ?? [])]
    const tokens = [...(heads?.querySelectorAll('.token') ?? [])].filter((token) => !written.includes(token))
    const textOf = (token: Element) => token.textContent
    const marksOf = (all: readonly Element[]) =>
      all.flatMap((token, index) => (token.getAttribute('aria-selected') === 'true' ? [index] : []))
    return {
      status: words(control, '[role=status]'),
      figures: words(control, '.figures'),
      result: words(control, '[part=result], [part=labels]'),
      tokens: tokens.map(textOf),
      written: written.map(textOf),
      error: words(control, '[part=error]'),
      message: words(control, '[part=message]'),
      marked: marksOf(tokens),
      markedWritten: marksOf(written),
      caption: words(heads, '.caption'),
      matrixHead: words(inside('attn-matrix'), 'h3'),
      tip: words(inside('attn-matrix'), '.tip'),
      chosen: inside('attn-grid')?.querySelector('[aria-selected=true]')?.getAttribute('aria-label') ?? ''
    }
  })
}

/** Waits until what is seen satisfies the test, and gives it back; says what was seen when it does not come to that. */
export async function until(
  page: Page,
  what: string,
  test: (seen: Seen) => boolean,
  timeoutMs = 20_000
): Promise<Seen> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const seen = await see(page)
    if (test(seen)) return seen
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}; the page shows ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export const isDone = ({ status }: Seen) => /^(The model ended|Written)/.test(status)

/** A judgement is the likeliest label with its probability. */
export const isJudged = ({ status }: Seen) => /^[A-Z].*\d\s%\.$/.test(status)

/** At full speed, so that a test does not wait for a reader's pace. */
export function address(origin: string, settings: Record<string, string | number> = {}, query = '', page = ''): string {
  return `${origin}/${page}${query}#${new URLSearchParams({ pace: '0', ...toTexts(settings) })}`
}

function toTexts(settings: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
}

/**
 * Waits for an element, inside shadow roots too. The browser driver's own wait looks again when the document changes,
 * which a change inside a shadow root is not: what came last would be missed.
 */
export async function waitFor(page: Page, selector: string, timeoutMs = 25_000): Promise<ElementHandle> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await page.$(selector)
    if (found) return found
    if (Date.now() > deadline) throw new Error(`waited in vain for ${selector}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export function handle(page: Page, tag: string, selector: string): Promise<ElementHandle> {
  return waitFor(page, `${tag} >>> ${selector}`)
}

/** Presses a button of an element, by default of the controls or of an error message there, by its words. */
export async function press(page: Page, words: string, tag = 'attn-generate'): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const buttons = await page.$$(`${tag} >>> button`)
    try {
      for (const button of buttons) {
        if ((await button.evaluate((node) => node.textContent?.trim())) === words) return await button.click()
      }
    } catch (error) {
      // What is being written draws its buttons anew: one may go between being found and being pressed.
      if (!/detached/.test(String(error))) throw error
      continue
    }
    throw new Error(`no button '${words}'`)
  }
  throw new Error(`the button '${words}' goes each time before it can be pressed`)
}

/** Replaces the prompt, as a reader does who selects all and types. */
export async function setPrompt(page: Page, text: string): Promise<void> {
  const prompt = await handle(page, 'attn-generate', 'textarea')
  await prompt.evaluate((node, value) => {
    if (!(node instanceof HTMLTextAreaElement)) return
    node.value = value
    node.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }))
  }, text)
}

export async function hoverToken(page: Page, index: number): Promise<void> {
  await (await handle(page, 'attn-heads', `#token-${index} .word`)).hover()
}

/** Opens a model's page and waits until it has run by itself. */
export async function opened(
  browser: RunningBrowser,
  address: string,
  isOver: (seen: Seen) => boolean
): Promise<OpenPage & { seen: Seen }> {
  const tab = await browser.open({ width: 1440 })
  await tab.page.goto(address)
  return { ...tab, seen: await until(tab.page, `${address} to be done`, isOver) }
}

/** Selects all that is in the text box and types over it. */
export async function type(page: Page, tag: string, text: string): Promise<void> {
  const box = await handle(page, tag, 'textarea')
  await box.click({ count: 3 })
  await page.keyboard.type(text)
}

/** What every page of a model owes its reader: a result, the way to the other pages, and no word to anyone else. */
export async function checkPage(
  { page, seen, complaints, requests }: OpenPage & { seen: Seen },
  origin: string,
  name: string
): Promise<void> {
  expect(seen.result).not.toBe('')
  expect(seen.tokens.length).toBeGreaterThan(3)
  expect(await page.$eval('nav [aria-current=page]', (link) => link.textContent)).toBe(name)
  expect(await page.$$eval('nav a', (links) => links.length)).toBe(pageNames.length)
  expect(requests.filter((url) => !/^(data:|blob:)/.test(url) && !url.startsWith(origin))).toEqual([])
  expect(complaints).toEqual([])
}
