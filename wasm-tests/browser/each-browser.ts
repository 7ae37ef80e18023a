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

/** Runs tests of the site in Chromium and in Firefox. */
export function inEachBrowser(title: string, tests: (running: Running) => void): void {
  describe.each<BrowserName>(['chromium', 'firefox'])(`${title} in %s`, (name) => {
    tests(inBrowser(name))
  })
}
