/** The package's page for frames, as an author copies it to a server: dist/ with a saved trace and a model beside it. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadModel } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveFolder } from '../examples/folder-server.js'
import { root, storiesFolder } from '../ts/support/folders.js'
import { startBrowser, type OpenPage, type RunningBrowser } from './browsers.js'
import { variants } from './each-browser.js'

const folder = mkdtempSync(join(tmpdir(), 'attenscope-embed-'))
let server: Awaited<ReturnType<typeof serveFolder>>

beforeAll(async () => {
  const model = await loadModel(storiesFolder)
  const { trace } = await model.run('The cat sat down.', { capture: ['pattern'] })
  await writeFile(join(folder, 'run.safetensors'), (await trace.save()).stream())
  await model.dispose()
  symlinkSync(join(root, 'dist'), join(folder, 'dist'))
  symlinkSync(join(root, 'models'), join(folder, 'models'))
  server = await serveFolder(folder, { isStrict: false })
}, 60_000)

afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.each(variants(['chromium'] as const, ['firefox'] as const))('dist/embed.html in %s', (name) => {
  let browser: RunningBrowser

  beforeAll(async () => {
    browser = await startBrowser(name)
  }, 60_000)

  afterAll(() => browser.close())

  const open = async (fields: Readonly<Record<string, string>>): Promise<OpenPage> => {
    const opened = await browser.open({ width: 700 })
    await opened.page.goto(`${server.origin}/dist/embed.html?${new URLSearchParams(fields)}`)
    return opened
  }

  const words = ({ page }: OpenPage) =>
    page.$$eval('attn-heads >>> .token', (tokens) => tokens.map((token) => token.textContent).join(''))

  const told = async ({ page }: OpenPage) => {
    await page.waitForSelector('[role=alert]')
    expect(await page.$$('#shown > :not(p)')).toEqual([])
    return page.$eval('[role=alert]', (alert) => alert.textContent)
  }

  it('shows a saved trace without an engine', async () => {
    const opened = await open({ src: '../run.safetensors', layer: '1', head: '4', theme: 'dark' })
    await expect.poll(() => words(opened), { timeout: 20_000 }).toContain('cat')
    expect(await opened.page.$eval('attn-heads', ({ layer, head }) => [layer, head])).toEqual([1, 4])
    expect(await opened.page.$eval('html', (page) => getComputedStyle(page).colorScheme)).toBe('dark')
    expect(opened.complaints).toEqual([])
    expect(opened.requests.filter((url) => /\.wasm|worker/.test(url))).toEqual([])
    await opened.page.close()
  })

  it('runs a model on a text', async () => {
    const opened = await open({ model: '../models/stories/', text: 'Tom was sad.' })
    await expect.poll(() => words(opened), { timeout: 30_000 }).toContain('Tom')
    expect(opened.complaints).toEqual([])
    await opened.page.close()
  })

  it.each([
    ['an element that is none', { element: 'script', src: '../run.safetensors' }, '“script”'],
    ['a field that the element lacks', { src: '../run.safetensors', onclick: 'alert(1)' }, '“onclick”'],
    ['a field that only the site has', { trace: 'lily' }, '“trace”'],
    ['a script as its trace', { src: 'javascript:alert(1)' }, '“src”'],
    ['a model with a password', { model: 'https://me:secret@example.org/', text: 'a' }, '“model”'],
    ['a model without a text', { model: '../models/stories/' }, '“text”'],
    ['nothing', {}, '“src”'],
    ['a writer without a model', { element: 'generate', text: 'a' }, '“model”'],
    ['a class of its own', { src: '../run.safetensors', class: 'a' }, '“class”']
  ])('shows a message for %s', async (_, fields: Readonly<Record<string, string>>, named) => {
    const opened = await open(fields)
    const message = await told(opened)
    expect(message).toContain(named)
    expect(message).not.toContain('secret')
    expect(
      opened.requests.filter((url) => !url.startsWith(`${server.origin}/dist/`) && !url.startsWith('data:'))
    ).toEqual([])
    await opened.page.close()
  })

  it('has its messages in Chinese', async () => {
    const opened = await open({ lang: 'zh-Hans' })
    expect(await told(opened)).toMatch(/\p{Script=Han}/u)
    await opened.page.close()
  })

  it('tells a page of another origin its height', async () => {
    const frame = `${server.origin.replace('127.0.0.1', 'localhost')}/dist/embed.html?src=../run.safetensors`
    const listen = "addEventListener('message', ({ data }) => (window.told = data.height))"
    await writeFile(
      join(folder, 'host.html'),
      `<!doctype html><script>${listen}</script><iframe src="${frame}"></iframe>`
    )
    const opened = await browser.open({ width: 700 })
    await opened.page.goto(`${server.origin}/host.html`)
    await expect.poll(() => opened.page.evaluate('window.told'), { timeout: 20_000 }).toBeGreaterThan(40)
    await opened.page.close()
  })
})
