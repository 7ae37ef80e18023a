/** After the first visit the site works without a network, in one version at a time, and can be installed. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type RunningBrowser } from './browsers.js'
import { address, isDone, isJudged, until, waitFor } from './demo-page.js'
import { startSite, SUB_PATH } from './site-server.js'

const built = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../../build/site/${file}`, import.meta.url)), 'utf8')

let browser: RunningBrowser
beforeAll(async () => {
  browser = await startBrowser('chromium')
}, 60_000)
afterAll(() => browser.close())

/** Waits until the site's files are stored. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready
    if (active?.state === 'activated') return
    await new Promise<void>((resolve) =>
      active?.addEventListener('statechange', () => active.state === 'activated' && resolve())
    )
  })
}

describe('offline', () => {
  test('visited pages generate text, from a subfolder of the host', async () => {
    const site = await startSite()
    const root = `${site.origin}${SUB_PATH}`
    const { page } = await browser.open()
    await page.goto(address(root, { seed: 4 }))
    const before = await until(page, 'the story', isDone)
    await page.goto(address(root, {}, '', 'translate.html'))
    await until(page, 'the translation', isDone)
    await kept(page)
    await site.close()

    await page.goto('about:blank')
    await page.goto(address(root, { seed: 4 }))
    const after = await until(page, 'the story again', isDone)
    expect(after.tokens).toEqual(before.tokens)
    await page.reload()
    await until(page, 'the story after a reload', isDone)
    await page.goto(address(root, {}, '', 'translate.html'))
    expect((await until(page, 'the translation', isDone)).result).not.toBe('')
    // The model of this page was never loaded: the page opens, and reports the missing model.
    await page.goto(address(root, {}, '', 'dates.html'))
    expect((await until(page, 'the error', ({ error }) => error !== '')).error).toMatch(/could not be fetched/)
    await page.close()
  }, 90_000)

  test('nothing is stored twice: the site’s files are in one cache, the models’ files in the library’s', async () => {
    const site = await startSite()
    const { page } = await browser.open()
    await page.goto(address(site.origin))
    await until(page, 'the story', isDone)
    await kept(page)
    const files = await page.evaluate(async () => {
      const found: [string, string][] = []
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) found.push([name, new URL(url).pathname])
      return found
    })
    const inLibrary = files.filter(([name]) => name === 'attenscope-files').map(([, path]) => path)
    const ofSite = files.filter(([name]) => name !== 'attenscope-files').map(([, path]) => path)
    expect(inLibrary.filter((path) => path.endsWith('model.safetensors')).length).toBeGreaterThan(0)
    expect(ofSite.length).toBeGreaterThan(20)
    expect(ofSite.filter((path) => path.startsWith('/models/') || inLibrary.includes(path))).toEqual([])
    expect(new Set(ofSite).size).toBe(ofSite.length)
    await page.close()
    await site.close()
  }, 60_000)
})

describe('a newer version', () => {
  /** Returns the version of the page, which its HTML contains. */
  const versionOf = (page: Page) => page.$eval('h1', (title) => title.textContent)

  test('waits beside the old version, and replaces it on all pages when the reader asks', async () => {
    const site = await startSite()
    const tab = await browser.open()
    const { page } = tab
    await page.goto(address(site.origin, { seed: 4 }))
    await until(page, 'the story', isDone)
    await kept(page)
    await page.reload()
    await until(page, 'the story', isDone)
    expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
    expect(await page.$('#newer-version')).toBe(null)

    const html = built('index.html')
    const sent = built('sentiment.html')
    const worker = built('service-worker.js')
    const revise = (text: string, file: string) =>
      text.replace(new RegExp(`(url:.${file}.,revision:.)[0-9a-f]{16}`), '$1ffffffffffffffff')
    const newer = revise(revise(worker, 'index.html'), 'sentiment.html')
    expect(newer).not.toBe(worker)
    const marked = (text: string) => text.replace('<h1>Attenscope</h1>', '<h1>Attenscope 2</h1>')
    site.publish({ 'index.html': marked(html), 'sentiment.html': marked(sent), 'service-worker.js': newer })

    await page.reload()
    const note = await waitFor(page, '#newer-version button')
    expect(await versionOf(page)).toBe('Attenscope')
    // A page opened now has the same version as the page that is already open.
    const second = await page.browserContext().newPage()
    await second.goto(address(site.origin, {}, '', 'sentiment.html'))
    expect(await versionOf(second)).toBe('Attenscope')
    await second.bringToFront()
    // The browser waits for a worker that is still answering, up to half a minute.
    await until(second, 'the judgement', isJudged)
    await page.bringToFront()
    // The page is still generating, so that the elements below move.
    const said = await note.evaluate((button) => {
      if (button instanceof HTMLButtonElement) button.click()
      return document.querySelector('#newer-version')?.textContent
    })
    expect(said).toBe('Updating the site…')
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Attenscope 2', {
      polling: 50,
      timeout: 60_000
    })
    // A page behind another tab is slow, so that the test brings it to the front.
    await second.bringToFront()
    await second.waitForFunction(() => document.querySelector('h1')?.textContent === 'Attenscope 2', {
      polling: 50,
      timeout: 60_000
    })
    await page.bringToFront()
    // The state of the page is kept.
    expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('seed')).toBe('4')
    await until(page, 'the story', isDone)
    expect(await page.$('#newer-version')).toBe(null)
    await page.close()
    await site.close()
  }, 180_000)
})

test('browsers can install the site from any folder, with icons and a colour for each theme', async () => {
  const site = await startSite()
  const { page } = await browser.open()
  await page.goto(`${site.origin}${SUB_PATH}/`)
  const session = await page.createCDPSession()
  const { url, errors, data } = await session.send('Page.getAppManifest')
  expect(url).toBe(`${site.origin}${SUB_PATH}/manifest.webmanifest`)
  expect(errors).toEqual([])
  const manifest = JSON.parse(data ?? '') as {
    icons: { src: string; sizes: string; type: string }[]
    start_url: string
  }
  expect(new URL(manifest.start_url, url).href).toBe(`${site.origin}${SUB_PATH}/`)
  for (const { src, sizes, type } of manifest.icons) {
    const size = await page.evaluate(async (address) => {
      const image = new Image()
      image.src = address
      await image.decode()
      return `${image.naturalWidth}x${image.naturalHeight}`
    }, new URL(src, url).href)
    if (type === 'image/png') expect(size).toBe(sizes)
  }
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  // A test's context is a private window, in which nothing can be installed.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([])
  const colors = await page.$$eval('meta[name=theme-color]', (metas) =>
    metas.map((meta) => meta.getAttribute('content'))
  )
  expect(new Set(colors).size).toBe(2)
  await page.close()
  await site.close()
}, 60_000)
