/**
 * The widget in its hosts: pages that treat the example's files as MyST and Quarto do; in a full run also JupyterLab,
 * MyST's parser and renderer, and pandoc.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser, type BrowserName, type RunningBrowser } from '../browser/browsers.js'
import { waitFor } from '../browser/demo-page.js'
import { serveFolder } from './folder-server.js'
import { startJupyter } from './hosts/jupyter.js'
import { writeMystModule } from './hosts/myst.mjs'
import { pandocPage } from './hosts/pandoc.js'
import { pack, runIn, type Packed } from './packed.js'

let packed: Packed
let folder: string
const browsers = new Map<BrowserName, RunningBrowser>()

beforeAll(async () => {
  packed = await pack()
  const models = { stories: 'models/stories' }
  const node = await packed.install('node', { models })
  await runIn(node, 'node', ['main.js'])
  folder = await packed.install('notebook', { models })
  cpSync(join(node, 'trace.safetensors'), join(folder, 'trace.safetensors'))
  for (const name of ['chromium', 'firefox'] as const) browsers.set(name, await startBrowser(name))
}, 180_000)

afterAll(async () => {
  for (const browser of browsers.values()) await browser.close()
  packed.remove()
})

const shell = (body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${body}</html>`

/** Shows each directive as MyST's theme does: imports the module, and calls its `render` with a model of the JSON. */
function mystPage(source: string): string {
  const directives = [...source.matchAll(/^:::\{anywidget\} (\S+)\n([\s\S]*?)^:::$/gm)]
  const widgets = directives.map(([, esm, json = '{}']) => ({ esm, traits: JSON.parse(json) as object }))
  return shell(`<main></main><script type="module">
    for (const { esm, traits } of ${JSON.stringify(widgets)}) {
      const module = new Blob([await (await fetch(esm)).text()], { type: 'text/javascript' })
      const { default: widget } = await import(URL.createObjectURL(module))
      const el = document.querySelector('main').appendChild(document.createElement('div'))
      const given = new Map(Object.entries(traits))
      const listeners = new Map()
      const model = {
        get: (name) => given.get(name),
        set: (name, value) => void given.set(name, value),
        save_changes() { throw new Error('MyST has no other side') },
        on: (event, listener) => void listeners.set(event, listener),
        off: (event) => void listeners.delete(event)
      }
      const end = await widget.render({ model, el })
      ;(globalThis.widgets ??= []).push({ given, listeners, end, el })
    }
  </script>`)
}

/** Returns the page after pandoc, which leaves the raw HTML unchanged. */
function quartoPage(source: string): string {
  const [, raw = ''] = /^```\{=html\}\n([\s\S]*?)^```$/m.exec(source) ?? []
  return shell(`<body class="quarto-dark">${raw}</body>`)
}

async function open(name: BrowserName, file: string, html: string) {
  writeFileSync(join(folder, file), html)
  const server = await serveFolder(folder, { isStrict: false })
  const opened = await browsers.get(name)!.open()
  await opened.page.goto(`${server.origin}/${file}`)
  return { ...opened, close: () => server.close() }
}

const words = (page: Page) =>
  page.$$eval('attn-heads >>> .token', (tokens) => tokens.map((token) => token.textContent).join(''))

interface Shown {
  readonly given: Map<string, unknown>
  readonly listeners: Map<string, () => void>
  readonly end: () => void
  readonly el: HTMLElement
}

