/** A model that cannot be loaded gives a helpful error, and the page stays usable. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startBrowser, type RunningBrowser } from './browsers.js'
import { address, handle, isDone, press, see, until } from './demo-page.js'
import { variants } from './each-browser.js'
import { startSite, type SiteServer } from './site-server.js'

const stories = fileURLToPath(new URL('../../models/stories/', import.meta.url))

let site: SiteServer
let browser: RunningBrowser
beforeAll(async () => {
  browser = await startBrowser('chromium')
}, 120_000)
afterAll(() => browser.close())
beforeEach(async () => {
  site = await startSite()
  return () => site.close()
}, 120_000)

describe('a model that cannot be loaded', () => {
  const folders = variants<[string, RegExp]>(
    [
      ['truncated', /model\.safetensors.*(ends|truncated|bytes)/i],
      ['no-tokenizer', /no tokenizer\.json/],
      ['nothing', /config\.json/]
    ],
    [
      ['wrong-magic', /model\.safetensors/i],
      ['no-config', /config\.json/],
      ['no-weights', /model\.safetensors/]
    ]
  )
  test.each(folders)(
    '%s: the page explains the error, and works after the files are repaired',
    async (folder, words) => {
      const { page, screenshot } = await browser.open()
      await page.goto(address(site.origin, {}, `?model=./broken/${folder}/`))
      const { error } = await until(page, 'the error', (seen) => seen.error !== '')
      expect(error).toMatch(words)
      await screenshot(`broken-${folder}`)
      site.heal()
      await press(page, 'Try again')
      await until(page, 'the text', isDone)
      expect((await see(page)).error).toBe('')
      await page.close()
    }
  )

  // The slow server takes 20 s for the whole model.
  test.each(variants<string>([], ['./slow/stories/']))(
    '%s: a load can be cancelled and started again',
    async (model) => {
      const { page, screenshot } = await browser.open()
      await page.goto(address(site.origin, {}, `?model=${model}`))
      await page.waitForFunction(
        () => /of [\d.]+\sMB/.test(document.querySelector('attn-generate')?.shadowRoot?.textContent ?? ''),
        { timeout: 20_000 }
      )
      await screenshot('loading')
      await press(page, 'Cancel')
      const cancelled = await until(page, 'the cancel', ({ message }) => message !== '')
      expect(cancelled.message).toContain('Loading was cancelled')
      await press(page, 'Load the model')
      await until(page, 'the load', ({ message }) => message === '')
      await until(page, 'the text', isDone, 40_000)
      await page.close()
    },
    60_000
  )

  test('on another site: the page’s policy forbids it, and the story model still works', async () => {
    const { page } = await browser.open()
    await page.goto(address(site.origin, {}, '?model=https://models.example/stories/'))
    const { error } = await until(page, 'the error', (seen) => seen.error !== '')
    expect(error).toMatch(/^https:\/\/models\.example\/\S+ could not be fetched.*own site only/)
    await page.click('#own-model')
    await until(page, 'the text', isDone)
    await page.close()
  })

  test('files from the disk: an incomplete file gives an error, complete files generate text, and the story model can be loaded again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'attenscope-files-'))
    const half = join(folder, 'model.safetensors')
    writeFileSync(half, readFileSync(join(stories, 'model.safetensors')).subarray(0, 100_000))
    const { page } = await browser.open()
    await page.goto(address(site.origin))
    await until(page, 'the text', isDone)

    const small = ['config.json', 'tokenizer.json', 'tokenizer_config.json'].map((name) => join(stories, name))
    const choose = async (weights: string) => (await page.$('input#model-files'))?.uploadFile(...small, weights)
    await choose(half)
    const { error } = await until(page, 'the error', (seen) => seen.error !== '')
    expect(error).toContain('model.safetensors')

    await choose(join(stories, 'model.safetensors'))
    await until(page, 'the error gone', (seen) => seen.error === '' && isDone(seen))
    await page.click('#own-model')
    await until(page, 'the text', isDone)
    expect(await page.$eval('#model-name', (node) => node.textContent)).toBe('Model: stories')
    rmSync(folder, { recursive: true })
    await page.close()
  }, 60_000)
})

describe('an unusual prompt', () => {
  test('longer than the context: the error has both lengths, and a shorter prompt works', async () => {
    const { page, screenshot } = await browser.open()
    await page.goto(address(site.origin, { text: 'the little dog ran '.repeat(200) }))
    const { error } = await until(page, 'the error', (seen) => seen.error !== '')
    expect(error).toMatch(/512/)
    expect(error).toMatch(/Shorten the text/)
    await screenshot('too-long')
    const prompt = await handle(page, 'attn-generate', 'textarea')
    await prompt.click({ count: 3 })
    await page.keyboard.type('One day a cat')
    await page.keyboard.press('Enter')
    await until(page, 'the text', isDone)
    expect((await see(page)).error).toBe('')
    await page.close()
  }, 60_000)

  test('empty: the model generates without a prompt, and the page says so', async () => {
    const { page } = await browser.open()
    await page.goto(address(site.origin, { text: '' }))
    const { tokens } = await until(page, 'the text', isDone)
    expect(tokens[0]).toBe('⟨start⟩')
    expect(tokens.length).toBeGreaterThan(20)
    const prompt = await handle(page, 'attn-generate', 'textarea')
    expect(await prompt.evaluate((node) => node.getAttribute('placeholder'))).toBe(
      'If empty, the model starts by itself'
    )
    await page.close()
  })

  test('Chinese and an emoji: whole characters, no replacement characters', async () => {
    const { page, screenshot } = await browser.open()
    await page.goto(address(site.origin, { text: '小狗 🐶 ran.' }))
    const { tokens } = await until(page, 'the text', isDone)
    expect(tokens.join('')).not.toContain('\ufffd')
    expect(tokens.join('')).toContain('小₂₃狗₂₃ 🐶₂₃₄ ran.')
    await screenshot('chinese')
    await page.close()
  })
})
