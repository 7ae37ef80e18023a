/** The attributes for authors: wrong numbers are refused by name; a held token, read-only views, height, caption, stills. */
import { describe, expect, test } from 'vitest'
import { inPackagePage } from './package-server.js'
import { patternsAlone } from '../ts/support/written-trace.js'

const WORDS = ['The', ' cat', ' saw', ' the', ' cat', '.']
const VIEWS = ['heads', 'matrix', 'grid', 'summary', 'steps', 'neurons', 'lens', 'cache', 'plane', 'compare']
const TRACE = 'src="/trace.safetensors"'

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Authors</title>
<script type="module">
  import { Selection } from '/dist/elements.js'
  window.Selection = Selection
</script>
<attn-matrix id="text" head="abc" ${TRACE}></attn-matrix>
<attn-heads id="layer" layer="77" ${TRACE}></attn-heads>
<attn-grid id="head" head="7" ${TRACE}></attn-grid>
<attn-heads id="negative" layer="-1" ${TRACE}></attn-heads>
<attn-heads id="empty" head="" ${TRACE}></attn-heads>
<attn-matrix id="half" head="1.5" ${TRACE}></attn-matrix>
<attn-heads id="token" held="9" ${TRACE}></attn-heads>
<attn-heads id="tall" height="tall" ${TRACE}></attn-heads>
<attn-steps id="keys" most-keys="many" ${TRACE}></attn-steps>
<attn-lens id="words" most-tokens="0" ${TRACE}></attn-lens>
<attn-neurons id="part" most-keys="2.5" ${TRACE}></attn-neurons>
<attn-next id="heat" temperature="-1" ${TRACE}></attn-next>
<attn-position id="length" length="x"></attn-position>
<attn-generate id="pace" pace="slow"></attn-generate>
<attn-translate id="beams" beams="0"></attn-translate>
<attn-matrix id="mean" layer="1" head="3" ${TRACE}></attn-matrix>
<attn-heads id="held" held="4" layer="1" head="2" ${TRACE}></attn-heads>
<attn-matrix id="fixed" group="fixed" readonly held="4" layer="1" head="2" ${TRACE}></attn-matrix>
<attn-heads id="fixed-heads" group="fixed" readonly></attn-heads>
<attn-grid id="fixed-grid" group="fixed" readonly></attn-grid>
<attn-heads id="caption" caption="The cat & the cat" height="160" ${TRACE}></attn-heads>
<attn-matrix id="rem" height="10rem" ${TRACE}></attn-matrix>
<attn-heads id="nothing"></attn-heads>
<div style="margin-block-start: 9000px"><attn-matrix id="far" held="2" ${TRACE} caption="Far below"></attn-matrix></div>
${VIEWS.map((tag) => `<attn-${tag} id="all-${tag}" ${TRACE} held="2" readonly height="300" caption="c"></attn-${tag}>`).join('')}
</html>`

describe('an element of an author', () => {
  const running = inPackagePage({ '/page.html': page, '/trace.safetensors': patternsAlone(WORDS) }, { height: 4000 })

  const what = (id: string) =>
    running.tab.page.$eval(`#${id}`, (view) => view.shadowRoot?.querySelector('[part=error] .what')?.textContent ?? '')
  const run = (script: string) => running.tab.page.evaluate(`(async () => { ${script} })()`)

  test.each([
    ['text', 'Head is "abc", expected a number from 0 to 2.'],
    ['layer', 'Layer 77 of 2: layers are 0 to 1.'],
    ['head', 'Head 7 of 3: heads are 0 to 2, and 3 is the mean of all heads.'],
    ['negative', 'Layer is "-1", expected a number from 0 to 1.'],
    ['empty', 'Head is "", expected a number from 0 to 2.'],
    ['half', 'Head is "1.5", expected a number from 0 to 2.'],
    ['token', 'Held 9 of 6 tokens: tokens are 0 to 5.'],
    ['keys', 'most-keys is "many", expected a whole number from 1 on.'],
    ['words', 'most-tokens is 0, expected a whole number from 1 on.'],
    ['part', 'most-keys is 2.5, expected a whole number from 1 on.'],
    ['heat', 'Temperature is -1, expected a number from 0 on.'],
    ['length', 'Length is "x", expected a whole number from 1 on.'],
    ['pace', 'Pace is "slow", expected a number from 0 on.'],
    ['beams', 'Beams is 0, expected a whole number from 1 on.'],
    ['tall', 'Height is "tall", expected a number of pixels or a length of CSS such as 20rem.']
  ])('%s: %s', async (id, expected) => {
    await expect.poll(() => what(id)).toBe(expected)
  })

  test('a wrong property is refused too, and a right one mends the view', async () => {
    await run(`document.querySelector('#layer').layer = 5`)
    await expect.poll(() => what('layer')).toBe('Layer 5 of 2: layers are 0 to 1.')
    await run(`document.querySelector('#layer').layer = NaN`)
    await expect.poll(() => what('layer')).toContain('expected a number from 0 to 1')
    await run(`document.querySelector('#layer').layer = 1`)
    await expect.poll(() => what('layer')).toBe('')
    expect(await run(`return document.querySelector('#layer').selection.chosen`)).toEqual({ layer: 1, head: 0 })
    await expect.poll(() => what('mean')).toBe('')
  })

  test('a selection refuses a number that is no index', async () => {
    const message = (call: string) =>
      run(`try { new Selection().${call}; return '' } catch (error) { return error.code + ': ' + error.message }`)
    expect(await message('choose({ layer: 0, head: NaN })')).toBe(
      'option: head is NaN, expected a whole number from 0 on'
    )
    expect(await message('choose({ layer: "1", head: 0 })')).toBe(
      'option: layer is 1, expected a whole number from 0 on'
    )
    expect(await message('lock({ query: -1 })')).toBe('option: query is -1, expected a whole number from 0 on')
    expect(await message('lock({ query: 2 })')).toBe('')
  })

  test('held: the token is locked from the start, and a reader can release it', async () => {
    await expect
      .poll(() => run(`return document.querySelector('#held').selection.locked ?? null`))
      .toEqual({ query: 4 })
    expect(await run(`return document.querySelector('#far').selection.locked ?? null`)).toBeNull()
    const token = await running.tab.page.$('#held >>> .token[aria-selected=true] .word')
    await token?.click()
    expect(await run(`return document.querySelector('#held').selection.locked ?? null`)).toBeNull()
    await run(`const view = document.querySelector('#held'); view.held = 3; await view.updateComplete`)
    expect(await run(`return document.querySelector('#held').selection.locked`)).toEqual({ query: 3 })
  })

  test('readonly: nothing can be locked or chosen, switches are left out, and pointing works', async () => {
    const state = () =>
      run(`const { selection } = document.querySelector('#fixed'); return [selection.locked, selection.chosen]`)
    await expect.poll(() => running.tab.page.$('#fixed-heads >>> .token .word')).not.toBeNull()
    const before = await state()
    expect(before).toEqual([{ query: 4 }, { layer: 1, head: 2 }])
    await (await running.tab.page.$('#fixed-heads >>> .token .word'))?.click()
    await (await running.tab.page.$('#fixed-grid >>> [aria-selected=false]'))?.click()
    await running.tab.page.keyboard.press('Escape')
    expect(await state()).toEqual(before)
    await (await running.tab.page.$('#fixed-heads >>> #token-3 .word'))?.hover()
    expect(await run(`return document.querySelector('#fixed').selection.token`)).toEqual({ query: 4, key: 3 })
    const shown = () =>
      run(`return ['#fixed', '#fixed-heads', '#fixed-grid'].flatMap((id) =>
        [...document.querySelector(id).shadowRoot.querySelectorAll('.choices, .switch')].filter((each) => each.offsetParent !== null)).length`)
    expect(await shown()).toBe(0)
  })

  test('height and caption: the view scrolls in its height, and the caption is a text', async () => {
    const facts = await run(`
      const of = (id) => document.querySelector(id)
      const caption = of('#caption').shadowRoot.querySelector('[part=author-caption]')
      return [of('#caption').offsetHeight, getComputedStyle(of('#caption')).overflowY, caption.textContent, of('#rem').offsetHeight,
        of('#held').shadowRoot.querySelector('[part=author-caption]').offsetHeight]`)
    expect(facts).toEqual([160, 'auto', 'The cat & the cat', 160, 0])
    await run(`const view = document.querySelector('#caption'); view.caption = 'New'; await view.updateComplete`)
    expect(
      await running.tab.page.$eval(
        '#caption',
        (view) => view.shadowRoot?.querySelector('[part=author-caption]')?.textContent
      )
    ).toBe('New')
  })

  test.each(VIEWS)('attn-%s has every attribute of an author, and both stills', async (tag) => {
    const facts = await run(`
      const view = document.querySelector('#all-${tag}')
      await view.updateComplete
      const still = await view.toSVG().catch((error) => error.code)
      return [view.offsetHeight, view.selection.locked ?? null, view.shadowRoot.querySelector('[part=author-caption]').textContent,
        still.startsWith('<svg') || still === 'option', typeof view.toPNG]`)
    // A comparison needs two sources, so it has no source of its own to lock.
    expect(facts).toEqual([300, expect.anything(), 'c', true, 'function'])
  })

  test('toSVG and toPNG give the picture of a view that was never in sight', async () => {
    const svg = (await run(`return document.querySelector('#far').toSVG()`)) as string
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(svg).toContain('Far below')
    const parsed = await run(`
      const document = new DOMParser().parseFromString(await window.document.querySelector('#far').toSVG(), 'image/svg+xml')
      return document.querySelector('parsererror') === null && document.querySelectorAll('rect, path, text').length > 10`)
    expect(parsed).toBe(true)
    const png = (await run(`
      const blob = await document.querySelector('#far').toPNG()
      const bitmap = await createImageBitmap(blob)
      return [blob.type, bitmap.width > 100, bitmap.height > 100]`)) as unknown[]
    expect(png).toEqual(['image/png', true, true])
  })

  test('toSVG ends in the error that the view shows', async () => {
    const message = (id: string) =>
      run(
        `return document.querySelector('#${id}').toSVG().then(() => '', (error) => error.code + ': ' + error.message)`
      )
    expect(await message('head')).toBe('option: head 7 of 3: heads are 0 to 2, and 3 is the mean of all heads')
    expect(await message('nothing')).toBe('option: attn-heads has nothing to draw: No text yet.')
    expect(
      await run(`return document.createElement('attn-heads').toPNG().then(() => '', (error) => error.message)`)
    ).toBe('attn-heads is in no page, so that it draws nothing')
  })
})
