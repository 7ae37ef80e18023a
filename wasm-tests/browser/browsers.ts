/** Starts a real Chromium or a real Firefox, and opens pages that report whatever they complain about. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

export type BrowserName = 'chromium' | 'firefox'

const COMMANDS: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  firefox: ['firefox-esr', 'firefox']
}

/** Nothing that would talk to the network by itself, and no sandbox, which containers rarely allow. */
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

const screenshots = fileURLToPath(new URL('../../build/screenshots/', import.meta.url))

function pathOf(name: BrowserName): string {
  const set = process.env[`ATTENSCOPE_${name.toUpperCase()}`]
  if (set) return set
  for (const command of COMMANDS[name]) {
    try {
      return execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim()
    } catch {
      // Not this one.
    }
  }
  throw new Error(`no ${name} on the PATH; set ATTENSCOPE_${name.toUpperCase()} to its binary`)
}

export interface RunningBrowser {
  readonly name: BrowserName
  open(options?: PageOptions): Promise<OpenPage>
  close(): Promise<void>
}

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  /** Chromium only: what the reader's system prefers. */
  readonly dark?: boolean
  readonly touch?: boolean
}

export interface OpenPage {
  readonly page: Page
  /** Errors of the console and of scripts, and violations of the page's policy. */
  readonly complaints: string[]
  /** Addresses that the page asked for. */
  readonly requests: string[]
  /** Saved below build/screenshots/, the browser's name in front. */
  screenshot(name: string, options?: { fullPage?: boolean }): Promise<void>
}

export async function startBrowser(name: BrowserName): Promise<RunningBrowser> {
  const home = mkdtempSync(join(tmpdir(), `attenscope-${name}-`))
  const browser: Browser = await puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath: pathOf(name),
    args: name === 'chromium' ? CHROMIUM_FLAGS : [],
    env: { ...process.env, HOME: home },
    userDataDir: join(home, 'profile'),
    protocolTimeout: 60_000
  })

  async function open({
    width = 1280,
    height = 900,
    dark = false,
    touch = false
  }: PageOptions = {}): Promise<OpenPage> {
    // A context of its own: no cache, and nothing left from the test before.
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    await page.setViewport({ width, height, ...(name === 'chromium' && { hasTouch: touch, isMobile: touch }) })
    if (dark) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => requests.push(request.url()))
    await page.evaluateOnNewDocument(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy: ${event.effectiveDirective} ${event.blockedURI}`)
      })
    })
    mkdirSync(screenshots, { recursive: true })
    const screenshot = async (title: string, { fullPage = false } = {}) => {
      await page.screenshot({ path: join(screenshots, `${name}-${title}.png`) as `${string}.png`, fullPage })
    }
    return { page, complaints, requests, screenshot }
  }

  return {
    name,
    open,
    close: async () => {
      await browser.close()
      rmSync(home, { recursive: true, force: true, maxRetries: 3 })
    }
  }
}
