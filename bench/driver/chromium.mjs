// Runs rows in headless Chromium, each on a page of its own.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import { preview } from 'vite'
import { UserError } from '../../scripts/lib/log.mjs'
import { siteDir } from './site.mjs'

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

// A shared machine has no sandbox and no GPU to offer; the rest keeps the browser from work of its own.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

// A page that is isolated gets a clock of 5 µs instead of 100 µs.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp'
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The path of the browser; throws a sentence where there is none. */
export function findChromium() {
  const set = process.env.ATTENSCOPE_CHROMIUM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = set ? [set] : commands.flatMap((command) => folders.map((folder) => join(folder, command)))
  const found = candidates.find(isExecutable)
  if (found) return found
  throw new UserError(
    set
      ? `ATTENSCOPE_CHROMIUM is ${set}, where there is no program.`
      : 'The benchmarks need Chromium: install it, set ATTENSCOPE_CHROMIUM to the path of its binary, or use --runtime node.'
  )
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
  // An empty path makes a new profile, which is gone afterwards.
  const context = await chromium.launchPersistentContext('', { executablePath, args, headless: true })
  return {
    name: `Chromium ${context.browser()?.version() ?? ''}`.trim(),
    async measure(...row) {
      const page = await context.newPage()
      try {
        await page.goto(url)
        return await page.evaluate(async (call) => {
          const { measure } = await import('/suite.js')
          return measure(...call)
        }, row)
      } finally {
        await page.close()
      }
    },
    async close() {
      await context.close()
      await server.close()
    }
  }
}
