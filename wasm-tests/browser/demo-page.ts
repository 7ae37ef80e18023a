/** The demo page as a reader sees it: what it says, what is marked, and the few things that can be done. */
import type { ElementHandle, Page } from 'puppeteer-core'

export interface Seen {
  readonly status: string
  readonly figures: string
  readonly tokens: readonly string[]
  readonly error: string
  readonly message: string
  /** Indices of the tokens that the text marks. */
  readonly marked: readonly number[]
  readonly caption: string
  /** The head that the matrix names. */
  readonly matrixHead: string
  readonly tip: string
  /** The head that the grid has chosen. */
  readonly chosen: string
}

export function see(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const inside = (tag: string) => document.querySelector(tag)?.shadowRoot
    const words = (tag: string, selector: string) =>
      (inside(tag)?.querySelector<HTMLElement>(selector)?.innerText ?? '').replace(/\s+/g, ' ').trim()
    const tokens = [...(inside('attn-heads')?.querySelectorAll('.token') ?? [])]
    const isMarked = (token: Element) => token.getAttribute('aria-selected') === 'true'
    return {
      status: words('attn-generate', '[role=status]'),
      figures: words('attn-generate', '.figures'),
      tokens: tokens.map((token) => token.textContent),
      error: words('attn-generate', '[part=error]'),
      message: words('attn-generate', '[part=message]'),
      marked: tokens.flatMap((token, index) => (isMarked(token) ? [index] : [])),
      caption: words('attn-heads', '.caption'),
      matrixHead: words('attn-matrix', 'h3'),
      tip: words('attn-matrix', '.tip'),
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

/** At full speed, so that a test does not wait for a reader's pace. */
export function address(origin: string, settings: Record<string, string | number> = {}, query = ''): string {
  return `${origin}/${query}#${new URLSearchParams({ pace: '0', ...toTexts(settings) })}`
}

function toTexts(settings: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
}

export async function handle(page: Page, tag: string, selector: string): Promise<ElementHandle> {
  const found = await page.waitForSelector(`${tag} >>> ${selector}`, { timeout: 10_000 })
  if (!found) throw new Error(`no ${selector} in ${tag}`)
  return found
}

/** Presses a button of the controls, or of an error message, by its words. */
export async function press(page: Page, words: string): Promise<void> {
  const buttons = await page.$$('attn-generate >>> button')
  for (const button of buttons) {
    if ((await button.evaluate((node) => node.textContent?.trim())) === words) return button.click()
  }
  throw new Error(`no button '${words}'`)
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
