/** The requests and the storage of pages in use: only the site's own files, and none of the reader's texts. */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { headerPolicy, pagePolicy } from '../../web/demo/build/content-security-policy.js'
import { mayBeFramed, mayFetchElsewhere, siteFiles } from '../../web/demo/shared/site-pages.js'
import { variants } from './each-browser.js'
import { startBrowser, type OpenPage, type RunningBrowser } from './browsers.js'
import { address, handle, isDone, isJudged, until, waitFor } from './demo-page.js'
import { startProxy, type RecordingProxy } from './recording-proxy.js'
import { startSite, type SiteServer } from './site-server.js'

let site: SiteServer
let proxy: RecordingProxy
let browser: RunningBrowser
beforeAll(async () => {
  ;[site, proxy] = [await startSite(), await startProxy()]
  // The browser asks its vendor about forms on pages, unless this feature is disabled.
  browser = await startBrowser('chromium', [...proxy.flags, '--disable-features=AutofillServerCommunication'])
}, 120_000)
afterAll(async () => {
  await browser.close()
  proxy.close()
  await site.close()
})

/** The browser's own requests to its vendor, whatever the page: accounts, time, updates. */
const OF_BROWSER = /^\w+ (https?:\/\/)?((accounts|clients2)\.google\.com|update\.googleapis\.com)[:/]/

/** A word that occurs only in the typed text. */
const WORD = 'Quillfeather'
const TEXT = `${WORD} was happy.`

async function typeOver(page: Page, tag: string, text: string): Promise<void> {
  await (await handle(page, tag, 'textarea')).click({ count: 3 })
  await page.keyboard.type(text)
}

async function run(page: Page, tag: string): Promise<void> {
  await (await waitFor(page, `${tag} >>> button.primary:enabled`)).click()
}

/** The main action of each page. */
const ACTIONS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'index.html': async (page) => {
    await until(page, 'the first story', isDone)
    await typeOver(page, 'attn-generate', TEXT)
    await run(page, 'attn-generate')
    return until(page, 'a story of it', (seen) => isDone(seen) && seen.tokens.join('').includes('feather'), 60_000)
  },
  'translate.html': async (page) => {
    await until(page, 'the first translation', isDone)
    await typeOver(page, 'attn-translate', TEXT)
    await run(page, 'attn-translate')
    return until(page, 'its translation', (seen) => isDone(seen) && seen.tokens.join('').includes('ther'))
  },
  'sentiment.html': async (page) => {
    await until(page, 'the first verdict', isJudged)
    await typeOver(page, 'attn-classify', TEXT)
    return until(page, 'the verdict', (seen) => isJudged(seen) && seen.tokens.join('').includes('happy'))
  },
  'dates.html': async (page) => {
    await until(page, 'the first date', isDone)
    await typeOver(page, 'attn-translate', '4 May 2031')
    return until(page, 'the date', ({ result }) => result.includes('2031-05-04'))
  },
  'change.html': async (page) => {
    await waitFor(page, 'attn-change >>> attn-compare')
    await typeOver(page, 'attn-change', TEXT)
    await run(page, 'attn-change')
    return waitFor(page, 'attn-change >>> attn-compare')
  },
  'playground.html': (page) => waitFor(page, 'attn-matrix >>> canvas'),
  'embed.html': (page) => waitFor(page, 'attn-heads >>> .token'),
  'own.html': async (page) => {
    await page.click('.try')
    await (await waitFor(page, '#own-state button.primary')).click()
    return until(page, 'the story', isDone, 60_000)
  }
}

/** Returns the names and the text contents of everything that the page's origin has stored. */
function stored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]
    found.push(JSON.stringify(await indexedDB.databases()))
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const { url } of await cache.keys()) {
        const body = /safetensors|\.wasm/.test(url) ? '' : ((await (await cache.match(url))?.text()) ?? '')
        found.push(name, url, body)
      }
    }
    return found.join('\n')
  })
}

async function opened(file: string): Promise<OpenPage> {
  const tab = await browser.open({ width: 1280 })
  await tab.page.goto(address(site.origin, {}, '', file))
  await ACTIONS[file]?.(tab.page)
  // Waits until the site's files are stored, so that these requests count, too. A page in a frame of another site
  // stores nothing.
  if (!mayBeFramed(file)) await tab.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.scriptURL)
  return tab
}

/**
 * One page of each kind: a model that generates, an edited model, the reader's own model, synthetic patterns, a frame.
 */
