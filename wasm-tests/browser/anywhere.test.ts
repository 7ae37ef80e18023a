/** The package runs wherever a page runs: from other origins, under policies, from bundles without its files, and twice on a page. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Frame, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../ts/support/folders.js'
import { startBrowser, type BrowserName, type OpenPage, type RunningBrowser } from './browsers.js'
import { variants } from './each-browser.js'
import { startPackageServer, type PackageServer } from './anywhere-server.js'

type Package = typeof import('attenscope')

/** Another thing than a model's page needs: images, which the figures of the views use. */
const OPEN = "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline' http://127.0.0.1:*"
const TYPED = `${OPEN}; worker-src 'self' blob: http://127.0.0.1:*; require-trusted-types-for 'script'`

const TEXT = 'The cat sat down.'
const heads = (attributes = '', inside = '') =>
  `<attn-heads model="/models/stories/" text="${TEXT}" layer="1" head="4" ${attributes}>${inside}</attn-heads>`
/** Registers the elements, and puts the package's own functions where a test finds them. */
const elements = (folder: string) =>
  `<script type="module" src="${folder}elements.js"></script>
  <script type="module">import * as attenscope from '${folder}index.js'; globalThis.attenscope = attenscope</script>`

describe.each(variants<BrowserName>(['chromium'], ['firefox']))('in %s, the package', (name) => {
  let server: PackageServer
  let browser: RunningBrowser
  beforeAll(async () => {
    server = await startPackageServer()
    browser = await startBrowser(name)
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  async function open(body: string, policy?: string): Promise<OpenPage & { readonly told: string[] }> {
    const opened = await browser.open()
    const told: string[] = []
    opened.page.on('console', (message) => {
      if (message.type() === 'info' && message.text().startsWith('attenscope')) told.push(message.text())
    })
    await opened.page.goto(server.page(body, policy))
    onTestFinished(() => opened.page.close())
    return { ...opened, told }
  }

  /** The text of the first view that shows one. */
  async function shownText(page: Page | Frame): Promise<string> {
    const text = await page.waitForSelector('attn-heads >>> [part~="text"]', { timeout: 20_000 })
    return (await text?.evaluate((node) => node.textContent)) ?? ''
  }

  /** Loads a model and runs a text; the outcome is the notices' codes, or the error. */
  async function load(page: Page | Frame, options: object = {}, settings: object = {}) {
    await page.waitForFunction(() => 'attenscope' in globalThis)
    return page.evaluate(
      async (model, given, page) => {
        const { loadModel, configure } = (globalThis as unknown as { attenscope: Package }).attenscope
        try {
          configure(page)
          const loaded = await loadModel(model, { cache: false, ...given })
          const { tokens } = await loaded.run('The cat')
          const notices = loaded.info.notices?.map(({ code }) => code) ?? []
          await loaded.dispose()
          return { tokens: tokens.length, notices }
        } catch (error) {
          const { code, message } = error as { code?: string; message: string }
          return { code, message }
        }
      },
      `${server.origin}/models/stories/`,
      options,
      settings
    )
  }

  test('starts its worker from another origin', async () => {
    const folder = `${server.elsewhere}/dist/`
    const { page, told } = await open(elements(folder) + heads())
    expect(await shownText(page)).toContain('cat')
    expect(await load(page, { thread: 'worker' })).toEqual({ tokens: 3, notices: [] })
    expect(await load(page, { thread: 'caller' })).toEqual({ tokens: 3, notices: [] })
    expect(told).toEqual([])
  }, 60_000)

  test('starts its worker in a sandboxed frame, whose origin is opaque', async () => {
    const inner = server.page(elements('/dist/') + heads())
    const { page, told } = await open(
      `<iframe sandbox="allow-scripts" src="${inner}" width="900" height="500"></iframe>`
    )
    const frame = await page.waitForFrame((each) => each.url() === inner)
    expect(await shownText(frame)).toContain('cat')
    expect(await load(frame, { thread: 'worker' })).toEqual({ tokens: 3, notices: [] })
    expect(told).toEqual([])
  }, 60_000)

  test('needs two policies under Trusted Types: lit-html and attenscope', async () => {
    for (const folder of ['/dist/', `${server.elsewhere}/dist/`]) {
      const { page, told, complaints } = await open(
        elements(folder) + heads(),
        `${TYPED}; trusted-types lit-html attenscope`
      )
      expect(await shownText(page)).toContain('cat')
      expect(await load(page, { thread: 'worker' })).toEqual({ tokens: 3, notices: [] })
      expect([told, complaints]).toEqual([[], []])
    }
  }, 60_000)

  test('runs on the page’s own thread where no worker may start, and says so once', async () => {
    const { page, told } = await open(elements('/dist/') + heads(), `${OPEN}; worker-src 'none'`)
    expect(await shownText(page)).toContain('cat')
    expect(await load(page)).toEqual({ tokens: 3, notices: ['page-thread'] })
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('worker-src')
    // An author who asked for a worker is told why there is none; one who asked for this thread is told nothing.
    expect(await load(page, { thread: 'worker' })).toMatchObject({
      code: 'blocked',
      message: expect.stringContaining('worker-src') as string
    })
    expect(await load(page, {}, { thread: 'caller' })).toEqual({ tokens: 3, notices: [] })
    expect(told).toHaveLength(1)
  }, 60_000)

  test('names the policy that forbids WebAssembly, and offers no second try', async () => {
    const policy = "script-src 'self' 'unsafe-inline'; worker-src 'none'"
    const { page } = await open(elements('/dist/') + heads('', '<p id="saved">a saved picture</p>'), policy)
    const error = await page.waitForSelector('attn-heads >>> [part~="error"]', { timeout: 20_000 })
    expect(await error?.evaluate((node) => node.textContent)).toContain('wasm-unsafe-eval')
    expect(await error?.$('button')).toBe(null)
    expect(await page.$eval('#saved', (node) => node.getClientRects().length)).toBe(1)
    expect(await load(page)).toMatchObject({ code: 'blocked' })
  }, 60_000)

  test('works in a bundle that left out the worker and the modules, and finds them by their addresses', async () => {
    const { page, told } = await open(elements('/bare/') + heads())
    expect(await shownText(page)).toContain('cat')
    expect(await load(page)).toEqual({ tokens: 3, notices: ['inlined-files'] })
    expect(told).toHaveLength(1)
    expect(
      await page.evaluate(async () => {
        const { loadOps } = (globalThis as unknown as { attenscope: Package }).attenscope
        return Array.from((await loadOps()).softmax({ data: new Float32Array([0, 0]), shape: [2] }).data)
      })
    ).toEqual([0.5, 0.5])
    const given = { workerUrl: '/dist/worker.js', wasmUrl: '/dist/' }
    expect(await load(page, given)).toEqual({ tokens: 3, notices: [] })
    expect(await load(page, { wasmUrl: '/dist/attenscope-base.wasm' }, { workerUrl: given.workerUrl })).toEqual({
      tokens: 3,
      notices: []
    })
    expect(await load(page, {}, given)).toEqual({ tokens: 3, notices: [] })
    expect(await load(page, { wasmUrl: '/nowhere/' })).toMatchObject({ code: 'worker' })
  }, 60_000)

  test('may be on a page twice: the copies share groups, and register each tag once', async () => {
    const { page, complaints } = await open(
      `${elements('/dist/')}<script type="module" src="/copy/elements-grid.js"></script>` +
        `<script type="module">
          import * as first from '/dist/elements.js'
          import * as second from '/copy/elements.js'
          globalThis.copies = [first, second]
        </script>${heads('group="g"')}<attn-grid group="g"></attn-grid>`
    )
    expect(await shownText(page)).toContain('cat')
    await page.waitForSelector('attn-grid >>> canvas', { timeout: 20_000 })
    const heard = await page.evaluate(() => {
      const [first, second] = (globalThis as unknown as { copies: (typeof import('attenscope/elements'))[] }).copies
      const aspects: string[] = []
      second!.selectionFor('g').addEventListener('change', (event) => aspects.push((event as never)['aspect']))
      first!.selectionFor('g').choose({ layer: 2, head: 3 })
      const { layer, head } = document.querySelector('attn-grid')!.selection.chosen
      return { isOther: first!.Selection !== second!.Selection, aspects, layer, head }
    })
    expect(heard).toEqual({ isOther: true, aspects: ['head'], layer: 2, head: 3 })
    expect(complaints).toEqual([])
  }, 60_000)

  test('refuses the calls of a worker that closes itself in the middle of them', async () => {
    const { page } = await open(elements('/dist/'))
    await page.waitForFunction(() => 'attenscope' in globalThis)
    const outcome = await page.evaluate(async () => {
      const { loadModel } = (globalThis as unknown as { attenscope: Package }).attenscope
      const script = await (await fetch('/dist/worker.js')).text()
      const end = `addEventListener('message', ({ data }) => data.type === 'run' && setTimeout(() => close(), 20))`
      const workerUrl = URL.createObjectURL(new Blob([`${script};\n${end}`], { type: 'text/javascript' }))
      const model = await loadModel('/models/stories/', { workerUrl, thread: 'worker', cache: false })
      const told = (error: { code?: string; message: string }) => ({ code: error.code, message: error.message })
      const calls = [
        model.run('The cat sat on the mat. '.repeat(60), { capture: ['pattern', 'q', 'k'] }),
        model.tokens([2])
      ]
      return Promise.all(calls.map((call) => call.then(() => 'answered', told)))
    })
    const ended = { code: 'worker', message: expect.stringContaining('ended without a word') as string }
    expect(outcome[0]).toEqual(ended)
  }, 60_000)

  test('says in a page from the disk why no model runs, and shows what the author put in its place', async () => {
    const file = join(tmpdir(), `attenscope-page-${process.pid}-${name}.html`)
    const script = readFileSync(join(root, 'dist/anywidget.js'), 'utf8').replaceAll('</script', '<\\/script')
    const body = heads('', '<p id="saved">a saved picture</p>').replace('"/models', '"models')
    writeFileSync(
      file,
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>A file</title>${body}<div id="place"></div>` +
        `<script type="module">${script}\nmount(document.querySelector('#place'), {})</script>`.replace(
          /export\{(\w+) as default,(\w+) as mount\}/,
          'const mount=$2'
        )
    )
    onTestFinished(() => rmSync(file))
    const { page } = await browser.open()
    onTestFinished(() => page.close())
    await page.goto(pathToFileURL(file).href)
    const error = await page.waitForSelector('attn-heads >>> [part~="error"]', { timeout: 20_000 })
    expect(await error?.evaluate((node) => node.textContent)).toContain('from the disk')
    expect(await error?.$('button')).toBe(null)
    expect(await page.$eval('#saved', (node) => node.getClientRects().length)).toBe(1)
  }, 60_000)
})
