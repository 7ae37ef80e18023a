/** The page of `attenscope render` opens from a disk: every view draws, readers can use it, and it loads nothing. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type RunningBrowser } from './browsers.js'
import { variants } from './each-browser.js'
import { patternsAlone } from '../ts/support/written-trace.js'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

describe.each(variants(['chromium'] as const, ['firefox'] as const))('a page on a disk in %s', (name) => {
  let browser: RunningBrowser
  const folder = mkdtempSync(join(tmpdir(), 'attenscope-still-'))
  const page = join(folder, 'cat.html')

  beforeAll(async () => {
    writeFileSync(join(folder, 'cat.safetensors'), patternsAlone(['The', ' cat', ' saw', ' the', ' cat', '.']))
    const views = ['--view', 'heads,matrix,grid,summary,steps,lens']
    execFileSync(process.execPath, [
      cli,
      'html',
      join(folder, 'cat.safetensors'),
      ...views,
      '--layer',
      '1',
      '--held',
      '4'
    ])
    browser = await startBrowser(name)
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('draws the trace that it contains, with the chosen head and token', async () => {
    const { page: tab, complaints, requests } = await browser.open({ height: 3000 })
    await tab.goto(pathToFileURL(page).href)
    const marked = () =>
      tab.evaluate(() =>
        [...(document.querySelector('attn-heads')?.shadowRoot?.querySelectorAll('.token') ?? [])].flatMap(
          (token, at) => (token.getAttribute('aria-selected') === 'true' ? [at] : [])
        )
      )
    await expect.poll(marked).toEqual([4])
    const title = () => tab.$eval('attn-matrix', (view) => view.shadowRoot?.querySelector('h3')?.textContent?.trim())
    await expect.poll(title).toBe('Layer 1, head 0')
    const rows = () =>
      tab.$eval('attn-summary', (view) => view.shadowRoot?.querySelectorAll('tbody tr:not(.mean)').length ?? 0)
    await expect.poll(rows).toBe(6)
    const errors = await tab.$$eval('[data-view]', (views) =>
      views.flatMap((view) => view.shadowRoot?.querySelector('[part=error]')?.textContent ?? [])
    )
    expect(errors).toEqual([])
    // A click locks another token in every view: the page is alive.
    await (await tab.$('attn-heads >>> #token-2 .word'))?.click()
    await expect.poll(marked).toEqual([2])
    expect(complaints).toEqual([])
    expect(requests.filter((url) => !/^(data:|blob:)/.test(url))).toEqual([pathToFileURL(page).href])
    await tab.close()
  }, 60_000)
})
