/** A page in use for long: its memory and its workers level off, and what goes and stays follows the page's budget. */
import { existsSync, readFileSync } from 'node:fs'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AttnMatrix } from '../../web/elements/views/matrix/matrix.js'
import { startBrowser, type OpenPage, type RunningBrowser } from './browsers.js'
import { isFull } from './each-browser.js'
import { startPackage, type PackageServer } from './package-server.js'

type Package = typeof import('attenscope')
type Elements = typeof import('attenscope/elements')
type Held = Awaited<ReturnType<Package['loadModel']>>

declare global {
  var attenscope: Package
  var elements: Elements
  /** Lets a test keep the patterns that a view shows. */
  var kept: NonNullable<AttnMatrix['selection']['trace']> | undefined
  /** A model that the page's own code loaded. */
  var own: Held
}

const empty = `<!doctype html><meta charset="utf-8"><title>Empty</title><link rel="icon" href="data:,">
<script type="module">
  globalThis.elements = await import('/dist/elements.js')
  globalThis.attenscope = await import('/dist/index.js')
</script>`

let browser: RunningBrowser
let server: PackageServer
beforeAll(async () => {
  server = await startPackage({ '/empty.html': empty })
  browser = await startBrowser('chromium', ['--js-flags=--expose-gc'])
}, 120_000)
afterAll(async () => {
  await browser.close()
  await server.close()
})

async function openEmpty(): Promise<OpenPage> {
  const opened = await browser.open()
  await opened.page.goto(`${server.origin}/empty.html`)
  await opened.page.waitForFunction(() => 'attenscope' in globalThis)
  return opened
}

/** The megabytes of the page's process, of which the workers are a part, after a garbage collection. */
async function megabytesOf(page: Page): Promise<number> {
  await page.evaluate(() => gc?.())
  await new Promise((resolve) => setTimeout(resolve, 300))
  const session = await page.browser().target().createCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0))
  return Math.max(...sizes) / 1024
}

/** Adds an element to the page. */
async function add(page: Page, id: string, attributes: Record<string, string>): Promise<void> {
  await page.evaluate(
    (id, attributes) => {
      const view = document.createElement('attn-matrix')
      view.id = id
      for (const [name, value] of Object.entries(attributes)) view.setAttribute(name, value)
      document.body.append(view)
    },
    id,
    attributes
  )
}

/** Waits until the element shows the patterns of its text. */
async function shown(page: Page, id: string): Promise<void> {
  await page.waitForFunction(
    (id) => {
      const view = document.querySelector<AttnMatrix>(`#${id}`)
      const tokens = view?.source?.tokens.filter(({ special }) => !special)
      return (
        tokens
          ?.map(({ text }) => text)
          .join('')
          .trim() === view?.text
      )
    },
    { timeout: 30_000, polling: 20 },
    id
  )
}

/** Gives the element one text after another, each as soon as the last is shown; texts that share `each` are equal. */
async function type(page: Page, id: string, from: number, to: number): Promise<void> {
  for (let each = from; each < to; each++) {
    await page.$eval(
      `#${id}`,
      (view, each) => ((view as AttnMatrix).text = `${each} ${'the cat sat on the mat and '.repeat(50)}`.trim()),
      each
    )
    await shown(page, id)
  }
}

