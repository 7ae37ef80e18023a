/** The page that reads dates: while one types, in English and in Chinese. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type BrowserName, type RunningBrowser } from './browsers.js'
import { checkPage, isDone, opened, type, until } from './demo-page.js'
import { startSite, type SiteServer } from './site-server.js'

let site: SiteServer
beforeAll(async () => {
  site = await startSite()
}, 120_000)
afterAll(() => site.close())

describe.each<BrowserName>(['chromium', 'firefox'])('the dates page in %s', (name) => {
  let browser: RunningBrowser
  beforeAll(async () => {
    browser = await startBrowser(name)
  }, 120_000)
  afterAll(() => browser.close())

  test('the page runs by itself, without a complaint or a foreign request', async () => {
    const tab = await opened(browser, `${site.origin}/dates.html`, isDone)
    await checkPage(tab, site.origin, 'Dates')
    await tab.screenshot('dates')
    await tab.page.close()
  }, 60_000)

  test('a date is read while it is typed, in English and in Chinese', async () => {
    const tab = await opened(browser, `${site.origin}/dates.html`, isDone)
    expect(tab.seen.result).toBe('2026-03-03')
    await type(tab.page, 'attn-translate', 'March 5, 2019')
    await until(tab.page, 'the date', ({ result }) => result === '2019-03-05')
    const examples = await tab.page.$$('attn-translate >>> .examples button')
    await examples[2]?.click()
    const chinese = await until(tab.page, 'the Chinese date', (seen) => seen.result === '2008-08-08' && isDone(seen))
    expect(chinese.tokens.join('')).toContain('2008年8月8日')
    await tab.screenshot('dates-chinese')
    await tab.page.close()
  }, 60_000)
})
