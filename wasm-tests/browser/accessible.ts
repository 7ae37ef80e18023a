/** What axe-core finds wrong with a page as it stands, shadow roots and all. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'puppeteer-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** One line a fault: the rule, where, and why. Every rule that axe-core runs by itself; none is left out. */
export async function faults(page: Page): Promise<string[]> {
  // By the driver, which the page's policy lets do what its own scripts may not.
  await page.evaluate(source)
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }
    return axe.run({ resultTypes: ['violations'] })
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.flat().join(' >>> ')}: ${failureSummary}`)
  )
}

/** Opens everything that opens, so that what is behind it is looked at, too. */
export function openAll(page: Page): Promise<void> {
  return page.evaluate(() => {
    const visit = (root: Document | ShadowRoot): void => {
      for (const node of root.querySelectorAll('*')) {
        if (node instanceof HTMLDetailsElement) node.open = true
        if (node.shadowRoot) visit(node.shadowRoot)
      }
    }
    visit(document)
  })
}

/** How long a page has to stay as it is to count as done. */
const STILL_MS = 250

/** Waits until nothing is drawn anew: for states of which some never come to an end. */
export async function settled(page: Page, timeoutMs = 10_000): Promise<void> {
  const signature = () =>
    page.evaluate(() => {
      const htmlOf = (root: Document | ShadowRoot): string =>
        [...root.querySelectorAll('*')].reduce(
          (html, { shadowRoot }) => (shadowRoot ? html + htmlOf(shadowRoot) : html),
          root instanceof ShadowRoot ? root.innerHTML : root.body.innerHTML
        )
      return htmlOf(document)
    })
  const deadline = Date.now() + timeoutMs
  let [last, since] = ['', Date.now()]
  while (Date.now() < deadline) {
    const now = await signature()
    if (now !== last) [last, since] = [now, Date.now()]
    else if (Date.now() - since >= STILL_MS) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
