// Measures rows in a headless browser, each on its own page.
import { pathToFileURL } from 'node:url'
import puppeteer from 'puppeteer-core'
import { chromiumFlags, findBrowser, missingBrowser } from '../../scripts/lib/browsers.mjs'
import { UserError } from '../../scripts/lib/log.mjs'
import { serveFolders } from './server.mjs'
import { siteDir, suiteFile } from './site.mjs'

// An isolated page has a finer clock: 5 µs instead of 100 µs in Chromium, 20 µs instead of 1 ms in Firefox.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp'
}

/** Returns the path of a browser, 'chromium' or 'firefox'. Throws a UserError when it is not installed. */
export async function browserPath(name = 'chromium') {
  const found = await findBrowser(name)
  if (!found) throw new UserError(missingBrowser(name))
  return found
}

// A browser whose network events are observed copies every response, which takes longer than the transfer.
const launchOptions = { protocolTimeout: 0, networkEnabled: false }

function launch(name, executablePath) {
  return name === 'firefox'
    ? puppeteer.launch({ ...launchOptions, browser: 'firefox', executablePath })
    : puppeteer.launch({ ...launchOptions, executablePath, args: chromiumFlags })
}

/** Serves the site with the headers of an isolated page. */
export function serveSite() {
  return serveFolders({ '/': siteDir }, headers)
}

/** Returns { name, measure(id, variant, effort), cold(effort), close() }. */
export async function openBrowser(name, executablePath) {
  const { compare } = await import(pathToFileURL(suiteFile).href)
  const server = await serveSite()
  const url = server.origin
  const browser = await launch(name, executablePath)
  return {
    name: (await browser.version()).replace('/', ' '),
    async measure(...row) {
      const page = await browser.newPage()
      try {
        await page.goto(new URL('empty.html', url).href)
        return await page.evaluate(
          async (...call) => {
            const { measure } = await import('/suite.js')
            return measure(...call)
          },
          ...row
        )
      } finally {
        await page.close()
      }
    },
    /** Times both cold pages in turns, with an empty cache: milliseconds from the navigation to the first token. */
    async cold({ samples }) {
      const firstToken = async (side) => {
        const context = await browser.createBrowserContext()
        try {
          const page = await context.newPage()
          await page.goto(new URL(`cold-${side}.html`, url).href)
          return await page.evaluate(() => {
            const tooLate = new Error('the page had no token within a minute')
            return Promise.race([
              globalThis.firstToken,
              new Promise((_, reject) => setTimeout(() => reject(tooLate), 60_000))
            ])
          })
        } finally {
          await context.close()
        }
      }
      const found = { ours: [], peer: [] }
      for (let pair = 0; pair < samples; pair++) {
        for (const [side, results] of Object.entries(found)) results.push(await firstToken(side))
      }
      // In 8 bits both sides have equal weights, but they round activations differently.
      const agreement = compare(found.ours[0].logits, found.peer[0].logits, 0.3, 10)
      return { agreement, ours: found.ours.map(({ at }) => at), peer: found.peer.map(({ at }) => at) }
    },
    async close() {
      await browser.close()
      server.close()
    }
  }
}
