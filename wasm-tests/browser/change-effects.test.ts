/** The change page's results for two runs, and for important heads and positions, equal the numbers of the package. */
import { compareLogits, loadModel, type Model } from 'attenscope'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { click, fill, isDone, opened, until } from './change-element.js'
import { waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

const TEXT = 'Tim is a boy. One day'
const OTHER = 'Sue is a girl. One day'
const EDITS = [{ at: 'blocks.2.attn.head_output', head: 1, op: 'zero' }] as const

let model: Model
beforeAll(async () => {
  model = await loadModel(fileURLToPath(new URL('../../models/stories/', import.meta.url)))
})
afterAll(() => model.dispose())

/** Returns the ids that the page runs: the prompt and the text that the unedited model generates after it. */
async function original(): Promise<{ ids: number[]; promptTokens: number }> {
  const ids: number[] = []
  let promptTokens = 0
  for await (const step of model.generate(TEXT, { maxNewTokens: 32 })) {
    if (step.promptTokens) {
      ids.push(...step.promptTokens.map(({ id }) => id))
      promptTokens = ids.length
    }
    ids.push(step.token.id)
  }
  return { ids: ids.slice(0, -1), promptTokens }
}

/** Returns the numbers of a heatmap of the section. */
const heatmap = (page: Awaited<ReturnType<typeof opened>>['page'], at = 0) =>
  page.$$eval('attn-change >>> .effects attn-heatmap', (all, which) => [...(all[which]?.tensor?.data ?? [])], at)

/**
 * Chromium and Firefox may use another build of the engine than Node, so that numbers may differ by less than a reader
 * can see.
 */
function expectClose(found: readonly number[], wanted: ArrayLike<number>): void {
  expect(found).toHaveLength(wanted.length)
  for (let at = 0; at < wanted.length; at++)
    expect(Math.abs((found[at] ?? NaN) - (wanted[at] ?? NaN))).toBeLessThan(1e-3)
}

inChromiumFirst('what follows a change', (running) => {
  test('each token shows its divergence, a selected token both predictions, and the views both runs', async () => {
    const tab = await opened(running, { model: 'stories', text: TEXT, edits: EDITS })
    const { ids, promptTokens } = await original()
    const options = { logits: 'all', promptTokens } as const
    const [before, after] = [await model.run({ ids }, options), await model.run({ ids }, { ...options, edits: EDITS })]
    const rows = compareLogits(before.logits, after.logits)
    const said = await tab.page.$$eval('attn-change >>> .tinted button', (all) =>
      all.map(({ title }) => parseFloat(title))
    )
    expectClose(
      said,
      rows.map(({ divergence }) => Number(divergence.toPrecision(3)))
    )
    const row = promptTokens - 1
    await tab.page.$$eval('attn-change >>> .tinted button', (all, at) => (all[at] as HTMLElement).click(), row)
    const top = rows[row]?.top ?? []
    const names = await model.tokens(top.map(({ id }) => id))
    const seen = await until(tab.page, 'the row', (each) => each.rows.length === top.length && isDone(each))
    for (const [at, { before: was, after: is }] of top.entries()) {
      expect(seen.rows[at]).toContain(names[at]?.text.trim())
      const shares = [...(seen.rows[at] ?? '').matchAll(/([\d.]+) %/g)].map(([, share]) => Number(share) / 100)
      expectClose(shares, [was, is])
    }
    const sides = await tab.page.$$eval('attn-change >>> attn-compare >>> attn-matrix', (all) => all.length)
    expect(sides).toBe(3)
    // After the removed head, other heads change their patterns. The map shows by how much.
    const moved = await tab.page.$eval('attn-change >>> attn-compare >>> attn-heatmap', (map) => [
      ...(map.tensor?.data ?? [])
    ])
    expect(Math.max(...moved.slice(0, 3 * 6))).toBe(0)
    expect(Math.max(...moved.slice(3 * 6))).toBeGreaterThan(0.01)
    expect(tab.complaints).toEqual([])
    await tab.page.close()
  }, 60_000)

  test('each head is ablated for a typed pair of tokens, and the search can be stopped', async () => {
    const tab = await opened(running, { model: 'stories', text: TEXT })
    const { ids, promptTokens } = await original()
    const query = promptTokens - 1
    await tab.page.$$eval('attn-change >>> .tinted button', (all, at) => (all[at] as HTMLElement).click(), query)
    await fill(tab.page, { 'The logit of': 'he', 'minus the logit of': 'she', 'Replace a head by': 'mean' }, '.effects')
    await click(tab.page, 'Try every head')
    await until(tab.page, 'the map', ({ effects }) => effects.includes('of as many full runs'))
    const wanted = await model.headEffects({ ids }, { query, token: ' he', contrast: ' she', ablate: 'mean' })
    expectClose(await heatmap(tab.page), wanted.parts[0]?.effects.data ?? [])
    await fill(tab.page, { 'The logit of': 'nosuchwordatall' }, '.effects')
    await click(tab.page, 'Try every head')
    await until(tab.page, 'what is wrong', ({ effects }) =>
      /The search failed: token is "nosuchwordatall", which is not one token/.test(effects)
    )
    await fill(tab.page, { 'The logit of': 'he' }, '.effects')
    await click(tab.page, 'Try every head')
    await click(tab.page, 'Stop')
    await until(tab.page, 'the end of it', ({ effects }) => effects.includes('Try every head'))
    expect(tab.complaints).toEqual([])
    await tab.page.close()
  }, 60_000)

  test('activations of another text are patched in one position at a time, and a click keeps a patch', async () => {
    const tab = await opened(running, { model: 'stories', text: TEXT })
    const { ids, promptTokens } = await original()
    const query = promptTokens - 1
    await tab.page.$$eval('attn-change >>> .tinted button', (all, at) => (all[at] as HTMLElement).click(), query)
    await fill(tab.page, { 'Another text with as many tokens': OTHER }, '.effects')
    await click(tab.page, 'Try every position')
    await until(tab.page, 'the map', ({ effects }) => effects.includes('The other text’s own logit'))
    const { effects, tokens } = await model.patchEffects({ ids }, { query, from: { input: OTHER } })
    expectClose(await heatmap(tab.page), effects.data)
    const marks = await tab.page.$$eval('attn-change >>> .marks.wordy li', (all) => all.length)
    expect(marks).toBe(tokens.length)
    const map = await waitFor(tab.page, 'attn-change >>> .effects attn-heatmap')
    await map.click({ offset: { x: 3, y: 3 } })
    const kept = await until(tab.page, 'the patch', (seen) => isDone(seen) && seen.edits.length === 1)
    expect(kept.edits[0]).toMatch(/^Patch embedding, at .* from “Sue is a girl/)
    await tab.page.close()
  }, 60_000)
})