const FIRST = ['index.html', 'change.html', 'own.html', 'gallery.html', 'embed.html']
test.each(
  variants(
    FIRST,
    siteFiles.filter((file) => !FIRST.includes(file))
  )
)(
  '%s: its main action needs no request to other sites, breaks no policy, and stores none of the texts',
  async (file) => {
    const before = proxy.asked.length
    const { page, complaints } = await opened(file)
    const asked = proxy.asked.slice(before).filter((each) => !OF_BROWSER.test(each))
    expect(asked.some((each) => each.includes(`/${file}`))).toBe(true)
    // The page, the engine's worker, and the service worker that stores the site.
    expect(asked.some((each) => each.endsWith('/service-worker.js'))).toBe(!mayBeFramed(file))
    // A worker from a plain address would obey its own headers in place of the page's policy.
    const workers = page.workers().filter((worker) => !worker.url().endsWith('service-worker.js'))
    expect(workers.filter((worker) => !worker.url().startsWith('blob:'))).toEqual([])
    expect(asked.filter((each) => !each.split(' ')[1]?.startsWith(`${site.origin}/`))).toEqual([])
    // The gallery shows the error of a missing model.
    expect(complaints.filter((each) => !(file === 'gallery.html' && each.includes('404')))).toEqual([])
    expect(asked.filter((each) => each.includes(WORD))).toEqual([])
    const all = await stored(page)
    // Otherwise the storage was not read at all.
    if (!mayBeFramed(file)) expect(all).toContain('workbox')
    expect(all).not.toContain(WORD)
    await page.close()
  },
  120_000
)

test('forbidden requests of a page are refused, recorded and reported', async () => {
  const { page, complaints } = await browser.open()
  await page.goto(`${site.origin}/sentiment.html`)
  const before = proxy.asked.length
  await page.evaluate(() =>
    fetch('http://elsewhere.invalid/').then(
      () => {},
      () => {}
    )
  )
  await expect
    .poll(() => [...new Set(complaints.filter((each) => each.startsWith('policy: ')))])
    .toEqual(['policy: connect-src http://elsewhere.invalid/'])
  expect(proxy.asked.slice(before).filter((each) => each.includes('elsewhere'))).toEqual([])
  // The only page that may request other sites does so, and the proxy records it.
  await page.goto(`${site.origin}/own.html`)
  await page.evaluate(() => fetch('http://localhost:17999/').catch(() => {}))
  expect(proxy.asked.some((each) => each.includes('localhost:17999'))).toBe(true)
  await page.close()
})

test('a worker has the policy of its page, whatever the headers of its script', async () => {
  const elsewhere = 'http://elsewhere.invalid/config.json'
  const askedFrom = async (file: string) => {
    const { page } = await opened(file)
    const before = proxy.asked.length
    const outcomes = await Promise.all(
      page
        .workers()
        .filter((worker) => !worker.url().endsWith('service-worker.js'))
        .map((worker) =>
          worker.evaluate((address) => fetch(address).then(String, String), elsewhere.replace('http:', 'https:'))
        )
    )
    expect(outcomes.length).toBeGreaterThan(0)
    const asked = proxy.asked.slice(before).filter((each) => each.includes('elsewhere'))
    await page.close()
    return asked.length
  }
  expect(await askedFrom('sentiment.html')).toBe(0)
  expect(await askedFrom('own.html')).toBeGreaterThan(0)
}, 120_000)

test('the policy allows only what the site needs, and nothing by default', () => {
  for (const file of siteFiles) {
    const policy = new Map(
      pagePolicy(file)
        .split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')])
    )
    expect(policy.get('default-src')).toBe("'none'")
    expect(policy.get('script-src')).toBe("'self' 'wasm-unsafe-eval'")
    expect(policy.get('worker-src')).toBe("'self' blob:")
    expect(policy.get('base-uri')).toBe("'none'")
    // Directives that are not listed fall back to 'none'.
    expect(policy.has('object-src')).toBe(false)
    expect(
      [...policy.values()].some((sources) =>
        /unsafe-inline|'unsafe-eval'|\*(?!$| )(?!\d)/.test(sources.replaceAll(':*', ''))
      )
    ).toBe(false)
    if (!mayFetchElsewhere(file)) expect(policy.get('connect-src')).toBe("'self'")
  }
  // A script's own policy is no wider than that of the pages.
  expect(headerPolicy('/assets/worker-abc.js')).toBe(headerPolicy('/index.html'))
  expect(headerPolicy('/some/folder/index.html')).toBe(`${pagePolicy('index.html')}; frame-ancestors 'self'`)
  // One page may be framed by any site.
  const framed = siteFiles.filter((file) => headerPolicy(`/${file}`).endsWith('frame-ancestors *'))
  expect(framed).toEqual(['embed.html', 'embed.zh.html'])
})
