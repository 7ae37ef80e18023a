/** Each view of a saved trace with patterns alone: it draws the patterns and what follows from them, or says what is missing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type OpenPage, type RunningBrowser } from './browsers.js'
import { startPackage, type PackageServer } from './package-server.js'
import { patternsAlone, rewritten } from '../ts/support/written-trace.js'

const file = patternsAlone(['The', ' cat', ' saw', ' the', ' cat', '.'])
const TAGS = ['heads', 'matrix', 'grid', 'summary', 'steps', 'neurons', 'lens', 'cache', 'plane']

const page = (lang: string) => `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>Patterns alone</title>
<script type="module" src="/dist/elements.js"></script>
${TAGS.map((tag) => `<attn-${tag} id="${tag}" src="/whole.safetensors"></attn-${tag}>`).join('')}
<attn-matrix id="rollout" stage="rollout" src="/whole.safetensors"></attn-matrix>
<attn-matrix id="flow" stage="flow" src="/whole.safetensors"></attn-matrix>
<attn-matrix id="part" src="/part.safetensors"></attn-matrix>
<attn-matrix id="part-rollout" stage="rollout" src="/part.safetensors"></attn-matrix>
<attn-summary id="part-summary" src="/part.safetensors"></attn-summary>
<attn-matrix id="given"></attn-matrix>
<attn-summary id="given-summary"></attn-summary></html>`

describe('a saved trace with patterns alone', () => {
  let browser: RunningBrowser
  let server: PackageServer
  let tab: OpenPage

  beforeAll(async () => {
    server = await startPackage({
      '/en.html': page('en'),
      '/zh.html': page('zh-Hans'),
      '/whole.safetensors': file,
      '/part.safetensors': rewritten(file, (name) => !name.startsWith('blocks.1'))
    })
    browser = await startBrowser('chromium')
    tab = await browser.open({ height: 6000 })
    await tab.page.goto(`${server.origin}/en.html`)
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const textOf = (id: string) =>
    tab.page.$eval(`#${id}`, (view) => {
      const root = view.shadowRoot
      const shown = [...(root?.querySelectorAll('[part=message], [part=error]') ?? [])]
      return shown.map((node) => node.textContent?.replace(/\s+/g, ' ').trim() ?? '').join(' ')
    })
  const stagesOf = (id: string) =>
    tab.page.$eval(`#${id}`, (view) =>
      [...(view.shadowRoot?.querySelectorAll('button') ?? [])]
        .map((button) => button.textContent?.trim() ?? '')
        .filter((text) => ['weights', 'Rollout', 'Flow', 'q · k'].includes(text))
    )

  test.each(['heads', 'matrix', 'grid', 'summary', 'rollout', 'flow', 'part'])(
    '%s is drawn',
    async (id) => {
      const part = id === 'summary' ? 'table' : 'canvas'
      const hasDrawn = () =>
        tab.page.$eval(
          `#${id}`,
          (view, name) =>
            view.shadowRoot?.querySelector(`[part~=${name}], ${name}`) !== null ||
            (view.shadowRoot?.querySelector('attn-heatmap, .cell') ?? null) !== null,
          part
        )
      await expect.poll(hasDrawn).toBe(true)
      expect(await textOf(id)).toBe('')
    },
    20_000
  )

  test('the summary has the numbers of the trace', async () => {
    const rows = await tab.page.$eval(
      '#summary',
      (view) => view.shadowRoot?.querySelectorAll('tbody tr:not(.mean)').length
    )
    expect(rows).toBe(6)
  })

  test.each(['steps', 'neurons', 'lens', 'cache', 'plane'])(
    '%s draws, or says in a sentence that the numbers were not saved',
    async (id) => {
      await expect.poll(() => textOf(id)).toMatch(/^(This trace was saved without the numbers|This trace has|$)/)
      expect(await textOf(id)).not.toMatch(/unexpected|unforeseen/i)
    }
  )

  test('rollout and flow are offered where the patterns suffice, and only there', async () => {
    expect(await stagesOf('matrix')).toEqual(['weights', 'Rollout', 'Flow'])
    expect((await stagesOf('part')).filter((stage) => stage !== 'weights')).toEqual([])
    for (const id of ['part-rollout', 'part-summary']) {
      await expect.poll(() => textOf(id)).toMatch(/^This trace was saved without the numbers/)
    }
  })

  test('patterns without a trace have rollout, flow and a summary, too', async () => {
    await tab.page.evaluate(() => {
      const of = (id: string) =>
        document.querySelector(`#${id}`) as unknown as { trace?: unknown; selection: { given?: unknown } }
      const { given } = of('matrix').selection
      Object.assign(of('given'), { trace: given, stage: 'rollout' })
      Object.assign(of('given-summary'), { trace: given })
    })
    await expect.poll(() => stagesOf('given')).toEqual(['weights', 'Rollout', 'Flow'])
    const rows = () =>
      tab.page.$eval('#given-summary', (view) => view.shadowRoot?.querySelectorAll('tbody tr:not(.mean)').length ?? 0)
    await expect.poll(rows).toBe(6)
    expect(await textOf('given')).toBe('')
    expect(tab.complaints).toEqual([])
  }, 20_000)

  test('the sentence is in the language of the page', async () => {
    await tab.page.goto(`${server.origin}/zh.html`)
    await expect.poll(() => textOf('part-summary').catch(() => ''), { timeout: 20_000 }).toMatch(/^这份记录没有保存/)
  }, 30_000)
})
