/**
 * A long text on a model with many heads: what the page requests from the engine and when. Nothing invisible is
 * computed.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'puppeteer-core'
import { beforeAll, expect, test } from 'vitest'
import { writeRandomModel } from '../../bench/views/random-model.mjs'
import { waitFor } from './demo-page.js'
import { inBrowser } from './each-browser.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

declare global {
  /** The requests to the page's workers. */
  var requests: { type: string; name?: string; head?: number | 'mean' }[]
}

const running = inBrowser('chromium')
// After the build of the site, because the model is written into the built site.
beforeAll(() => writeRandomModel(join(root, 'build/site/models/random-12x12')))

/** Opens an empty page that defines the elements and records the requests to its workers. */
async function openEmpty() {
  const opened = await running.browser.open({ width: 1440 })
  const { page } = opened
  await page.evaluateOnNewDocument(() => {
    globalThis.requests = []
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (message: unknown, ...more: never[]) {
      globalThis.requests.push(message as (typeof globalThis.requests)[number])
      return postMessage.call(this, message, ...more)
    }
  })
  await page.goto(`${running.site.origin}/gallery.html?only=empty`)
  await waitFor(page, '#empty attn-grid')
  await page.waitForFunction(() => customElements.get('attn-grid') !== undefined)
  return opened
}

/** Returns the number of requests of each kind. */
async function asked(page: Page): Promise<Record<string, number>> {
  const requests = await page.evaluate(() => globalThis.requests.map(({ type, name }) => ({ type, name })))
  const kinds = requests.map(({ type, name }) => (name === undefined ? type : `${type} ${name.split('.').at(-1)}`))
  return Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((other) => other === kind).length]))
}

