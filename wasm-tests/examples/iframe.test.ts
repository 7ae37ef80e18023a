/** The iframe example: a page of another origin whose frames show the site's embed page and adopt its height. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Frame, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser, type RunningBrowser } from '../browser/browsers.js'
import { startSite, type SiteServer } from '../browser/site-server.js'
import { serveFolder } from './folder-server.js'

const example = fileURLToPath(new URL('../../examples/iframe', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'attenscope-iframe-'))
let site: SiteServer
let host: Awaited<ReturnType<typeof serveFolder>>

beforeAll(async () => {
  site = await startSite()
  cpSync(example, folder, { recursive: true })
  const html = readFileSync(join(example, 'index.html'), 'utf8').replaceAll('http://localhost:5173', site.origin)
  writeFileSync(join(folder, 'index.html'), html)
  writeFileSync(join(folder, 'other.html'), `<!doctype html><iframe src="${site.origin}/translate.html"></iframe>`)
  host = await serveFolder(folder, { isStrict: false })
}, 120_000)

afterAll(async () => {
  host.close()
  await site.close()
  rmSync(folder, { recursive: true, force: true })
})

async function seen(frame: Frame, selector: string): Promise<void> {
  await expect.poll(() => frame.$(selector).catch(() => null), { timeout: 30_000 }).not.toBeNull()
}

const heights = (page: Page) => page.$$eval('iframe', (frames) => frames.map((frame) => frame.clientHeight))

const bodyHeight = (frame: Frame) => frame.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height))

describe.each(['chromium', 'firefox'] as const)('a page of another origin in %s', (name) => {
  let browser: RunningBrowser

  beforeAll(async () => {
    browser = await startBrowser(name)
  }, 60_000)

  afterAll(() => browser.close())

  it('has frames that show the element of their address, at its height', async () => {
    const { page, complaints } = await browser.open({ width: 900 })
    await page.goto(`${host.origin}/`)
    const [first, second] = page.frames().filter((frame) => frame !== page.mainFrame())
    await seen(first!, 'attn-heads >>> .token')
    await seen(second!, 'attn-matrix >>> canvas')
    expect(await second!.$eval('attn-matrix', (matrix) => matrix.getAttribute('text'))).toBe('Tom was sad.')
    const fit = async () => [await bodyHeight(first!), await bodyHeight(second!)]
    await expect.poll(async () => (await heights(page)).join()).toBe((await fit()).join())
    // Another element has another height. A missing element gives an error.
    await first!.evaluate(() => (location.hash = '#element=script'))
    await expect.poll(() => first!.$eval('#shown', (shown) => shown.textContent)).toContain('“script”')
    await expect.poll(async () => (await heights(page))[0]).toBe(await bodyHeight(first!))
    expect((await heights(page))[0]).toBeLessThan(100)
    // Messages of other senders about heights have no effect.
    const before = await heights(page)
    await page.evaluate(() => postMessage({ type: 'attenscope-height', height: 9000 }, '*'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await heights(page)).toEqual(before)
    expect(complaints).toEqual([])
  })

  it('cannot frame any other page of the site', async () => {
    const { page } = await browser.open()
    await page.goto(`${host.origin}/other.html`)
    const [frame] = page.frames().filter((each) => each !== page.mainFrame())
    await new Promise((resolve) => setTimeout(resolve, 500))
    const hasText = await frame?.evaluate(() => document.querySelector('attn-translate') !== null).catch(() => false)
    expect(hasText ?? false).toBe(false)
  })
})
