/** The elements for authors: phrases that show a state, figures that can be copied, predictions, questions. */
import { beforeAll, describe, expect, test } from 'vitest'
import { causalWeights, patternsAlone } from '../ts/support/written-trace.js'
import { inPackagePage } from './package-server.js'

const WORDS = ['The', ' cat', ' saw', ' the', ' cat', '.']
/** The weights of layer 1, head 2, token 4, which the file has. */
const ROW = causalWeights(3, 6, 1).slice((2 * 6 + 4) * 6, (2 * 6 + 4) * 6 + 5)
const TOP = ROW.indexOf(Math.max(...ROW))
const TRACE = 'src="/trace.safetensors"'
const OF = 'group="g" layer="1" head="2" token="4"'

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Authors</title>
<script type="module">
  import { selectionFor } from '/dist/elements.js'
  window.selectionFor = selectionFor
</script>
<p>The second <attn-show id="phrase" group="g" layer="1" head="2" token="4" stage="pattern"><em>cat</em></attn-show> looks at
the <attn-show id="other" group="g" layer="0" head="1" key="1" token="3">first one</attn-show>.</p>
<attn-figure id="figure" number="2" caption="Two cats" embed="/embed/embed.html">
  <attn-matrix id="matrix" group="g" layer="0" head="0" held="1" ${TRACE}></attn-matrix>
</attn-figure>
<attn-figure id="fixed" state="fixed"><attn-heads group="f" held="2" ${TRACE}></attn-heads></attn-figure>
<div id="answer"><button>in the way</button></div>
<attn-predict id="top" ${OF} covers="answer"></attn-predict>
<attn-predict id="order" ${OF} ask="order" keys="[0,1,2]"></attn-predict>
<attn-predict id="bar" ${OF} ask="bar" key="1">How much?</attn-predict>
<attn-predict id="row" ${OF} ask="row"></attn-predict>
<attn-check id="written">Why? <span data-choice data-why="No, not that.">A</span> <span data-choice data-right data-why="Yes, that.">B</span></attn-check>
<attn-check id="computed" by="top-key" ${OF}>Which?
  ${[0, 1, 2, 3, 4].map((key) => `<span data-choice data-token="${key}" data-why="It gets {weight}.">${WORDS[key]}</span>`).join('')}
