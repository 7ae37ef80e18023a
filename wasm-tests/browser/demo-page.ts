/** A page of the demo as a reader sees it: its texts and marks, and the actions of a reader. */
import { expect } from 'vitest'
import type { ElementHandle, Page } from 'puppeteer-core'
import { linkedNames } from '../../web/demo/shared/site-pages.js'
import type { OpenPage, RunningBrowser } from './browsers.js'

export interface Seen {
  readonly status: string
  readonly figures: string
  /** The generated text or the classification. */
  readonly result: string
  /** The tokens of the only text, or of the source. */
  readonly tokens: readonly string[]
  /** The tokens of the generated text. */
  readonly written: readonly string[]
  readonly error: string
  readonly message: string
  /** The indices of the tokens that the text marks. */
  readonly marked: readonly number[]
  /** The indices of the marked tokens in the generated text. */
  readonly markedWritten: readonly number[]
  readonly caption: string
  /** The head in the matrix's title. */
  readonly matrixHead: string
  readonly tip: string
  /** The head that is selected in the grid. */
  readonly chosen: string
}

export function see(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll('attn-generate, attn-translate, attn-classify')]
    const control = controls[0]?.shadowRoot
    // A control may contain a view.
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

/** Between two pages there is none to look at. */
function betweenPages(error: unknown): undefined {
  if (error instanceof Error && /context (was destroyed|with specified id)/.test(error.message)) return undefined
  throw error
}

/** Waits until the state of the page passes the test, and returns it. Otherwise throws an error with the last state. */
export async function until(
  page: Page,
  what: string,
  test: (seen: Seen) => boolean,
  timeoutMs = 20_000
): Promise<Seen> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const seen = await see(page).catch(betweenPages)
    if (seen && test(seen)) return seen
    if (Date.now() > deadline)
      throw new Error(`timed out while waiting for ${what}; the page shows ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export const isDone = ({ status }: Seen) => /^(The model ended|Written)/.test(status)

/** The views show a busy page's last words a moment after the status, which counts them. */
export const isWhole = (seen: Seen) =>
  isDone(seen) && seen.tokens.length >= Number(/(\d+) of \d+ tokens/.exec(seen.figures)?.[1] ?? Infinity) - 1

/** The status of a classification is the likeliest label with its probability. */
export const isJudged = ({ status }: Seen) => /^[A-Z].*\d\s%\.$/.test(status)

/** Returns the address of a page, at full speed, so that tests do not wait for the reader's pace. */
export function address(origin: string, settings: Record<string, string | number> = {}, query = '', page = ''): string {
  return `${origin}/${page}${query}#${new URLSearchParams({ pace: '0', ...toTexts(settings) })}`
}

function toTexts(settings: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
}

/**
 * Waits for an element, shadow roots included. The wait of the browser driver checks again only when the document
 * changes, and thus misses changes inside shadow roots.
 */
export async function waitFor(page: Page, selector: string, timeoutMs = 25_000): Promise<ElementHandle> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await page.$(selector).catch(betweenPages)
    if (found) return found
    if (Date.now() > deadline) throw new Error(`timed out while waiting for ${selector}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export function handle(page: Page, tag: string, selector: string): Promise<ElementHandle> {
  return waitFor(page, `${tag} >>> ${selector}`)
}

/** Clicks the button with this text in an element, by default in the controls or in their error message. */
export async function press(page: Page, words: string, tag = 'attn-generate'): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const buttons = await page.$$(`${tag} >>> button`)
    try {
      for (const button of buttons) {
        if ((await button.evaluate((node) => node.textContent?.trim())) === words) return await button.click()
      }
    } catch (error) {
      // The buttons are drawn again while a text is generated, so that a button may disappear before it is clicked.
      if (!/detached/.test(String(error))) throw error
      continue
    }
    throw new Error(`no button '${words}'`)
  }
  throw new Error(`the button '${words}' disappeared each time before it could be clicked`)
}

/** Replaces the prompt, as a reader does who selects everything and types. */
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

/** Opens a page with a model, and waits for the end of its first run. */
export async function opened(
  browser: RunningBrowser,
  address: string,
  isOver: (seen: Seen) => boolean
): Promise<OpenPage & { seen: Seen }> {
  const tab = await browser.open({ width: 1440 })
  await tab.page.goto(address)
  return { ...tab, seen: await until(tab.page, `${address} to be done`, isOver) }
}

/** Selects all text of a text box and types over it. */
export async function type(page: Page, tag: string, text: string): Promise<void> {
  const box = await handle(page, tag, 'textarea')
  await box.click({ count: 3 })
  await page.keyboard.type(text)
}

/**
 * Checks the requirements for every page with a model: a result, links to the other pages, and no requests to other
 * sites.
 */
export async function checkPage(
  { page, seen, complaints, requests }: OpenPage & { seen: Seen },
  origin: string,
  name: string
): Promise<void> {
  expect(seen.result).not.toBe('')
  expect(seen.tokens.length).toBeGreaterThan(3)
  expect(await page.$eval('nav [aria-current=page]', (link) => link.textContent)).toBe(name)
  expect(await page.$$eval('nav a', (links) => links.length)).toBe(linkedNames.length)
  expect(requests.filter((url) => !/^(data:|blob:)/.test(url) && !url.startsWith(origin))).toEqual([])
  expect(complaints).toEqual([])
}
