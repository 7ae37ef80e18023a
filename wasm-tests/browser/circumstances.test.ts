/**
 * Unusual conditions: blocked storage, a crashed worker, a background tab, old browsers, small phones, two tabs, and
 * back and forward.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { describe, expect, test } from 'vitest'
import { fits, heldBytes, roomOn } from '../../web/demo/shared/room.js'
import { root } from '../ts/support/folders.js'
import { settled } from './accessible.js'
import { startBrowser } from './browsers.js'
import { address, handle, isDone, isJudged, press, see, type, until, waitFor } from './demo-page.js'
import { inBrowser, variants } from './each-browser.js'
import { SUB_PATH } from './site-server.js'

const running = inBrowser('chromium')

async function opened(prepare: (page: Page) => Promise<unknown> = async () => {}, file = '') {
  const tab = await running.browser.open({ width: 1280 })
  await prepare(tab.page)
  await tab.page.goto(address(running.site.origin, { seed: 3 }, '', file))
  return tab
}

describe('older browsers', () => {
  test('base SIMD only, as in Safari: the base build of the engine generates text', async () => {
    const before = running.site.asked.length
    const { page, complaints } = await opened((page) =>
      page.evaluateOnNewDocument(() => {
        const validate = WebAssembly.validate.bind(WebAssembly)
        // f32x4.relaxed_madd
        WebAssembly.validate = (bytes) =>
          !String(new Uint8Array(bytes as ArrayBuffer)).includes('253,133,2') && validate(bytes)
      })
    )
    await until(page, 'the story', isDone)
    const modules = running.site.asked.slice(before).filter((path) => /attenscope-(base|relaxed)\S*\.wasm$/.test(path))
    expect(modules[0]).toContain('attenscope-base')
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test.each([
    {
      what: 'without SIMD',
      prepare: (page: Page) =>
        page.evaluateOnNewDocument(() => {
          const validate = WebAssembly.validate.bind(WebAssembly)
          // i32x4.splat
          WebAssembly.validate = (bytes) =>
            !String(new Uint8Array(bytes as ArrayBuffer)).includes('253,17') && validate(bytes)
        })
    },
    {
      what: 'without WebAssembly',
      prepare: (page: Page) => page.evaluateOnNewDocument(() => Reflect.deleteProperty(globalThis, 'WebAssembly'))
    }
  ])(
    '$what: the page explains the problem, and still shows saved traces',
    async ({ prepare }) => {
      const { page, complaints } = await opened(prepare)
      const { error } = await until(page, 'the error', (seen) => seen.error !== '')
      expect(error).toMatch(/no WebAssembly SIMD/)
      expect(error).toMatch(/This browser is too old.*Use a newer browser: Chrome 91, Firefox 89, Safari 16.4/)
      expect(error).not.toMatch(/Choose a model/)
      // Elements that need the attention library show the same message.
      await page.$eval('attn-position', (view) => view.scrollIntoView())
      const alert = await waitFor(page, 'attn-position >>> [role=alert]')
      expect(await alert.evaluate((node) => node.textContent)).toContain('too old')
      expect(complaints).toEqual([])
      await page.goto(`${running.site.origin}/gallery.html?only=saved`)
      await waitFor(page, '#saved attn-matrix >>> canvas')
      await page.close()
    },
    60_000
  )
})

test('blocked storage: every page works, stores nothing and reports no error', async () => {
  const browser = await startBrowser('chromium', [], { profile: { default_content_setting_values: { cookies: 2 } } })
  const { page, complaints } = await browser.open()
  await page.goto(address(running.site.origin))
  const isBlocked = await page.evaluate(async () => {
    const refused = (act: () => unknown) =>
      Promise.resolve()
        .then(act)
        .then(
          () => false,
          () => true
        )
    return [await refused(() => localStorage.length), await refused(() => caches.open('any'))]
  })
  expect(isBlocked).toEqual([true, true])
  await until(page, 'the story', isDone)
  for (const [file, isOver] of [
    ['translate.html', isDone],
    ['sentiment.html', isJudged]
  ] as const) {
    await page.goto(address(running.site.origin, {}, '', file))
    await until(page, file, isOver)
  }
  // Longer than the delay after which a page stores the site for offline use.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 3500)))
  expect(complaints).toEqual([])
  await browser.close()
}, 90_000)

test('a crashed worker: the page reports it, and loads the model again on request', async () => {
  const { page } = await opened()
  await until(page, 'the story', isDone)
  const [worker] = page.workers()
  await worker?.evaluate(
    () =>
      void setTimeout(() => {
        throw new Error('out of memory')
      })
  )
  await press(page, 'Generate')
  const { error } = await until(page, 'the error', (seen) => seen.error !== '')
  expect(error).toMatch(/worker failed.*out of memory/)
  await press(page, 'Try again')
  await until(page, 'the story again', (seen) => isDone(seen) && seen.error === '')
  await page.close()
}, 60_000)

test('a background tab continues to generate, and is drawn when it becomes visible', async () => {
  const { page } = await opened()
  const other = await page.browserContext().newPage()
  await page.bringToFront()
  await until(page, 'a few words', ({ tokens }) => tokens.length > 20)
  await other.bringToFront()
  expect(await page.evaluate(() => document.visibilityState)).toBe('hidden')
  await until(page, 'the story', isDone, 60_000)
  await page.bringToFront()
  // Tells whether the canvas has any pixel that is not empty.
  const isDrawn = () =>
    page.$eval('attn-matrix', (matrix) => {
      const canvas = matrix.shadowRoot?.querySelector('canvas')
      const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      return pixels?.some((value) => value !== 0) ?? false
    })
  await expect.poll(isDrawn).toBe(true)
  await page.close()
}, 90_000)

test('two tabs generate separate texts, equal for equal seeds', async () => {
  const first = await opened()
  // A tab starts when it becomes visible. The first tab continues behind the second.
  await until(first.page, 'its first words', ({ tokens }) => tokens.length > 10)
  const second = await first.page.browserContext().newPage()
  await second.goto(address(running.site.origin, { seed: 3 }))
  await second.bringToFront()
  const texts = [(await until(second, 'the story', isDone, 30_000)).tokens.join('')]
  await first.page.bringToFront()
  texts.push((await until(first.page, 'the other story', isDone, 30_000)).tokens.join(''))
  expect(texts[0]).toBe(texts[1])
  expect(texts[0]?.length).toBeGreaterThan(100)
  await first.page.close()
}, 90_000)

test('back and forward restore the text, its settings and the selection', async () => {
  const { page } = await opened(undefined, 'translate.html')
  await until(page, 'the first translation', isDone)
  await type(page, 'attn-translate', 'Where is the dog?')
  await (await handle(page, 'attn-translate', 'button.primary')).click()
  await until(page, 'the second', (seen) => isDone(seen) && seen.tokens.join('').includes('dog'))
  await (await handle(page, 'attn-heads', '.key .token:nth-child(2) .word')).click()
  const before = await until(page, 'the hold', ({ marked }) => marked.length > 0)
  // Immediately, before the page updates its link.
  await page.click('nav a[href*=sentiment]')
  await until(page, 'the other page', isJudged)
  await page.goBack()
  const after = await until(page, 'the text again', (seen) => isDone(seen) && seen.marked.length > 0)
  expect(after.tokens).toEqual(before.tokens)
  expect(after.result).toBe(before.result)
  expect(after.marked).toEqual(before.marked)
  await page.goForward()
  expect((await until(page, 'the other page', isJudged)).result).not.toBe('')
  await page.close()
}, 60_000)

describe('a phone with little memory', () => {
  test('the memory that a page may use, and whether a model fits', () => {
    expect(roomOn({ memory: 2, isPhone: true })).toBe(500_000_000)
    expect(roomOn({ memory: 32, isPhone: false })).toBe(4e9)
    expect(roomOn({ memory: undefined, isPhone: true })).toBe(1e9)
    expect(roomOn({ memory: undefined, isPhone: false })).toBe(4e9)
    expect([fits(100, 115), fits(100, 114), fits(0, 0)]).toEqual([true, false, true])
  })

  test('the memory of weights, as stored or in the requested format', () => {
    const tensors = [
      { name: 'w', dtype: 'I8', shape: [100, 30], file: 'model.safetensors' },
      { name: 's', dtype: 'F32', shape: [100], file: 'model.safetensors' },
      { name: 'b', dtype: 'F16', shape: [], file: 'model.safetensors' }
    ]
    const model = { info: { parameters: 3001 }, tensors }
    const sizes = (['auto', 'f32', 'f16', 'int8'] as const).map((dtype) => heldBytes(model, dtype))
    // Weights stored in half precision are loaded in float32 by default.
    expect(sizes).toEqual([3000 + 400 + 4, 12_004, 6002, 3001])
    expect(heldBytes({ info: { parameters: 0 }, tensors: [] }, 'auto')).toBe(0)
  })

  test('a page asks before it loads another model that is too large, from a link or from files', async () => {
    const { page, complaints } = await running.browser.open({ width: 390, height: 844, touch: true })
    await page.evaluateOnNewDocument(() => Object.defineProperty(navigator, 'deviceMemory', { get: () => 0.01 }))
    const question = () => page.$eval('.too-large', (note) => note.textContent ?? '').catch(() => '')
    const press = async (selector: string) =>
      (await waitFor(page, selector)).evaluate((node) => (node as HTMLElement).click())
    await page.goto(address(running.site.origin, {}, `?model=${SUB_PATH}/models/stories/`))
    await expect
      .poll(question, { timeout: 20_000 })
      .toMatch(/The model takes .*MB, but a page on this device may use only about 2\.50\sMB/)
    expect(page.workers()).toEqual([])
    // The page's own model loads without a question.
    await press('#own-model')
    await until(page, 'the story', isDone)
    expect(await question()).toBe('')

    const input = await page.$('#model-files')
    const files = ['config.json', 'generation_config.json', 'tokenizer.json', 'model.safetensors']
    const paths = files.map((name) => join(root, 'models/stories', name)).filter((path) => existsSync(path))
    await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...paths)
    await expect.poll(question, { timeout: 20_000 }).toContain('The browser may close the page')
    await press('.too-large button')
    expect(await question()).toBe('')
    await until(page, 'the story of the files', (seen) => isDone(seen) && seen.error === '')
    // A model whose size cannot be read gives the usual error of the load.
    await page.goto(address(running.site.origin, {}, '?model=./models/none/'))
    await until(page, 'the error', ({ error }) => /404/.test(error))
    expect(complaints.filter((text) => !/404/.test(text))).toEqual([])
    await page.close()
  }, 90_000)

  test.each(
    variants(
      [{ gigabytes: 0.01, form: 'int8', isTooLarge: true }],
      [
        { gigabytes: 8, form: 'f32', isTooLarge: false },
        { gigabytes: 0.025, form: 'int8', isTooLarge: false }
      ]
    )
  )(
    'with $gigabytes GB is offered the weight format $form before the load',
    async ({ gigabytes, form, isTooLarge }) => {
      const { page } = await running.browser.open({ width: 390, height: 844, touch: true })
      await page.evaluateOnNewDocument(
        (memory) => Object.defineProperty(navigator, 'deviceMemory', { get: () => memory }),
        gigabytes
      )
      await page.goto(address(running.site.origin, {}, '?model=./models/stories/', 'own.html'))
      const button = await waitFor(page, '#own-state button.primary')
      await settled(page)
      expect(await page.$eval('#own-state input:checked', (box) => box.value)).toBe(form)
      const warning = await page.$eval('#own-state .warning', (note) => note.textContent ?? '')
      expect(warning !== '').toBe(isTooLarge)
      if (isTooLarge) {
        expect(warning).toMatch(/The model takes 4\.95\sMB, but a page on this device may use only about 2\.50\sMB/)
        expect(await button.evaluate((node) => node.textContent)).toBe('Load anyway')
      }
      await button.click()
      await until(page, 'the story', isDone, 60_000)
      expect((await see(page)).error).toBe('')
      await page.close()
    },
    90_000
  )
})