test('1,024 tokens on 12 × 12 heads: small pictures arrive with the run, patterns one by one when they are viewed', async () => {
  const { page, complaints } = await openEmpty()
  const seen = await page.evaluate(async () => {
    const text = 'Tom and Lily ran to the big red house in the park and saw a dog. '.repeat(60)
    const make = <Tag extends 'attn-grid' | 'attn-matrix' | 'attn-heads'>(tag: Tag, more = {}) =>
      Object.assign(document.createElement(tag), { group: 'scale', ...more })
    const grid = make('attn-grid', { model: './models/random-12x12/', text })
    const matrix = make('attn-matrix')
    document.querySelector('main')?.replaceChildren(grid, matrix, make('attn-heads'))
    const until = async (test: () => boolean): Promise<void> => {
      for (const startedMs = performance.now(); !test();) {
        if (performance.now() - startedMs > 60_000) throw new Error(`timed out while waiting for ${test}`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    }
    await grid.updateComplete
    const { selection } = grid
    let atArrival = -1
    selection.addEventListener('change', () => {
      const { source } = selection
      if (atArrival >= 0 || !source?.pictures) return
      const pictures = source.layers.flatMap((layer) =>
        Array.from({ length: source.headCount }, (_, head) => source.pictures?.(layer, head))
      )
      const { length } = source.tokens
      const side = Math.ceil(length / Math.ceil(length / 64))
      atArrival = pictures.filter((picture) => picture?.shape.join() === `${side},${side}`).length
    })
    await until(() => atArrival >= 0)
    const { source } = selection
    if (!source) throw new Error('there is no source')
    const isDrawn = (layer: number, head: number) =>
      source.isReady(layer, head) && matrix.shadowRoot?.querySelector('canvas') != null
    await until(() => isDrawn(0, 0))
    await until(() => source.layers.every((layer) => source.pictures?.(layer, source.headCount)))
    for (const [layer, head] of [
      [7, 5],
      [7, 6],
      [7, 5],
      [2, 12]
    ] as const) {
      selection.choose({ layer, head })
      await until(() => isDrawn(layer, head))
    }
    // A pointer that crosses the grid previews many more heads than the reader views.
    for (let head = 0; head < 12; head++) selection.preview({ layer: 11, head })
    await until(() => isDrawn(11, 11))
    const mean = source.row(2, 12, 100).reduce((sum, weight) => sum + weight, 0)
    // A previewed head is drawn in parts, one per frame, and becomes equal to a selected head, which is drawn at once.
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    const drawn = () => matrix.shadowRoot?.querySelector('canvas')?.toDataURL()
    const shown = async (layer: number, head: number) => {
      selection.choose({ layer, head })
      for (let frames = 0; frames < 3; frames++) await frame()
      return drawn()
    }
    const wanted = await shown(7, 5)
    const other = await shown(2, 12)
    selection.preview({ layer: 7, head: 5 })
    await until(() => drawn() === wanted)
    return { tokens: source.tokens.length, atArrival, mean, areOthers: wanted !== other }
  })
  expect(seen.tokens).toBeGreaterThan(1000)
  expect(seen.atArrival).toBe(144)
  expect(seen.mean).toBeCloseTo(1, 4)
  expect(seen.areOthers).toBe(true)
  const requests = await asked(page)
  // The first head, three selected heads, and the first and last of the previewed heads.
  expect(requests).toMatchObject({ load: 1, run: 1, 'compute picture': 12 })
  expect(requests['compute pattern']).toBeLessThanOrEqual(6)
  expect(requests).not.toHaveProperty('heads')
  // All patterns at once would take 604 MB.
  const heap = (await page.metrics()).JSHeapUsedSize ?? 0
  expect(heap).toBeLessThan(150e6)
  expect(complaints).toEqual([])
  await page.close()
}, 120_000)

test('a cleared selection leaves no mark on any canvas, and a text taller than the window is painted completely', async () => {
  const { page, complaints } = await openEmpty()
  const seen = await page.evaluate(async () => {
    const make = <Tag extends 'attn-grid' | 'attn-matrix' | 'attn-heads'>(tag: Tag) =>
      Object.assign(document.createElement(tag), { group: 'hand', src: './traces/lily.safetensors' })
    const [grid, matrix, heads] = [make('attn-grid'), make('attn-matrix'), make('attn-heads')]
    heads.style.display = 'block'
    heads.style.inlineSize = '40px'
    heads.style.setProperty('--attn-heads-font-size', '36px')
    document.querySelector('main')?.replaceChildren(grid, matrix, heads)
    const views = [grid, matrix, heads]
    const canvasOf = (view: HTMLElement) => view.shadowRoot?.querySelector('canvas')
    while (views.some((view) => !canvasOf(view))) await new Promise((resolve) => setTimeout(resolve, 20))
    // Parts outside the window are painted when nothing has changed for a while.
    const pixels = async () => {
      await new Promise((resolve) => setTimeout(resolve, 800))
      return views.map((view) => {
        const { width = 0, height = 0 } = canvasOf(view) ?? {}
        return canvasOf(view)?.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray()
      })
    }
    const same = (one: Uint8ClampedArray[], other: Uint8ClampedArray[]) =>
      one.map(
        (data, view) => data.length === other[view]?.length && data.every((byte, at) => byte === other[view]?.[at])
      )
    const { selection } = grid
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const idle = await pixels()
    selection.point({ query: 9, key: 4 })
    selection.preview({ layer: 0, head: 1 })
    const inHand = await pixels()
    for (const token of [{ query: 5, key: 0 }, { query: 11 }, { query: 11, key: 11 }, { query: 0, key: 0 }]) {
      selection.point(token)
      selection.preview({ layer: 1, head: token.query % 2 })
      await frame()
    }
    selection.point({ query: 9, key: 4 })
    selection.preview({ layer: 0, head: 1 })
    const inHandAgain = await pixels()
    selection.point(undefined)
    selection.preview(undefined)
    const idleAgain = await pixels()
    const { width = 0, height = 0 } = canvasOf(heads) ?? {}
    const lines = idleAgain[2] ?? new Uint8ClampedArray()
    const isPainted = (from: number, to: number) =>
      lines.subarray(4 * width * from, 4 * width * to).some((byte) => byte > 0)
    return {
      ...{ height, marked: same(idle, inHand), again: [same(inHand, inHandAgain), same(idle, idleAgain)] },
      painted: [isPainted(0, height >> 1), isPainted(height >> 1, height)]
    }
  })
  expect(seen.height).toBeGreaterThan(1024)
  expect(seen.painted).toEqual([true, true])
  expect(seen.marked).toEqual([false, false, false])
  expect(seen.again).toEqual([
    [true, true, true],
    [true, true, true]
  ])
  expect(complaints).toEqual([])
  await page.close()
}, 60_000)

test('twenty elements on one page: one engine, the model once', async () => {
  const { page } = await openEmpty()
  await page.evaluate(() => {
    const tags = ['attn-heads', 'attn-matrix', 'attn-grid', 'attn-steps', 'attn-lens'] as const
    const all = Array.from({ length: 20 }, (_, at) =>
      Object.assign(document.createElement(tags[at % tags.length] ?? 'attn-heads'), {
        ...{ model: './models/stories/', text: 'Lily found a key', layer: at % 6 }
      })
    )
    document.querySelector('main')?.replaceChildren(...all)
  })
  await page.waitForFunction(async () => {
    const views = [...document.querySelectorAll('main > *')]
    for (const view of views) view.scrollIntoView()
    return views.every((view) => !view.shadowRoot?.querySelector('[part=message], [part=progress]'))
  })
  expect(await asked(page)).toMatchObject({ load: 1, run: 1 })
  expect(page.workers().length).toBe(1)
  await page.close()
}, 60_000)
