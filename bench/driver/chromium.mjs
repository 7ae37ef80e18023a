// Runs rows in headless Chromium, each on a page of its own.
import puppeteer from 'puppeteer-core'
import { preview } from 'vite'
import { chromiumFlags, findBrowser, missingBrowser } from '../../scripts/lib/browsers.mjs'
import { UserError } from '../../scripts/lib/log.mjs'
import { siteDir } from './site.mjs'

// A page that is isolated gets a clock of 5 µs instead of 100 µs.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp'
}

/** The path of the browser; throws a sentence where there is none. */
export async function findChromium() {
  const found = await findBrowser('chromium')
  if (!found) throw new UserError(`${missingBrowser('chromium')} Or use --runtime node.`)
  return found
}

/** { name, measure(id, variant, effort), close() } */
export async function openChromium(executablePath) {
  const server = await preview({
    configFile: false,
    root: siteDir,
    build: { outDir: '.' },
    preview: { host: '127.0.0.1', headers },
    logLevel: 'silent'
  })
  const url = server.resolvedUrls.local[0]
  const browser = await puppeteer.launch({ executablePath, args: chromiumFlags, protocolTimeout: 0 })
  return {
    name: (await browser.version()).replace('/', ' '),
    async measure(...row) {
      const page = await browser.newPage()
      try {
        await page.goto(url)
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
    async close() {
      await browser.close()
      await server.close()
    }
  }
}