/** Gives the element a new text every few milliseconds. */
async function typeFast(page: Page, id: string, round: number): Promise<void> {
  await page.$eval(
    `#${id}`,
    async (view, round) => {
      for (let each = 0; each < 40; each++) {
        ;(view as AttnMatrix).text = `${round} ${each} ${'a dog ran to the park '.repeat(50)}`.trim()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    round
  )
  await shown(page, id)
}

const workers = (page: Page) => page.workers().length

describe('the memory of a page', () => {
  // The process is measured where its size can be read.
  const isMeasured = existsSync('/proc/self/status')
  const texts = isFull ? 120 : 16

  test.runIf(isMeasured)(
    `levels off while a view gets ${texts} long texts`,
    async () => {
      const { page, complaints } = await openEmpty()
      await add(page, 'box', { model: '/models/stories/', text: 'Once upon a time' })
      await shown(page, 'box')
      await type(page, 'box', 0, texts / 2)
      const half = await megabytesOf(page)
      await type(page, 'box', texts / 2, texts)
      const whole = await megabytesOf(page)
      // The patterns of one such text take 24 MB; the later half would take 190 MB, or 1,400 MB in a full run.
      expect(whole - half).toBeLessThan(110)
      // Each key typed is a new text, and no text waits for the one before.
      const sizes: number[] = []
      for (let burst = 0; burst < (isFull ? 6 : 2); burst++) {
        await typeFast(page, 'box', burst)
        sizes.push(await megabytesOf(page))
      }
      expect(sizes.at(-1)! - sizes[0]!).toBeLessThan(110)
      await page.$eval('#box', (view) => view.remove())
      await expect.poll(() => workers(page), { timeout: 15_000 }).toBe(0)
      expect(await megabytesOf(page)).toBeLessThan(half)
      expect(complaints).toEqual([])
      await page.close()
    },
    isFull ? 600_000 : 60_000
  )

  const models = isFull ? 20 : 6
  test.runIf(isMeasured)(
    `and its workers level off while it shows ${models} models one after another`,
    async () => {
      const { page, complaints } = await openEmpty()
      const sizes: number[] = []
      for (let each = 0; each < models; each++) {
        await add(page, 'view', { model: `/models/stories/?v=${each}`, text: 'The cat sat' })
        await shown(page, 'view')
        await page.$eval('#view', (view) => view.remove())
        expect(workers(page)).toBeLessThanOrEqual(3)
        if (each % 2 === 1) sizes.push(await megabytesOf(page))
      }
      // A model takes about 12 MB, and its worker with the engine about as much again.
      expect(sizes.at(-1)! - sizes[1]!).toBeLessThan(isFull ? 120 : 45)
      await expect.poll(() => workers(page), { timeout: 15_000 }).toBe(0)
      expect(complaints).toEqual([])
      await page.close()
    },
    isFull ? 300_000 : 60_000
  )
})

describe('the budget of a page', () => {
  let opened: OpenPage
  let page: Page
  let started = 0
  beforeAll(async () => {
    opened = await openEmpty()
    page = opened.page
    page.on('workercreated', () => started++)
  }, 60_000)
  afterAll(() => page.close())

  test('a view that moves in the page, or comes back soon, does not load its model again', async () => {
    await page.evaluate(() => elements.setPageBudget({ graceMs: 3_000 }))
    await add(page, 'moving', { model: '/models/stories/', text: 'The cat sat' })
    await shown(page, 'moving')
    await page.$eval('#moving', (view) => document.body.append(document.createElement('main'), view))
    await page.$eval('#moving', (view) => {
      view.remove()
      setTimeout(() => document.querySelector('main')?.append(view), 500)
    })
    await page.waitForSelector('main #moving')
    expect([started, workers(page)]).toEqual([1, 1])
    await page.$eval('#moving', (view) => ((view as AttnMatrix).text = 'The dog ran'))
    await shown(page, 'moving')
    expect(started).toBe(1)
  })

  test('a view that comes back later loads its model again, and its questions are answered', async () => {
    await page.evaluate(() => elements.setPageBudget({ graceMs: 100 }))
    const moving = await page.evaluateHandle(() => document.querySelector<AttnMatrix>('#moving')!)
    await moving.evaluate((view) => view.remove())
    await expect.poll(() => workers(page)).toBe(0)
    await moving.evaluate((view) => document.body.append(view))
    const answer = () =>
      moving.evaluate((view) => view.selection.trace?.compute('embedding').then(({ shape }) => shape))
    await expect.poll(() => answer().catch(() => [])).toEqual([expect.any(Number), expect.any(Number)])
    expect(started).toBe(2)
  })

  test('with no bytes, a run goes with the last view that shows it, and no earlier', async () => {
    await page.evaluate(() => elements.setPageBudget({ bytes: 0, graceMs: 60_000 }))
    await add(page, 'first', { model: '/models/stories/', text: 'A bird sang', group: 'g' })
    await shown(page, 'first')
    await add(page, 'second', { group: 'g' })
    await page.waitForFunction(() => document.querySelector<AttnMatrix>('#second')?.source !== undefined)
    await page.evaluate(() => (kept = document.querySelector<AttnMatrix>('#second')!.selection.trace))
    const compute = () =>
      page.evaluate(() =>
        kept!.compute('embedding').then(
          () => 'answered',
          (error: { code: string }) => error.code
        )
      )
    await page.$eval('#first', (view) => view.remove())
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await compute()).toBe('answered')
    await page.$eval('#second', (view) => view.remove())
    await expect.poll(compute).toBe('disposed')
  })

  test('a text that nobody waits for is not computed to its end', async () => {
    const answers = await page.evaluate(async () => {
      const asked: string[] = []
      const { postMessage } = Worker.prototype
      Worker.prototype.postMessage = function (message: { type: string }, ...more: never[]) {
        asked.push(message.type)
        return postMessage.call(this, message, ...more)
      }
      const view = document.querySelector<AttnMatrix>('#moving')!
      for (let each = 0; each < 5; each++) {
        view.text = `${each} ${'the cat sat on the mat and '.repeat(50)}`.trim()
        await view.updateComplete
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      Worker.prototype.postMessage = postMessage
      return asked
    })
    expect(answers.filter((type) => type === 'run').length).toBeGreaterThan(1)
    expect(answers.filter((type) => type === 'abort')).toHaveLength(answers.filter((type) => type === 'run').length - 1)
    await shown(page, 'moving')
  })

  test('a model of the page’s own code stays when its views go', async () => {
    await page.evaluate(async () => {
      elements.setPageBudget({ models: 0, graceMs: 0 })
      document.querySelector('#moving')?.remove()
      own = await attenscope.loadModel(new URL('/models/stories/', location.href))
      const view = document.createElement('attn-matrix')
      Object.assign(view, { id: 'own', model: own, text: 'The cat sat' })
      document.body.append(view)
    })
    await shown(page, 'own')
    await page.evaluate(() => document.querySelectorAll('attn-matrix').forEach((view) => view.remove()))
    await expect.poll(() => workers(page)).toBe(1)
    expect(await page.evaluate(async () => (await own.run('The cat')).tokens.length)).toBeGreaterThan(1)
    await page.evaluate(() => own.dispose())
    await expect.poll(() => workers(page)).toBe(0)
    expect(opened.complaints).toEqual([])
  })

  test('a group forgets its patterns after its last element has left, unless something holds its selection', async () => {
    const found = await page.evaluate(async () => {
      elements.setPageBudget({ graceMs: 50 })
      const leave = async (group: string) => {
        const view = document.createElement('attn-matrix')
        view.group = group
        document.body.append(view)
        await view.updateComplete
        elements.selectionFor(group).choose({ layer: 2, head: 3 })
        view.remove()
      }
      const held = elements.selectionFor('held')
      await leave('held')
      await leave('left')
      await new Promise((resolve) => setTimeout(resolve, 200))
      gc?.()
      await new Promise((resolve) => setTimeout(resolve, 50))
      gc?.()
      const kept = elements.selectionFor('held')
      return { isSame: kept === held, kept: kept.chosen.layer, left: elements.selectionFor('left').chosen.layer }
    })
    expect(found).toEqual({ isSame: true, kept: 2, left: 0 })
  })

  test('is a number of at least 0 for each of its parts', async () => {
    const errors = await page.evaluate(() => {
      const wrong = [{ bytes: -1 }, { models: NaN }, { graceMs: '5' }, { seconds: 5 }]
      return wrong.map((change) => {
        try {
          elements.setPageBudget(change as never)
          return ''
        } catch (error) {
          return (error as { code: string }).code
        }
      })
    })
    expect(errors).toEqual(['option', 'option', 'option', 'option'])
    expect(await page.evaluate(() => elements.pageBudget().graceMs)).toBe(50)
  })
})

describe('an inspection', () => {
  test('runs in a worker, which ends with it or with its abort', async () => {
    const { page } = await openEmpty()
    const started: unknown[] = []
    page.on('workercreated', (worker) => started.push(worker))
    const parameters = await page.evaluate(
      async () => (await attenscope.inspectModel(new URL('/models/stories/', location.href))).info.parameters
    )
    expect(parameters).toBeGreaterThan(100_000)
    expect(started).toHaveLength(1)
    await expect.poll(() => workers(page)).toBe(0)
    const code = await page.evaluate(() => {
      const controller = new AbortController()
      const { postMessage } = Worker.prototype
      Worker.prototype.postMessage = function (message: unknown, ...more: never[]) {
        postMessage.call(this, message, ...more)
        setTimeout(() => controller.abort())
      }
      return attenscope
        .inspectModel(new URL('/models/stories/', location.href), { signal: controller.signal })
        .then(
          () => 'answered',
          (error: { code: string }) => error.code
        )
        .finally(() => (Worker.prototype.postMessage = postMessage))
    })
    expect(code).toBe('aborted')
    await expect.poll(() => workers(page)).toBe(0)
    await page.close()
  })
})
