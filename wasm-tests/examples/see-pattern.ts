/** Opens a page with `attn-heads`, and checks that its lines are drawn. */
import { expect } from 'vitest'
import type { OpenPage, RunningBrowser } from '../browser/browsers.js'
import { waitFor } from '../browser/demo-page.js'

/** Tells whether there are pixels on the canvas of the lines between tokens. */
const isDrawn = ({ page }: OpenPage) =>
  page.evaluate(() => {
    const canvas = document.querySelector('attn-heads')?.shadowRoot?.querySelector('canvas')
    const paper = canvas?.getContext('2d')
    if (!canvas || !paper || canvas.width === 0 || canvas.height === 0) return false
    return paper.getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0)
  })

/** The package's files that some bundlers leave out. */
const ownFiles = /\/(worker\.js|attenscope-[\w-]+\.wasm)$/

/**
 * Opens the page at the origin, hovers over its last token, and waits for the lines. Errors, missing files and requests to
 * other sites fail the test. With `leavesOut`, the package's own files may be missing.
 */
export async function seePattern(origin: string, browser: RunningBrowser, leavesOut = false): Promise<OpenPage> {
  const opened = await browser.open()
  const { page, complaints, requests } = opened
  const refused: string[] = []
  page.on('response', (response) => {
    const url = response.url()
    if (response.status() >= 400 && !(leavesOut && ownFiles.test(url))) refused.push(`${response.status()} ${url}`)
  })
  await page.goto(origin)
  try {
    await waitFor(page, 'attn-heads >>> .token')
  } catch (error) {
    throw new Error(`${String(error)}; the page reported ${JSON.stringify([...complaints, ...refused])}`)
  }
  const words = await page.$$('attn-heads >>> .token')
  await words.at(-1)!.hover()
  await expect.poll(() => isDrawn(opened), { timeout: 20_000 }).toBe(true)
  expect([...complaints, ...refused]).toEqual([])
  expect(requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(origin))).toEqual([])
  return opened
}

/** Waits until the page's `<output>` has the word that a run by `loadModel` found. */
export async function seeOutput({ page }: OpenPage): Promise<void> {
  await expect.poll(() => page.$eval('output', (output) => output.textContent), { timeout: 20_000 }).toMatch(/\w/)
}
