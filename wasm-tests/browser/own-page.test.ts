/** The page for the reader's own model: from a model hub or from files, with its errors, on phones and desktops. */
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { describe, expect, test } from 'vitest'
import { golden, root } from '../ts/support/folders.js'
import { serveHub } from '../ts/support/hub-server.js'
import { handle, isDone, until } from './demo-page.js'
import { inBrowser, inChromiumFirst, variants } from './each-browser.js'

const stateOf = (page: Page) => page.$eval('#own-state', (node) => (node as HTMLElement).innerText.replace(/\s+/g, ' '))

async function untilState(page: Page, what: RegExp): Promise<string> {
  await page.waitForFunction(
    (source: string) => new RegExp(source).test(document.querySelector<HTMLElement>('#own-state')?.innerText ?? ''),
    { timeout: 20_000 },
    what.source
  )
  return stateOf(page)
}

async function pressState(page: Page, name: string): Promise<void> {
  for (const button of await page.$$('#own-state button')) {
    if ((await button.evaluate((node) => node.textContent)) === name) return button.click()
  }
  throw new Error(`no button '${name}'; the page shows ${await stateOf(page)}`)
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

inChromiumFirst('a model of one’s own', (running) => {
  test('a hub id: first its download size, then its weights on request, then every view', async () => {
    const server = await serveHub(join(root, 'models/stories'), { token: 'hf_secret' })
    const { page, complaints, screenshot } = await running.browser.open({ width: 1440, height: 900 })
    await page.goto(`${running.site.origin}/own.html?hub=${encodeURIComponent(server.hub)}`)
    // The link chose the hub, so the page names it beside the field, and asks it only after the reader's consent.
    expect(await page.$eval('#own-hub', (note) => note.textContent)).toContain(server.hub)
    await page.type('#own-token', 'hf_secret')
    await page.type('#own-name', 'org/name')
    await page.keyboard.press('Enter')
    expect(await untilState(page, /Nothing has been sent/)).toContain(server.hub)
    expect(server.asked).toEqual([])
    await pressState(page, `Ask ${server.hub}`)
    const facts = await untilState(page, /Download/)
    expect(facts).toMatch(/llama, continues a text/)
    expect(facts).toMatch(/Download 5\.\d+ MB/)
    expect(facts).toMatch(/float32, 19\.\d MB float16, 9\.\d+ MB 8 bits, 4\.\d+ MB/)
    // Only the header of the weights' file, and the bytes that were already on their way.
    const before = server.asked.filter(({ host }) => host === 'store').length
    expect(before).toBeLessThan(4)
    await screenshot('own-facts')

    await pressState(page, 'Load the model')
    await untilState(page, /of memory/)
    const seen = await until(page, 'the story', isDone)
    expect(seen.tokens.length).toBeGreaterThan(20)
    // The head with most to see in this text: its words look back at "there".
    expect(seen.chosen).toMatch(/Layer 3, head 0/)
    await screenshot('own-loaded')
    const store = server.asked.filter(({ host }) => host === 'store')
    expect(store.every(({ authorization }) => authorization === undefined)).toBe(true)
    expect(complaints).toEqual([])
    await page.close()
  }, 90_000)

  test('files: a single GGUF file, in half precision', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440, height: 900 })
    await page.goto(`${running.site.origin}/own.html`)
    const input = await page.$('#own-files')
    await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(
      join(golden('gguf'), 'llama-every-type.gguf')
    )
    expect(await untilState(page, /Download/)).toMatch(/1 layer of 4 heads, width 256/)
    await page.click('#own-state input[value=f16]')
    await pressState(page, 'Load the model')
    expect(await untilState(page, /of memory/)).toMatch(/llama-every-type\.gguf uses \d+ KB of memory/)
    // A model with random weights generates until its context is full.
    await until(page, 'its text', ({ status }) => /context is full/.test(status))
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)
})

