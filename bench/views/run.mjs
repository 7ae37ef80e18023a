// `npm run bench:views`: measures the time of the page's main thread for a long text on a model with many heads, in
// headless Chromium.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'
import { preview } from 'vite'
import { buildSite } from '../../scripts/build.mjs'
import { chromiumFlags } from '../../scripts/lib/browsers.mjs'
import { main, step } from '../../scripts/lib/log.mjs'
import { resultsDir, root } from '../../scripts/lib/paths.mjs'
import { browserPath } from '../driver/browser.mjs'
import { describeMachine } from '../driver/machine.mjs'
import { recordPhases } from './trace.mjs'
import { writeRandomModel } from './random-model.mjs'

const site = join(root, 'build/site')
const moves = 60

/** Shows the views of one long text, and resolves when they are drawn. */
async function show() {
  const elements = document.querySelector('main')
  const text = 'Tom and Lily ran to the big red house in the park and saw a dog. '.repeat(60)
  const make = (tag, more) => Object.assign(document.createElement(`attn-${tag}`), { group: 'scale', ...more })
  const views = [make('grid', { model: './models/random-12x12/', text }), make('matrix'), make('heads')]
  const section = document.createElement('section')
  section.append(...views)
  elements.replaceChildren(section)
  const until = async (is) => {
    for (const startedMs = performance.now(); !is();) {
      if (performance.now() - startedMs > 120_000) throw new Error(`timed out while waiting for ${is}`)
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  let isFrame = false
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => (isFrame = false)
  requestAnimationFrame(function frame() {
    isFrame = true
    port2.postMessage(undefined)
    if (!globalThis.bench) requestAnimationFrame(frame)
  })
  await views[0].updateComplete
  const { selection } = views[0]
  // The phase starts when the run's answer arrives and ends with the frame that shows the grid.
  selection.addEventListener('change', function began() {
    if (!selection.source) return
    selection.removeEventListener('change', began)
    performance.mark('phase:pictures')
  })
  const { drawImage } = CanvasRenderingContext2D.prototype
  await new Promise((drawn) => {
    CanvasRenderingContext2D.prototype.drawImage = function (...image) {
      if (selection.source && this.canvas === views[0].shadowRoot.querySelector('canvas')) drawn()
      return drawImage.apply(this, image)
    }
  })
  // A drawing within a frame is visible at the end of that frame, any other at the end of the next. The phase lasts
  // until its last task ends.
  if (!isFrame) await new Promise((frame) => requestAnimationFrame(frame))
  performance.mark('phase:matrix')
  CanvasRenderingContext2D.prototype.drawImage = drawImage
  if (selection.source.layers.some((layer) => !selection.source.pictures(layer, 0)))
    throw new Error('pictures are missing')
  await until(() => views[1].shadowRoot.querySelector('canvas'))
  // The pictures of the mean are computed when no other request is waiting.
  await until(() => selection.source.layers.every((layer) => selection.source.pictures(layer, 12)))
  await painted()
  globalThis.bench = { selection, views, until, painted, told: 0, matrices: 0 }
  // Counts drawings of a matrix, which are wider than a small picture.
  const { putImageData } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...more) {
    if (image.width > 64) globalThis.bench.matrices += 1
    return putImageData.call(this, image, ...more)
  }
  selection.addEventListener('change', () => (globalThis.bench.told += 1))
  return selection.source.tokens.length
}

/** Selects a head that was not shown before. */
async function choose(layer, head) {
  const { selection, until, painted, matrices } = globalThis.bench
  performance.mark(`phase:choose-${layer}.${head}`)
  const startedMs = performance.now()
  selection.choose({ layer, head })
  await until(() => selection.source.isReady(layer, head) && globalThis.bench.matrices > matrices)
  await painted()
  const ms = performance.now() - startedMs
  // Later drawings of this head must not count in the next phase.
  performance.mark('phase:rest')
  await new Promise((resolve) => setTimeout(resolve, 400))
  return ms
}

/** A phase of `moves` pointer moves over one view, one frame each, and a pause after each move if `restMs` is set. */
async function point(page, name, tag, where, restMs = 0) {
  const box = await page.evaluate(
    async (tag, where) => {
      const shown = document.querySelector(`main attn-${tag}`).shadowRoot.querySelector(where)
      shown.scrollIntoView()
      // An earlier smooth scroll may still be running.
      for (let last = NaN, top; (top = shown.getBoundingClientRect().y) !== last; last = top) {
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
      const { x, y, width, height } = shown.getBoundingClientRect()
      performance.mark('phase:rest')
      globalThis.bench.told = 0
      return { x, y, width, height: Math.min(height, innerHeight - y) }
    },
    tag,
    where
  )
  await page.evaluate((name) => performance.mark(`phase:${name}`), name)
  for (let at = 0; at < moves; at++) {
    // Back and forth and upwards, so that each move reaches another cell or token.
    await page.mouse.move(
      box.x + box.width * (0.2 + 0.6 * ((0.37 * at) % 1)),
      box.y + box.height * (0.95 - (0.5 * at) / moves)
    )
    await page.evaluate(
      (restMs) => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, restMs))),
      restMs
    )
  }
  const told = await page.evaluate(() => globalThis.bench.told)
  if (told < moves / 4)
    throw new Error(`${name}: ${moves} moves of the pointer changed the selection only ${told} times`)
}