</attn-check>
<attn-check id="typed" by="weight" within="2" ${OF} key="1">How much?</attn-check>
</html>`

const percent = (weight: number) => Number((100 * weight).toPrecision(3))

describe('the elements for authors', () => {
  const running = inPackagePage({ '/page.html': page, '/trace.safetensors': patternsAlone(WORDS) }, { height: 3000 })
  beforeAll(async () => {
    await running.tab.page.waitForSelector('#matrix >>> canvas')
  })

  const run = (script: string) => running.tab.page.evaluate(`(async () => { ${script} })()`)
  const group = () => run(`const g = selectionFor('g'); return [g.head, g.token ?? null, g.chosen, g.locked ?? null]`)
  const click = async (path: string) => {
    const found = await running.tab.page.waitForSelector(path)
    await found?.click()
  }
  const verdict = (id: string) =>
    running.tab.page.$eval(`#${id}`, (element) =>
      (element.shadowRoot?.querySelector<HTMLElement>('[part=verdict]')?.innerText ?? '').replace(/\s+/g, ' ').trim()
    )
  const author = [{ layer: 0, head: 0 }, { query: 1 }, { layer: 0, head: 0 }, { query: 1 }]
  const cat = { layer: 1, head: 2 }

  test('a phrase shows its state while it is pointed at, and keeps it when it is pressed', async () => {
    await expect.poll(group).toEqual(author)
    const phrase = await running.tab.page.$('#phrase >>> button')
    await phrase?.hover()
    expect(await group()).toEqual([cat, { query: 4 }, { layer: 0, head: 0 }, { query: 1 }])
    await running.tab.page.mouse.move(1, 1)
    expect(await group()).toEqual(author)
    await phrase?.click()
    await running.tab.page.mouse.move(1, 1)
    await run('document.activeElement.blur()')
    expect(await group()).toEqual([cat, { query: 4 }, cat, { query: 4 }])
    // The next phrase takes its place, and gives back the author's view.
    await (await running.tab.page.$('#other >>> button'))?.focus()
    await running.tab.page.keyboard.press('Enter')
    const pressed = () =>
      running.tab.page.$$eval('attn-show', (all) =>
        all.map((each) => each.shadowRoot?.querySelector('button')?.getAttribute('aria-pressed'))
      )
    await expect.poll(pressed).toEqual(['false', 'true'])
    const other = { layer: 0, head: 1 }
    expect(await group()).toEqual([other, { query: 3, key: 1 }, other, { query: 3, key: 1 }])
    await running.tab.page.keyboard.press('Enter')
    expect(await group()).toEqual(author)
    await run('document.activeElement.blur()')
  })

  test('a free figure leads back to the author’s view; a fixed one takes no choice', async () => {
    const isIdle = () =>
      running.tab.page.$eval('#figure', (figure) =>
        figure.shadowRoot?.querySelector('.reset')?.hasAttribute('data-idle')
      )
    expect(await isIdle()).toBe(true)
    await run(`selectionFor('g').choose({ layer: 1, head: 1 }); selectionFor('g').lock({ query: 3 })`)
    await expect.poll(isIdle).toBe(false)
    await click('#figure >>> .reset')
    await expect.poll(group).toEqual(author)
    await expect.poll(isIdle).toBe(true)
    expect(await run(`return document.querySelector('#fixed attn-heads').readonly`)).toBe(true)
    expect(
      await running.tab.page.$eval('#figure', (figure) =>
        figure.shadowRoot?.querySelector('.caption')?.textContent?.trim()
      )
    ).toMatch(/^Figure 2\.\s+/)
  })

  test('the copied lines show what the reader sees', async () => {
    const text = (kind: string) => run(`return document.querySelector('#figure').textOf('${kind}')`)
    const src = `${running.server.origin}/trace.safetensors`
    expect(await text('html')).toBe(
      `<attn-figure caption="Two cats"><attn-matrix src="${src}" layer="0" head="0" held="1"></attn-matrix></attn-figure>`
    )
    await run(`selectionFor('g').choose({ layer: 1, head: 2 })`)
    const frame = String(await text('iframe'))
    const address = new URL(/src="([^"]*)"/.exec(frame)?.[1]?.replaceAll('&amp;', '&') ?? '')
    expect(address.pathname).toBe('/embed/embed.html')
    expect(Object.fromEntries(address.searchParams)).toEqual({
      ...{ element: 'matrix', src, layer: '1', head: '2', held: '1' }
    })
    await click('#figure >>> summary')
    await click('#figure >>> .ways button:nth-child(2)')
    await expect
      .poll(() => running.tab.page.$eval('#figure', (figure) => figure.shadowRoot?.querySelector('textarea')?.value))
      .toBe(frame)
    await run(`selectionFor('g').choose({ layer: 0, head: 0 })`)
  })

  test('a predicted token: the answer is covered until the reader commits', async () => {
    const isCovered = () => run(`return document.querySelector('#answer').inert`)
    expect(await isCovered()).toBe(true)
    const wrong = TOP === 0 ? 1 : 0
    await click(`#top >>> .answers button:nth-child(${wrong + 1})`)
    await click('#top >>> button.primary')
    await expect.poll(isCovered).toBe(false)
    expect(await verdict('top')).toContain(`goes to “${WORDS[TOP]?.replace(' ', '·')}”: ${percent(ROW[TOP] ?? NaN)}`)
    expect(await verdict('top')).toContain(`${percent(ROW[wrong] ?? NaN)}`)
    // Again, and right.
    await click('#top >>> .row button')
    await expect.poll(isCovered).toBe(true)
    await click(`#top >>> .answers button:nth-child(${TOP + 1})`)
    await click('#top >>> button.primary')
    await expect.poll(() => verdict('top')).toMatch(/^As you expected\./)
  })

  test('a predicted order, weight and row are compared with the model', async () => {
    const order = [0, 1, 2].sort((a, b) => (ROW[b] ?? 0) - (ROW[a] ?? 0))
    const inPlace = [0, 1, 2].filter((key, place) => ROW[key] === ROW[order[place] ?? 0]).length
    await click('#order >>> button.primary')
    await expect.poll(() => verdict('order')).toContain(inPlace === 3 ? 'Every token' : `${inPlace} of 3 tokens`)
    const drag = (id: string, at: number, value: number) =>
      running.tab.page.$eval(
        `#${id}`,
        (element, to) => {
          const input = element.shadowRoot?.querySelectorAll<HTMLInputElement>('input[type=range]')[to.at]
          if (!input) throw new Error('no bar')
          input.value = String(to.value)
          input.dispatchEvent(new Event('input', { bubbles: true }))
        },
        { at, value }
      )
    await drag('bar', 0, 90)
    await click('#bar >>> button.primary')
    const weight = ROW[1] ?? NaN
    await expect.poll(() => verdict('bar')).toContain(`The weight is ${percent(weight)}`)
    expect(await verdict('bar')).toContain(`${percent(0.9 - weight)}`)
    // The whole attention on the first token, by hand: what the others get lies elsewhere.
    await drag('row', 0, 40)
    await click('#row >>> button.primary')
    await expect.poll(() => verdict('row')).toContain(`${percent(1 - (ROW[0] ?? NaN))}`)
  })

  test('questions: wrong answers are explained, right ones too', async () => {
    await click('#written >>> .answers button:nth-child(1)')
    await expect.poll(() => verdict('written')).toBe('Not quite. No, not that.')
    await click('#written >>> .answers button:nth-child(2)')
    await expect.poll(() => verdict('written')).toBe('Right. Yes, that.')
    await click(`#computed >>> .answers button:nth-child(${TOP + 1})`)
    await expect.poll(() => verdict('computed')).toMatch(/^Right\. It gets /)
    expect(await verdict('computed')).toContain(`${percent(ROW[TOP] ?? NaN)}`)
    await click(`#computed >>> .answers button:nth-child(${(TOP === 0 ? 1 : 0) + 1})`)
    await expect.poll(() => verdict('computed')).toMatch(/^Not quite\./)
    const typed = async (value: number) => {
      const input = await running.tab.page.$('#typed >>> input')
      await input?.click({ count: 3 })
      await running.tab.page.keyboard.type(String(value))
      await running.tab.page.keyboard.press('Enter')
    }
    await typed(99)
    await expect.poll(() => verdict('typed')).toMatch(/^Not quite\./)
    await typed(Math.round(100 * (ROW[1] ?? NaN)))
    await expect.poll(() => verdict('typed')).toMatch(/^Right\./)
    expect(running.tab.complaints).toEqual([])
  })
})
