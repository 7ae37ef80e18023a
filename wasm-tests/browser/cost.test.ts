/** The costs that a page reports for its model: downloaded bytes, the memory that the package reports, and times. */
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { loadModel } from 'attenscope'
import { expect, test } from 'vitest'
import { bytes } from '../../web/elements/parts/format.js'
import { root } from '../ts/support/folders.js'
import { address, handle, isDone, isJudged, until, waitFor, type Seen } from './demo-page.js'
import { inBrowser, variants } from './each-browser.js'

const running = inBrowser('chromium')

/** Returns the bytes of a model's files that its worker downloaded, as counted by the browser. */
async function fetched(page: Page, model: string): Promise<number> {
  const counts = await Promise.all(
    page
      .workers()
      .map((worker) =>
        worker.evaluate(
          (folder) =>
            (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
              .filter(({ name }) => name.includes(folder))
              .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
          `/models/${model}/`
        )
      )
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

async function inMemory(model: string): Promise<number> {
  const loaded = await loadModel(join(root, 'models', model))
  const { bytes: count } = loaded.info
  await loaded.dispose()
  return count
}

async function costOf(page: Page): Promise<readonly string[]> {
  await expect.poll(() => page.$eval('#cost', (line) => line.textContent)).not.toBe('')
  const said = await page.$eval('#cost', (line) => line.textContent ?? '')
  const [, ...parts] = /^The model has (.+) of files, uses (.+) of memory and loaded in ([\d.]+) ms\.$/.exec(said) ?? []
  return parts.length === 3 ? parts : expect.fail(said)
}

const PAGES: readonly {
  readonly file: string
  readonly model: string
  readonly isOver: (seen: Seen) => boolean
  readonly run: RegExp
}[] = [
  {
    file: 'index.html',
    model: 'stories',
    isOver: isDone,
    run: /^[\d.]+ ms [\d.]+ tokens\/s \d+ of 512 tokens memory /
  },
  { file: 'translate.html', model: 'translate', isOver: isDone, run: /^\d+ tokens [\d.]+ ms [\d.]+ tokens\/s score / },
  { file: 'sentiment.html', model: 'sentiment', isOver: isJudged, run: /^\d+ tokens [\d.]+ ms$/ },
  // Without beam search there is no score.
  { file: 'dates.html', model: 'dates', isOver: isDone, run: /^\d+ tokens [\d.]+ ms [\d.]+ tokens\/s$/ }
]

test.each(variants(PAGES.slice(0, 2), PAGES.slice(2)))(
  '$file reports the costs of its model and of a run',
  async ({ file, model, isOver, run }) => {
    const { page, complaints } = await running.browser.open({ width: 1440 })
    await page.goto(address(running.site.origin, {}, '', file))
    const { figures } = await until(page, 'the run', (seen) => isOver(seen) && run.test(seen.figures))
    const [files, memory, loadMs] = await costOf(page)
    expect(files).toBe(bytes(await fetched(page, model)))
    expect(memory).toBe(bytes(await inMemory(model)))
    const pageMs = await page.evaluate(() => performance.now())
    for (const ms of [Number(loadMs), Number(/([\d.]+) ms/.exec(figures)?.[1])]) {
      expect(ms).toBeGreaterThan(0)
      expect(ms).toBeLessThan(pageMs)
    }
    // The figures agree with each other: the number of tokens, in the reported time.
    const [, count, ms, speed] = /^(\d+) tokens ([\d.]+) ms ([\d.]+) tokens\/s/.exec(figures) ?? []
    if (speed !== undefined) expect(Number(speed) / ((1000 * Number(count)) / Number(ms))).toBeCloseTo(1, 1)
    expect(complaints).toEqual([])
    await page.close()
  },
  60_000
)

test('pages that change a model or compare two texts report costs, too; 8 bits need less memory', async () => {
  const { page } = await running.browser.open({ width: 1440 })
  await page.goto(`${running.site.origin}/change.html`)
  await waitFor(page, 'attn-change >>> attn-compare')
  expect((await costOf(page))[1]).toBe(bytes(await inMemory('stories')))
  const figures = await handle(page, 'attn-change', '.figures')
  expect(await figures.evaluate((node) => node.textContent?.trim())).toMatch(/^[\d.]+ ms$/)
  await page.goto(`${running.site.origin}/compare.html`)
  const [files, memory] = await costOf(page)
  expect(memory).toBe(bytes(await inMemory('stories')))
  await page.evaluate(() => localStorage.setItem('attenscope-settings', '{"dtype":"f32"}'))
  await page.goto(address(running.site.origin))
  const wide = await costOf(page)
  expect(wide[0]).toBe(files)
  expect(parseFloat(wide[1] ?? '')).toBeGreaterThan(2 * parseFloat(memory ?? ''))
  await page.close()
}, 60_000)