async function scroll(page) {
  await page.evaluate(() => performance.mark('phase:scroll'))
  for (let at = 0; at < moves; at++) {
    await page.mouse.wheel({ deltaY: 8 })
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  }
}

await main(async () => {
  const executablePath = await browserPath()
  const built = await buildSite()
  if (built) return void (process.exitCode = built)
  writeRandomModel(join(site, 'models/random-12x12'))
  const server = await preview({
    configFile: join(root, 'web/demo/vite.config.ts'),
    preview: { host: '127.0.0.1', port: 0, strictPort: false },
    logLevel: 'silent'
  })
  const browser = await puppeteer.launch({ executablePath, args: chromiumFlags, protocolTimeout: 0 })
  try {
    const page = await browser.newPage()
    await page.setViewport({ width: 1440, height: 900 })
    await page.goto(new URL('gallery.html?only=empty', server.resolvedUrls.local[0]).href)
    await page.waitForFunction(
      () => customElements.get('attn-grid') !== undefined && document.querySelector('#empty attn-grid')
    )
    step('a text through 12 × 12 heads')
    const heads = [
      [7, 5],
      [3, 2],
      [11, 9],
      [5, 0],
      [9, 12]
    ]
    const waits = []
    let tokens
    const phases = await recordPhases(page, async () => {
      tokens = await page.evaluate(show)
      for (const head of heads) waits.push(await page.evaluate(choose, ...head))
      await point(page, 'point-matrix', 'matrix', '.plot')
      await point(page, 'point-heads', 'heads', '.text')
      await scroll(page)
      // The view of a long text computes a head when the pointer rests on it.
      await point(page, 'point-grid', 'grid', 'canvas', 100)
      await page.evaluate(() => performance.mark('phase:end'))
    })
    const { JSHeapUsedSize } = await page.metrics()
    const results = {
      machine: describeMachine(await browser.version(), 'relaxed', 'wall'),
      tokens,
      waits,
      phases,
      heap: JSHeapUsedSize
    }
    for (const [name, { wallMs, busyMs, longestMs, frameMs }] of Object.entries(phases)) {
      const each = /^(point|scroll)/.test(name) ? `, ${(busyMs / moves).toFixed(2)} ms a move` : ''
      step(
        `${name}: ${wallMs.toFixed(0)} ms, main thread ${busyMs.toFixed(1)} ms, longest task ${longestMs.toFixed(1)} ms, ` +
          `a frame ${frameMs.median.toFixed(1)} ms, at most ${frameMs.most.toFixed(1)} ms${each}`
      )
    }
    step(
      `a head's matrix after ${waits.map((ms) => ms.toFixed(0)).join(', ')} ms; ${(JSHeapUsedSize / 1e6).toFixed(0)} MB of JavaScript's memory`
    )
    mkdirSync(resultsDir, { recursive: true })
    writeFileSync(join(resultsDir, 'views.json'), `${JSON.stringify(results, null, 2)}\n`)
  } finally {
    await browser.close()
    await server.close()
  }
})
