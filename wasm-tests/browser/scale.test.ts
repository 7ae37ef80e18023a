/** A long text on a model of many heads: what it costs the page's main thread, and that nothing is fetched that nobody looks at. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { writeSafetensors } from '../../web/lib/formats/safetensors.js'
import { inBrowser } from './each-browser.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const [LAYERS, HEADS, H, F] = [12, 12, 16, 256] as const
const WIDTH = HEADS * H

/** Llama's form with seeded weights, and the story teller's tokenizer. */
async function writeModel(folder: string): Promise<void> {
  const stories = join(root, 'models/stories')
  const { vocab_size: V } = JSON.parse(readFileSync(join(stories, 'config.json'), 'utf8')) as { vocab_size: number }
  let seed = 1
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0
    return seed / 2 ** 31
  }
  const tensors = new Map<string, { data: Float32Array<ArrayBuffer>; shape: number[] }>()
  const add = (name: string, ...shape: number[]) => {
    const size = shape.reduce((product, extent) => product * extent, 1)
    const scale = shape.length === 1 ? 0 : 3 / Math.sqrt(shape.at(-1) ?? 1)
    tensors.set(name, { data: Float32Array.from({ length: size }, () => (scale === 0 ? 1 : scale * random())), shape })
  }
  add('model.embed_tokens.weight', V, WIDTH)
  add('model.norm.weight', WIDTH)
  for (let layer = 0; layer < LAYERS; layer++) {
    const block = `model.layers.${layer}`
    for (const name of ['q', 'k', 'v', 'o']) add(`${block}.self_attn.${name}_proj.weight`, WIDTH, WIDTH)
    for (const name of ['gate', 'up']) add(`${block}.mlp.${name}_proj.weight`, F, WIDTH)
    add(`${block}.mlp.down_proj.weight`, WIDTH, F)
    add(`${block}.input_layernorm.weight`, WIDTH)
    add(`${block}.post_attention_layernorm.weight`, WIDTH)
  }
  const config = {
    ...{ model_type: 'llama', architectures: ['LlamaForCausalLM'], hidden_size: WIDTH, intermediate_size: F },
    ...{ num_hidden_layers: LAYERS, num_attention_heads: HEADS, num_key_value_heads: HEADS, vocab_size: V },
    ...{ max_position_embeddings: 2048, rms_norm_eps: 1e-5, rope_theta: 10000, hidden_act: 'silu' },
    ...{ tie_word_embeddings: true, attention_bias: false, mlp_bias: false }
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(
    join(folder, 'model.safetensors'),
    Buffer.from(await new Blob(writeSafetensors(tensors, {})).arrayBuffer())
  )
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) copyFileSync(join(stories, file), join(folder, file))
}

const running = inBrowser('chromium')
beforeAll(() => writeModel(join(root, 'build/site/models/random-12x12')))

test('1,024 tokens on 12 × 12 heads: pictures, a head’s matrix, pointing and scrolling', async () => {
  const { page, complaints } = await running.browser.open({ width: 1440 })
  await page.goto(`${running.site.origin}/gallery.html?only=empty`)
  await page.waitForSelector('#empty attn-grid')
  await page.waitForFunction(() => customElements.get('attn-grid') !== undefined)
  const seen = await page.evaluate(async () => {
    const main = document.querySelector('main')
    if (!main) throw new Error('the page has no main')
    const text = 'Tom and Lily ran to the big red house in the park and saw a dog. '.repeat(60)
    const shared = { group: 'scale', model: './models/random-12x12/' }
    const grid = Object.assign(document.createElement('attn-grid'), shared, { text })
    const matrix = Object.assign(document.createElement('attn-matrix'), { group: 'scale' })
    const heads = Object.assign(document.createElement('attn-heads'), { group: 'scale' })
    main.replaceChildren(grid, matrix, heads)
    const until = async (test: () => boolean): Promise<number> => {
      const startedMs = performance.now()
      while (!test()) {
        if (performance.now() - startedMs > 60_000) throw new Error(`waited in vain for ${test}`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      return performance.now() - startedMs
    }
    await grid.updateComplete
    const { selection } = grid
    const runMs = await until(() => selection.source !== undefined)
    const gridMs = await until(() => selection.source?.pictures?.(0, 0) !== undefined)
    await until(() => matrix.shadowRoot?.querySelector('canvas') != null)
    const startedMs = performance.now()
    selection.choose({ layer: 7, head: 5 })
    await until(() => selection.source?.isReady(7, 5) === true && matrix.shadowRoot?.querySelector('canvas') != null)
    await matrix.updateComplete
    const matrixMs = performance.now() - startedMs

    const plot = matrix.shadowRoot?.querySelector('.plot')
    const box = plot?.getBoundingClientRect()
    const times = async (count: number, act: (at: number) => void): Promise<number[]> => {
      const taken: number[] = []
      for (let at = 0; at < count; at++) {
        const beganMs = performance.now()
        act(at)
        await Promise.all([grid.updateComplete, matrix.updateComplete, heads.updateComplete])
        taken.push(performance.now() - beganMs)
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
      return taken.sort((a, b) => a - b)
    }
    const pointMs = await times(40, (at) =>
      plot?.dispatchEvent(
        new PointerEvent('pointermove', {
          ...{ bubbles: true, composed: true, pointerType: 'mouse' },
          ...{ clientX: (box?.left ?? 0) + 80 + 5 * at, clientY: (box?.top ?? 0) + (box?.height ?? 0) - 20 }
        })
      )
    )
    const words = heads.shadowRoot?.querySelector('.text')
    const scrollMs = await times(20, () => words?.dispatchEvent(new Event('scroll')))
    const middle = (values: readonly number[]) => values[Math.floor(values.length / 2)] ?? NaN
    return {
      tokens: selection.source?.tokens.length ?? 0,
      ...{ runMs, gridMs, matrixMs, pointMs: middle(pointMs), scrollMs: middle(scrollMs) }
    }
  })
  mkdirSync(join(root, 'build/results'), { recursive: true })
  writeFileSync(join(root, 'build/results/views-scale.json'), `${JSON.stringify(seen, undefined, 2)}\n`)
  console.log(seen)
  expect(seen.tokens).toBeGreaterThan(1000)
  // All patterns at once would be 604 MB.
  const heap = (await page.metrics()).JSHeapUsedSize ?? 0
  expect(heap).toBeLessThan(150e6)
  expect(complaints).toEqual([])
  await page.close()
}, 120_000)

test('twenty elements on one page: one engine, the model once', async () => {
  const { page, requests } = await running.browser.open({ width: 1440 })
  await page.goto(`${running.site.origin}/gallery.html?only=empty`)
  await page.waitForSelector('#empty attn-grid')
  await page.waitForFunction(() => customElements.get('attn-grid') !== undefined)
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
  expect(
    requests.filter((url) => url.endsWith('config.json') && !url.includes('tokenizer')).length
  ).toBeLessThanOrEqual(2)
  expect(page.workers().length).toBeLessThanOrEqual(1)
  await page.close()
}, 60_000)
