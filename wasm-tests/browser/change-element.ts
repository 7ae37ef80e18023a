/** Actions of tests on `<attn-change>`, and the state of it that they read. */
import type { Page } from 'puppeteer-core'
import type { RunningBrowser } from './browsers.js'

export interface Seen {
  readonly status: string
  readonly error: string
  readonly edits: readonly string[]
  readonly written: readonly string[]
  readonly rows: readonly string[]
  readonly heads: number
  readonly effects: string
}

export function see(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const root = document.querySelector('attn-change')?.shadowRoot
    const all = (selector: string) =>
      [...(root?.querySelectorAll<HTMLElement>(selector) ?? [])].map(({ innerText }) =>
        innerText.replace(/[\s\u202f]+/g, ' ').trim()
      )
    return {
      status: all('[role=status]')[0] ?? '',
      error: all('[part=error], .refused')[0] ?? '',
      edits: all('.edit-list li label'),
      written: all('.written'),
      rows: all('.predictions tbody tr'),
      heads: root?.querySelector('attn-heatmap')?.tensor?.data.length ?? 0,
      effects: all('.effects').join(' ')
    }
  })
}

export async function until(page: Page, what: string, holds: (seen: Seen) => boolean): Promise<Seen> {
  for (let tries = 0; tries < 400; tries++) {
    const seen = await see(page)
    if (holds(seen)) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`timed out while waiting for ${what}: ${JSON.stringify(await see(page))}`)
}

export const isDone = ({ status }: Seen): boolean =>
  status.endsWith('apart.') || status.startsWith('Nothing is changed')

/**
 * Clicks the button with this text or accessible name, on the page or in the element. Parts of the element are drawn in
 * later frames, so the button may come later.
 */
export async function click(page: Page, text: string, among = 0): Promise<void> {
  await page.evaluate(
    async (wanted, which) => {
      const isWanted = (button: HTMLButtonElement) => [button.textContent?.trim(), button.ariaLabel].includes(wanted)
      for (let tries = 0; tries < 100; tries++) {
        const root = document.querySelector('attn-change')?.shadowRoot
        const all = [...document.querySelectorAll('button'), ...(root?.querySelectorAll('button') ?? [])]
        const found = all.filter(isWanted)[which]
        if (found) return found.click()
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`there is no button ${wanted}`)
    },
    text,
    among
  )
}

/** Sets fields of the element by their labels, one after another, because a choice may add other fields. */
export async function fill(page: Page, fields: Readonly<Record<string, string>>, form = '.make'): Promise<void> {
  for (const [label, value] of Object.entries(fields)) {
    await page.evaluate(
      async (wanted, given, within) => {
        const control = document.querySelector('attn-change')
        const labels = [...(control?.shadowRoot?.querySelectorAll(`${within} label`) ?? [])]
        // The label's own text, without the text of its field.
        const nameOf = (label: Element) =>
          [...label.childNodes]
            .flatMap((node) => (node instanceof Text ? [node.data] : []))
            .join('')
            .trim()
        const field = labels
          .find((each) => nameOf(each) === wanted)
          ?.querySelector<HTMLInputElement>('select, input, textarea')
        if (!field) throw new Error(`no field ${wanted} among ${labels.map(nameOf).join(', ')}`)
        if (field.type === 'checkbox') field.click()
        else {
          field.value = given
          if (field.value !== given) throw new Error(`the field ${wanted} does not accept ${given}`)
          field.dispatchEvent(new Event(field.localName === 'select' ? 'change' : 'input', { bubbles: true }))
        }
        await control?.updateComplete
      },
      label,
      value,
      form
    )
  }
}

interface Running {
  readonly site: { readonly origin: string }
  readonly browser: RunningBrowser
}

/** Opens the page with a model, a text and edits, or with its first experiment by default. */
export async function opened({ site, browser }: Running, link?: { model: string; text: string; edits?: unknown }) {
  const tab = await browser.open()
  const hash = link && `#${new URLSearchParams({ ...link, edits: JSON.stringify(link.edits ?? []) })}`
  await tab.page.goto(`${site.origin}/change.html${hash ?? ''}`)
  return { ...tab, seen: await until(tab.page, 'the first runs', (seen) => isDone(seen) || seen.error !== '') }
}
