/** Each example of the repository, with the package from its tarball, in real browsers. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser, type BrowserName, type OpenPage, type RunningBrowser } from '../browser/browsers.js'
import { waitFor } from '../browser/demo-page.js'
import { serveFolder } from './folder-server.js'
import { pack, runIn, type Packed } from './packed.js'
import { seeOutput, seePattern } from './see-pattern.js'

const react = ['react', 'react-dom', 'scheduler', 'csstype', '@types/react', '@types/react-dom']
const models = { stories: 'models/stories' }
let packed: Packed
const browsers = new Map<BrowserName, RunningBrowser>()

beforeAll(async () => {
  packed = await pack()
  for (const name of ['chromium', 'firefox'] as const) browsers.set(name, await startBrowser(name))
}, 120_000)

afterAll(async () => {
  for (const browser of browsers.values()) await browser.close()
  packed.remove()
})

/** Serves the folder, opens its page and waits for the pattern. */
async function see(folder: string, name: BrowserName): Promise<OpenPage> {
  const server = await serveFolder(folder)
  try {
    return await seePattern(server.origin, browsers.get(name)!)
  } finally {
    server.close()
  }
}

const built = [
  { example: 'plain', served: '.', in: ['chromium', 'firefox'], models },
  { example: 'vite', served: 'dist', in: ['chromium', 'firefox'], models: { stories: 'public/models/stories' } },
  { example: 'webpack', served: '.', in: ['chromium', 'firefox'], models },
  { example: 'esbuild', served: '.', in: ['chromium'], models }
] as const

describe.each(built)('examples/$example', ({ example, served, in: names, ...wants }) => {
  let folder: string

  beforeAll(async () => {
    folder = join(await packed.install(example, wants), served)
  }, 120_000)

  it.each(names)('draws a pattern in %s, which the API can read', async (name) => {
    await seeOutput(await see(folder, name))
  })
})

describe('examples/react', () => {
  let folder: string

  beforeAll(async () => {
    folder = await packed.install('react', { packages: react, models: { stories: 'public/models/stories' } })
  }, 120_000)

  it('draws the pattern of the typed text', async () => {
    const { page } = await see(join(folder, 'dist'), 'chromium')
    const input = await waitFor(page, 'input')
    await input.type(' It slept.')
    const words = () =>
      page.$$eval('attn-heads >>> .token', (tokens) => tokens.map((token) => token.textContent).join(''))
    await expect.poll(words, { timeout: 20_000 }).toContain('slept')
  })

  it('has types for the elements and their properties', async () => {
    writeFileSync(
      join(folder, 'wrong.tsx'),
      [
        "import 'attenscope/react'",
        'export const right = <attn-heads model="x" layer={1} onattn-selection={({ detail }) => detail.head} />',
        ...['<attn-heads modle="x" />', '<attn-heads layer="one" />', '<attn-headz />'].map(
          (wrong, at) => `// @ts-expect-error\nexport const wrong${at} = ${wrong}`
        )
      ].join('\n')
    )
    expect(await runIn(folder, 'tsc', [])).toBe('')
  })
})

describe('examples/server-render', () => {
  it('contains its elements, which become active without an error', async () => {
    const models = { stories: 'public/models/stories' }
    const folder = join(await packed.install('server-render', { packages: react, models }), 'dist')
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toMatch(
      /<attn-heads model="models\/stories\/" text="The cat/
    )
    const { page, complaints } = await see(folder, 'chromium')
    await page.click('button')
    const layer = () => page.$eval('attn-heads', (heads) => heads.layer)
    await expect.poll(layer).toBe(2)
    expect(complaints).toEqual([])
  })
})

describe('examples/node and examples/trace-only', () => {
  let node: string

  beforeAll(async () => {
    node = await packed.install('node', { models })
  }, 120_000)

  it('prints the weights of a row, which sum to one, and saves a trace that a page shows without the engine', async () => {
    const output = await runIn(node, 'node', ['main.js'])
    const weights = output
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[0]))
    expect(weights.length).toBeGreaterThan(8)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 2)

    const page = await packed.install('trace-only')
    cpSync(join(node, 'trace.safetensors'), join(page, 'trace.safetensors'))
    const { requests } = await see(page, 'chromium')
    // The page imports the entry of one element, so that no other element is loaded.
    expect(requests.filter((url) => /elements(-matrix.*|-grid.*)?\.js$/.test(url))).toEqual([])
    expect(requests.filter((url) => /\.wasm|worker|host|models\//.test(url))).toEqual([])
  })
})
