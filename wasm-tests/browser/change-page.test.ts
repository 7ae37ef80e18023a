/** The change page: its experiments, edits that are made, disabled and undone, and the link that stores them. */
import type { ElementHandle } from 'puppeteer-core'
import { expect, test } from 'vitest'
import experiments from '../../web/demo/shared/experiments.json' with { type: 'json' }
import { click, isDone, opened, until } from './change-element.js'
import { inChromiumFirst } from './each-browser.js'

inChromiumFirst('the page that changes a model', (running) => {
  test('opens with the experiment of the lost name, and the statement of each experiment holds', async () => {
    const tab = await opened(running)
    const first = tab.seen
    expect(first.written).toHaveLength(2)
    expect(first.written[0]).not.toBe(first.written[1])
    for (const { model, text, edits, before, after } of experiments) {
      const other = await opened(running, { model, text, edits: edits.map((edit) => ({ edit, on: true })) })
      const { seen } = other
      expect(seen.edits).toHaveLength(edits.length)
      const flat = (words: string) => words.replace(/\s+/g, ' ').trim()
      if ('text' in before && 'text' in after) {
        expect(flat(seen.written[0] ?? '')).toContain(flat(before.text ?? ''))
        expect(flat(seen.written[1] ?? '')).toContain(flat(after.text ?? ''))
      }
      const numbers = seen.rows.join(' ')
      expect(numbers).toContain(`${Number((100 * after.probability).toPrecision(3))}`)
      expect(other.complaints).toEqual([])
      await other.page.close()
    }
    expect(tab.complaints).toEqual([])
    await tab.screenshot('change', { fullPage: true })
    await tab.page.close()
  }, 120_000)

  test('edits are made, disabled, undone and stored in the link', async () => {
    const tab = await opened(running, { model: 'stories', text: 'Once upon a time' })
    const plain = tab.seen
    expect(plain.written[1]).toBe(plain.written[0])
    await click(tab.page, 'Add')
    const edited = await until(tab.page, 'the edit', (seen) => isDone(seen) && seen.edits.length === 1)
    expect(edited.edits[0]).toBe('Remove head 0 of layer 0')
    expect(edited.status).toMatch(/^The predictions are at most [\d.]+ bits apart\.$/)
    await tab.page.waitForFunction(() => location.hash.includes('head_output'))
    await tab.page.reload()
    const again = await until(tab.page, 'the same from the link', (seen) => isDone(seen) && seen.edits.length === 1)
    expect(again.written).toEqual(edited.written)
    expect(again.rows).toEqual(edited.rows)
    await tab.page.evaluate(() => {
      document.querySelector('attn-change')?.shadowRoot?.querySelector<HTMLInputElement>('.edit-list input')?.click()
    })
    const off = await until(tab.page, 'the edit switched off', ({ status }) => status.startsWith('Nothing'))
    expect(off.written[1]).toBe(off.written[0])
    await click(tab.page, 'Undo')
    await until(tab.page, 'the edit on again', ({ status }) => status.endsWith('apart.'))
    await click(tab.page, 'Redo')
    await until(tab.page, 'the edit off again', ({ status }) => status.startsWith('Nothing'))
    await tab.page.close()
  }, 60_000)

  test('every head is ablated, and a click removes one', async () => {
    const tab = await opened(running)
    await click(tab.page, 'Try every head')
    const tried = await until(tab.page, 'the map', ({ heads }) => heads > 0)
    expect(tried.heads).toBe(48)
    expect(tried.effects).toContain('Jain & Wallace 2019')
    expect(tried.effects).toMatch(/took [\d.]+ % of the work of as many full runs/)
    const map = await tab.page.evaluateHandle(() =>
      document.querySelector('attn-change')?.shadowRoot?.querySelector('attn-heatmap')
    )
    await (map.asElement() as ElementHandle<Element>).click()
    const removed = await until(tab.page, 'another edit', (seen) => isDone(seen) && seen.edits.length === 2)
    expect(removed.edits[1]).toMatch(/^Remove head \d of layer \d$/)
    await tab.page.close()
  }, 60_000)

  test('an invalid edit in a link gives an error with its name', async () => {
    const edits = [{ at: 'blocks.9.attn.pattern', op: 'zero' }]
    const tab = await opened(running, { model: 'stories', text: 'One day', edits })
    expect(tab.seen.error).toContain('blocks.9.attn.pattern')
    await tab.page.close()
  }, 60_000)
})
