/** Starts the site and a browser once for all tests of a file or a group. */
import { afterAll, beforeAll, describe } from 'vitest'
import { startBrowser, type BrowserName, type RunningBrowser } from './browsers.js'
import { startSite, type SiteServer } from './site-server.js'

/** The site and the browser. They exist only while tests run. */
export interface Running {
  site: SiteServer
  browser: RunningBrowser
}

/** Starts both before the tests around the call, and closes them after these tests. */
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

/** Whether the slow tests run as well. */
export const isFull = process.env['ATTENSCOPE_FULL'] === '1'

/** Returns the variants of a test: all in a full run, otherwise only the first ones, which find most faults. */
export const variants = <T>(first: readonly T[], more: readonly T[]): T[] => (isFull ? [...first, ...more] : [...first])

function inBrowsers(names: readonly BrowserName[], title: string, tests: (running: Running) => void): void {
  describe.each(names)(`${title} in %s`, (name) => {
    tests(inBrowser(name))
  })
}

/** Defines tests of the site for Chromium and Firefox. */
export function inEachBrowser(title: string, tests: (running: Running) => void): void {
  inBrowsers(['chromium', 'firefox'], title, tests)
}

/** Defines less central tests for Chromium; Firefox runs them in a full run only. */
export function inChromiumFirst(title: string, tests: (running: Running) => void): void {
  inBrowsers(variants<BrowserName>(['chromium'], ['firefox']), title, tests)
}
