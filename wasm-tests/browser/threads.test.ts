/** Threads: an isolated page gets the number it requests, any other page one thread. The numbers are the same. */
import { fileURLToPath } from 'node:url'
import { preview, type PreviewServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type BrowserName, type RunningBrowser } from './browsers.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp'
}

/** Serves the repository, with or without isolation. */
function serve(headers: Record<string, string>): Promise<PreviewServer> {
  const folder = { root, build: { outDir: '.' }, appType: 'mpa' as const, logLevel: 'silent' as const }
  return preview({ ...folder, configFile: false, preview: { host: '127.0.0.1', port: 0, headers } })
}

/** Runs in the page: loads a model with threads and returns its results. */
async function inPage(threads: number, text: string) {
  const { loadModel } = (globalThis as unknown as { attenscope: typeof import('attenscope') }).attenscope
  const model = await loadModel(new URL('/models/stories/', location.href), { threads, cache: false })
  const { logits, trace } = await model.run(text, { capture: ['pattern'] })
  const answer = {
    info: { threads: model.info.threads, variant: model.info.variant },
    logits: Array.from(logits.data),
    pattern: Array.from(trace.get('blocks.3.attn.pattern').data)
  }
  await model.dispose()
  return answer
}

const TEXT = 'One day, a little girl named Lily found a big red ball in the park and wanted to play with it.'

describe.each<BrowserName>(['chromium', 'firefox'])('threads in %s', (name) => {
  let browser: RunningBrowser
  let isolated: PreviewServer
  let plain: PreviewServer
  beforeAll(async () => {
    browser = await startBrowser(name)
    isolated = await serve(isolation)
    plain = await serve({})
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await isolated.close()
    await plain.close()
  })

  async function ask(server: PreviewServer, threads: number) {
    const { page } = await browser.open({})
    await page.goto(`${server.resolvedUrls!.local[0]}wasm-tests/browser/package-page.html`)
    await page.waitForFunction(() => 'attenscope' in globalThis)
    const answer = await page.evaluate(inPage, threads, TEXT)
    await page.close()
    return answer
  }

  test('an isolated page has two threads, and the same numbers as with one', async () => {
    const one = await ask(isolated, 1)
    const two = await ask(isolated, 2)
    expect(one.info.threads).toBe(1)
    expect(two.info).toEqual({ ...one.info, threads: one.info.variant === 'relaxed' ? 2 : 1 })
    expect(two.logits).toEqual(one.logits)
    expect(two.pattern).toEqual(one.pattern)
    expect(one.logits.every(Number.isFinite)).toBe(true)
  }, 60_000)

  test('any other page has one thread, and works', async () => {
    const { info, logits } = await ask(plain, 4)
    expect(info.threads).toBe(1)
    expect(logits.every(Number.isFinite)).toBe(true)
  }, 60_000)
})
