/** Runs axe-core on a page, shadow roots included. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'puppeteer-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Returns one line per violation: the rule, the element and the reason. All rules that axe-core runs by default apply.
 */
export async function faults(page: Page): Promise<string[]> {
  // The browser driver injects the script, because the page's policy forbids the page to do so.
  await page.evaluate(source)
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }
    return axe.run({ resultTypes: ['violations'] })
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.flat().join(' >>> ')}: ${failureSummary}`)
  )
}

/** Opens everything that can be opened, so that its content is checked, too. */
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

/** Milliseconds without a change after which a page counts as settled. */
const STILL_MS = 250

/** Waits until nothing changes any more. Some states never finish loading, so that the tests cannot wait for an end. */
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