describe('the page for the reader’s own model', () => {
  const running = inBrowser('chromium')

  test('an unavailable model gives an error, and a slow download can be cancelled', async () => {
    const server = await serveHub(join(root, 'models/stories'))
    const { page } = await running.browser.open({ width: 390, height: 844, touch: true, dark: true })
    await page.goto(`${running.site.origin}/own.html?hub=${encodeURIComponent(server.hub)}&model=org/missing`)
    await untilState(page, /Nothing has been sent/)
    expect(server.asked).toEqual([])
    await pressState(page, `Ask ${server.hub}`)
    expect(await untilState(page, /Try again/)).toMatch(/org\/missing.*404/)

    await page.goto(`${running.site.origin}/own.html?model=./slow/stories/`)
    await untilState(page, /Download/)
    await pressState(page, 'Load the model')
    await untilState(page, /Cancel/)
    await pressState(page, 'Cancel')
    expect(await untilState(page, /cancelled/)).toContain('Nothing is running')
    await pressState(page, 'Try again')
    await untilState(page, /Cancel/)
    await page.close()
  }, 60_000)

  test('a name without an owner is asked of the hub, never of the page’s own site', async () => {
    const server = await serveHub(join(root, 'models/stories'), { id: 'gpt2' })
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/own.html?hub=${encodeURIComponent(server.hub)}`)
    await page.type('#own-name', 'gpt2')
    await page.keyboard.press('Enter')
    await untilState(page, /Nothing has been sent/)
    await pressState(page, `Ask ${server.hub}`)
    expect(await untilState(page, /Download/)).toContain('gpt2')
    expect(running.site.asked.filter((path) => path.includes('gpt2'))).toEqual([])
    await page.$eval('#own-name', (field) => field instanceof HTMLInputElement && field.select())
    await page.type('#own-name', 'gpt3')
    await page.keyboard.press('Enter')
    expect(await untilState(page, /Try again/)).toMatch(/gpt3 on .*404.*'gpt3' means a model of the hub.*'\.\/gpt3\/'/)
    await page.close()
  }, 60_000)

  test('Back leads from the views to the facts to the choice, and from a locked word to the word before', async () => {
    const { page, complaints } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/own.html`)
    const back = () => page.evaluate(() => history.back())
    const isChoice = () => page.$eval('#own-state', (state) => state.childElementCount === 0)
    await page.click('.try')
    await untilState(page, /Download/)
    await pressState(page, 'Load the model')
    const opened = await until(page, 'the story', isDone)
    await (await handle(page, 'attn-grid', '[aria-label^="Layer 1, head 5"]')).click()
    await until(page, 'the head', ({ chosen }) => chosen.startsWith('Layer 1, head 5'))
    await back()
    const again = await until(page, 'the first head', ({ chosen }) => chosen === opened.chosen)
    expect(again.written).toEqual(opened.written)
    await back()
    await untilState(page, /Download/)
    expect(new URL(page.url()).searchParams.get('model')).toBe('./models/stories/')
    await back()
    await expect.poll(isChoice).toBe(true)
    expect(new URL(page.url()).search).toBe('')
    await page.evaluate(() => history.forward())
    await untilState(page, /Download/)
    // After a reload, the entries before it lead to the same models.
    await page.reload()
    await untilState(page, /Download/)
    await back()
    await expect.poll(isChoice).toBe(true)
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('a link asks no other site by itself, whatever it names; the reader’s own address needs no consent', async () => {
    const server = await serveHub(join(root, 'models/stories'))
    const { page } = await running.browser.open({ width: 390, height: 844 })
    const origin = `${running.site.origin}/own.html`
    const disguised = server.hub.replace('//', '//huggingface.co@')
    for (const query of [`model=${server.hub}/org/name/`, `model=org/name&hub=${disguised}`]) {
      await page.goto(`${origin}?${query}`)
      expect(await untilState(page, /Nothing has been sent/)).toContain(`names ${server.hub}. Nothing`)
    }
    expect(server.asked).toEqual([])
    // The hub's own address, typed by the reader.
    await page.goto(origin)
    expect(await page.$eval('#own-hub', (note) => note.checkVisibility())).toBe(false)
    await page.type('#own-name', `${server.hub}/org/name/resolve/main/`)
    await page.keyboard.press('Enter')
    await untilState(page, /Download|Try again/)
    expect(server.asked.length).toBeGreaterThan(0)
    await page.close()
  }, 60_000)

  const sizes = variants(
    [{ width: 390, height: 844, dark: true }],
    [
      { width: 320, height: 640, dark: false },
      { width: 390, height: 844, dark: false },
      { width: 1440, height: 900, dark: true },
      { width: 1440, height: 900, dark: false }
    ]
  )
  test.each(sizes)(
    'fits $width pixels, dark: $dark',
    async ({ width, height, dark }) => {
      const touch = width < 1000
      const { page, complaints, screenshot } = await running.browser.open({ width, height, dark, touch })
      await page.goto(`${running.site.origin}/own.html`)
      expect(await overflow(page)).toBe(0)
      await screenshot(`own-${width}-${dark ? 'dark' : 'light'}-empty`)
      await page.click('.try')
      await untilState(page, /Download/)
      expect(await overflow(page)).toBe(0)
      await screenshot(`own-${width}-${dark ? 'dark' : 'light'}-facts`)
      await pressState(page, 'Load the model')
      await until(page, 'the story', isDone)
      expect(await overflow(page)).toBe(0)
      await screenshot(`own-${width}-${dark ? 'dark' : 'light'}`)
      const low = await page.$$eval(
        '.own button, .own .file-button',
        (nodes, isTouch) =>
          isTouch
            ? nodes
                .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 44)
                .map((node) => node.textContent)
            : [],
        touch
      )
      expect(low).toEqual([])
      expect(complaints).toEqual([])
      await page.close()
    },
    60_000
  )
})