describe.each(['chromium', 'firefox'] as const)('a page of %s', (name) => {
  it('shows the widgets of a MyST article, which share a group and follow their models', async () => {
    const { page, complaints, close } = await open(
      name,
      'myst.html',
      mystPage(readFileSync(join(folder, 'myst.md'), 'utf8'))
    )
    try {
      const token = await waitFor(page, 'attn-heads >>> .token')
      await waitFor(page, 'attn-matrix >>> canvas')
      await token.click()
      const selection = () =>
        page.evaluate(() => (globalThis as unknown as { widgets: Shown[] }).widgets[0]!.given.get('selection'))
      await expect.poll(selection).toMatchObject({ layer: 1, head: 4, locked: expect.anything() })
      // Another element, whose model runs in a worker of the widget.
      await page.evaluate(() => {
        const { given, listeners } = (globalThis as unknown as { widgets: Shown[] }).widgets[0]!
        for (const [trait, value] of Object.entries({
          ...{ element: 'attn-heads', model: './models/stories/', text: 'Tom was sad.', trace: undefined },
          options: { group: 'tom', no_keep: true }
        })) {
          given.set(trait, value)
        }
        listeners.get('change:options')!()
      })
      await expect.poll(() => words(page), { timeout: 20_000 }).toContain('Tom')
      expect(await page.$eval('attn-heads', (heads) => heads.getAttributeNames().sort())).toEqual(
        ['group', 'model', 'no-keep', 'text'].sort()
      )
      // A request for a missing model shows an error. After the widget closes, nothing is left.
      await page.evaluate(() => {
        const { given, listeners } = (globalThis as unknown as { widgets: Shown[] }).widgets[0]!
        given.set('element', 'script')
        listeners.get('change:element')!()
      })
      expect(await page.$eval('[role=alert]', (alert) => alert.textContent)).toContain("'script'")
      const left = await page.evaluate(() => {
        const { end, el, listeners } = (globalThis as unknown as { widgets: Shown[] }).widgets[0]!
        end()
        return [el.childElementCount, listeners.size]
      })
      expect(left).toEqual([0, 0])
      // Some files of a model's folder are optional, so that 404s are expected.
      expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([])
    } finally {
      close()
    }
  })

  it('shows the widget of a Quarto page, dark when the page is dark', async () => {
    const source = readFileSync(join(folder, 'quarto.qmd'), 'utf8')
    const { page, complaints, requests, close } = await open(name, 'quarto.html', quartoPage(source))
    try {
      await waitFor(page, 'attn-heads >>> .token')
      const theme = () => page.$eval('attn-heads', (heads) => heads.dataset['theme'])
      expect(await theme()).toBe('dark')
      await page.evaluate(() => (document.body.className = 'quarto-light'))
      await expect.poll(theme).toBe('light')
      expect(complaints).toEqual([])
      const files = requests.filter((url) => /^https?:/.test(url)).map((url) => new URL(url).pathname.split('/').at(-1))
      expect(files.filter((file) => file !== 'favicon.ico')).toEqual([
        'quarto.html',
        'anywidget.js',
        'trace.safetensors'
      ])
    } finally {
      close()
    }
  })
})

const isFull = process.env['ATTENSCOPE_FULL'] === '1'

describe.runIf(isFull)('JupyterLab', () => {
  it('shows both widgets of the notebook, and Python receives the selection', async () => {
    const jupyter = await startJupyter(folder)
    try {
      const { page } = await browsers.get('chromium')!.open({ width: 1400, height: 1800 })
      await page.goto(`${jupyter.origin}/lab/tree/attenscope.ipynb`)
      await page.waitForFunction('globalThis.jupyterapp?.shell.currentWidget?.context?.sessionContext?.isReady', {
        timeout: 60_000
      })
      await page.evaluate("jupyterapp.commands.execute('runmenu:run-all')")
      const token = await waitFor(page, 'attn-heads >>> .token', 60_000)
      await waitFor(page, 'attn-matrix >>> canvas', 60_000)
      await token.click()
      const held = await page.evaluate(`(async () => {
        const { kernel } = jupyterapp.shell.currentWidget.context.sessionContext.session
        for (let attempt = 0; attempt < 50; attempt++) {
          const future = kernel.requestExecute({ code: 'print(lily.selection)' })
          let said = ''
          future.onIOPub = ({ content }) => { if (content.name === 'stdout') said += content.text }
          await future.done
          if (said.includes('locked')) return said
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      })()`)
      expect(held).toMatch(/'layer': 1, 'head': 4.*'locked'/)
    } finally {
      await jupyter.stop()
    }
  }, 300_000)
})

describe.runIf(isFull)('MyST', () => {
  it('reads the directives, shows their widgets, and removes them', async () => {
    await writeMystModule(readFileSync(join(folder, 'myst.md'), 'utf8'), folder)
    const module = '<main></main><script type="module" src="./myst.js"></script>'
    const { page, complaints, close } = await open('chromium', 'myst-theme.html', shell(module))
    try {
      const token = await waitFor(page, 'main >>> attn-heads >>> .token', 20_000)
      await waitFor(page, 'main >>> attn-matrix >>> canvas')
      await token.click()
      const selection = () => page.evaluate('article.widgets[0].model.selection')
      await expect.poll(selection).toMatchObject({ layer: 1, head: 4, locked: expect.anything() })
      await page.evaluate('article.close()')
      expect(await page.$$('main >>> attn-heads')).toEqual([])
      expect(complaints).toEqual([])
    } finally {
      close()
    }
  }, 120_000)
})

describe.runIf(isFull)('pandoc', () => {
  it('keeps the widget of the Quarto page', async () => {
    const { page, complaints, close } = await open('chromium', 'pandoc.html', await pandocPage(folder, 'quarto.qmd'))
    try {
      await waitFor(page, 'attn-heads >>> .token')
      expect(await page.title()).toBe('Attention in a Quarto page')
      expect(complaints).toEqual([])
    } finally {
      close()
    }
  }, 120_000)
})
