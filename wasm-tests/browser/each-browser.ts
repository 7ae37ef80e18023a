/** The site and a browser, started once for all tests of a file or a group. */
import { afterAll, beforeAll, describe } from 'vitest'
import { startBrowser, type BrowserName, type RunningBrowser } from './browsers.js'
import { startSite, type SiteServer } from './site-server.js'

/** What the tests have; only once they run. */
export interface Running {
  site: SiteServer
  browser: RunningBrowser
}

/** Starts both before the tests around the call, and closes them after. */
export function inBrowser(name: BrowserName): Running {
  const running = {} as Running
  beforeAll(async () => {
    running.site = await startSite()
    running.browser = await startBrowser(name)
  }, 120_000)
  afterAll(async () => {
    await running.browser.close()
    await running.site.close()
  })
  return running
}

/** Whether the slow tests are wanted as well. */
export const isFull = process.env['ATTENSCOPE_FULL'] === '1'

/** Of variants of one test: all in a full run, otherwise those that find most. */
export const variants = <T>(first: readonly T[], more: readonly T[]): T[] => (isFull ? [...first, ...more] : [...first])

function inBrowsers(names: readonly BrowserName[], title: string, tests: (running: Running) => void): void {
  describe.each(names)(`${title} in %s`, (name) => {
    tests(inBrowser(name))
  })
}

/** Runs tests of the site in Chromium and in Firefox. */
export function inEachBrowser(title: string, tests: (running: Running) => void): void {
  inBrowsers(['chromium', 'firefox'], title, tests)
}

/** Away from the main paths: Firefox has its turn in a full run. */
export function inChromiumFirst(title: string, tests: (running: Running) => void): void {
  inBrowsers(variants<BrowserName>(['chromium'], ['firefox']), title, tests)
}
