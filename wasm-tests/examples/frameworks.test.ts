/**
 * The package in bundlers and frameworks, without settings of its own: each example is built for production, and where
 * the framework has a development server, is also served by it. A full run only: the frameworks come from npm.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser, type RunningBrowser } from '../browser/browsers.js'
import { serveFolder } from './folder-server.js'
import { frameworks, NoNetwork, project } from './hosts/frameworks.js'
import { startServer } from './hosts/server.js'
import { pack, runIn, type Packed } from './packed.js'
import { seeOutput, seePattern } from './see-pattern.js'

const isFull = process.env['ATTENSCOPE_FULL'] === '1'

describe.runIf(isFull)('the package', () => {
  let packed: Packed
  let browser: RunningBrowser

  beforeAll(async () => {
    packed = await pack()
    browser = await startBrowser('chromium')
  }, 120_000)

  afterAll(async () => {
    await browser.close()
    packed.remove()
  })

  /** Opens the page until a development server has prepared its packages: meanwhile the server may reload the page. */
  async function prepare(origin: string): Promise<void> {
    const { page } = await browser.open()
    const isThere = async () => (await page.$('attn-heads >>> .token').catch(() => null)) !== null
    // A server that is still compiling may have answered with half of the files: its developer would reload, too.
    for (let attempt = 0; attempt < 3 && !(await isThere()); attempt++) {
      await page.goto(origin)
      await expect
        .poll(isThere, { timeout: 30_000 })
        .toBe(true)
        .catch(() => {})
    }
    expect(await isThere()).toBe(true)
    await page.close()
  }

  /** Checks the page in the browser, then closes the page and its server. */
  async function see(
    { origin, close }: { origin: string; close(): unknown },
    { leavesOut = false, isDev = false }
  ): Promise<void> {
    try {
      if (isDev) await prepare(origin)
      const opened = await seePattern(origin, browser, leavesOut)
      await seeOutput(opened)
      await opened.page.close()
    } finally {
      await close()
    }
  }

  it.for(Object.entries(frameworks))('works in %s without settings', { timeout: 300_000 }, async (row, { skip }) => {
    const [name, framework] = row
    const folder = await project(framework, packed.tarball).catch((error: unknown) => {
      if (!(error instanceof NoNetwork)) throw error
      console.warn(`${name} is skipped: ${error.message}`)
      return skip(error.message)
    })
    try {
      const { build, served, start, dev, leavesOut } = framework
      const [command = '', ...words] = build
      await runIn(folder, command, words)
      const built = { leavesOut: leavesOut === 'always' }
      if (served !== undefined) await see(await serveFolder(join(folder, served), { isStrict: false }), built)
      if (start) await see(await startServer(folder, start), built)
      if (dev) await see(await startServer(folder, dev), { leavesOut: leavesOut !== undefined, isDev: true })
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    }
  })
})
