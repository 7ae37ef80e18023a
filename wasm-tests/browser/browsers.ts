/** Starts Chromium or Firefox and opens pages whose errors and requests are recorded. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

import { chromiumFlags, findBrowser, missingBrowser } from '../../scripts/lib/browsers.mjs'

export type BrowserName = 'chromium' | 'firefox'

const screenshots = fileURLToPath(new URL('../../build/screenshots/', import.meta.url))

async function pathOf(name: BrowserName): Promise<string> {
  const path = await findBrowser(name)
  if (!path) throw new Error(missingBrowser(name))
  return path
}

export interface RunningBrowser {
  readonly name: BrowserName
  open(options?: PageOptions): Promise<OpenPage>
  close(): Promise<void>
}

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  /** Chromium only: the colour scheme that the system prefers. */
  readonly dark?: boolean
  readonly touch?: boolean
}

export interface OpenPage {
  readonly page: Page
  /** Errors of the console and of scripts, and violations of the page's policy. */
  readonly complaints: string[]
  /** The addresses that the page requested. */
  readonly requests: string[]
  /** Saves a screenshot below build/screenshots/, with the browser's name in front. */
  screenshot(name: string, options?: { fullPage?: boolean }): Promise<void>
}

/** `preferences` are Chromium's preferences, in the format of its settings file. */
export async function startBrowser(
  name: BrowserName,
  flags: readonly string[] = [],
  preferences?: object
): Promise<RunningBrowser> {
  const home = mkdtempSync(join(tmpdir(), `attenscope-${name}-`))
  if (preferences) {
    mkdirSync(join(home, 'profile/Default'), { recursive: true })
    writeFileSync(join(home, 'profile/Default/Preferences'), JSON.stringify(preferences))
  }
  const browser: Browser = await puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath: await pathOf(name),
    args: [...(name === 'chromium' ? chromiumFlags : []), ...flags],
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
    // A new context has no cache and no data of earlier tests.
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
      await page.screenshot({ path: join(screenshots, `${name}-${title}.png`), fullPage })
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
