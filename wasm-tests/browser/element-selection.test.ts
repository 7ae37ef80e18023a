/** The selection of an element is one object, from before its first update and in every group. */
import { beforeAll, describe, expect, test } from 'vitest'
import { inPackagePage } from './package-server.js'
import { patternsAlone } from '../ts/support/written-trace.js'

const WORDS = ['The', ' cat', ' sat', ' down', '.']

const page = `<!doctype html><meta charset="utf-8"><title>Selections</title>
<attn-heads group="a" src="/trace.safetensors"></attn-heads>
<attn-matrix group="a" layer="1" head="2"></attn-matrix>
<attn-heads id="b" group="b" src="/trace.safetensors"></attn-heads>
<script type="module">
  const plain = document.querySelector('#b')
  const early = document.createElement('attn-grid')
  window.early = early
  const { selectionFor, Selection } = await import('/dist/elements.js')
  window.selectionFor = selectionFor
  window.Selection = Selection
  window.views = [...document.querySelectorAll('attn-heads, attn-matrix')]
  // The elements are defined, and none has updated yet.
  window.beforeUpdate = window.views.map((view) => view.selection)
  window.hadUpdated = window.views.map((view) => view.hasUpdated)
  window.beforeUpdate[0].lock({ query: 2 })
  window.beforeUpdate[1].choose({ layer: 0, head: 1 })
</script>`

describe('the selection of an element', () => {
  const running = inPackagePage({ '/page.html': page, '/trace.safetensors': patternsAlone(WORDS) })
  beforeAll(async () => {
    await running.tab.page.waitForFunction(() => 'beforeUpdate' in window)
  })

  /** Evaluates an expression of the page, after the views have updated. */
  const inPage = (script: string) =>
    running.tab.page.evaluate(
      `(async () => { const settle = async () => { for (let i = 0; i < 3; i++) await Promise.all(views.map((view) => view.updateComplete)) }; await settle(); ${script} })()`
    )
  const marked = (index: number) =>
    `[...views[${index}].shadowRoot.querySelectorAll('.token')].flatMap((token, at) => token.getAttribute('aria-selected') === 'true' ? [at] : [])`

  test('taken before the first update, it is the selection that the element and its group use', async () => {
    await expect.poll(() => inPage(`return views[0].source !== undefined && ${marked(0)}.length`)).toBe(1)
    expect(await inPage('return hadUpdated')).toEqual([false, false, false])
    expect(await inPage('return views.map((view, at) => view.selection === beforeUpdate[at])')).toEqual([
      true,
      true,
      true
    ])
    expect(await inPage(`return ${marked(0)}`)).toEqual([2])
    expect(await inPage('return selectionFor("a").locked')).toEqual({ query: 2 })
    expect(await inPage('return views[1].selection.locked')).toEqual({ query: 2 })
    // The script's choice came after the attributes.
    expect(await inPage('return selectionFor("a").chosen')).toEqual({ layer: 0, head: 1 })
    expect(await inPage('return views[2].selection.locked ?? null')).toBeNull()
  })

  test('it follows the element into another group, and hears its changes', async () => {
    expect(
      await inPage(`
      const { selection } = views[1]
      let heard = 0
      selection.addEventListener('change', () => heard++)
      views[1].group = 'b'
      // At once, before the update.
      views[1].selection.lock({ query: 3 })
      const there = selectionFor('b').locked
      await settle()
      const before = heard
      selectionFor('a').lock({ query: 1 })
      const fromA = heard - before
      selectionFor('b').lock({ query: 4 })
      const fromB = heard - before - fromA
      const isSame = views[1].selection === selection
      views[1].group = ''
      await settle()
      return { there, fromA, fromB, isSame, still: views[1].selection === selection, alone: selection.locked ?? null,
        source: views[1].source === undefined, b: selectionFor('b').locked }
    `)
    ).toEqual({
      there: { query: 3 },
      fromA: 0,
      fromB: 1,
      isSame: true,
      still: true,
      alone: null,
      source: true,
      b: { query: 4 }
    })
  })

  test('an element that left and came back is still linked; one that left is silent', async () => {
    expect(
      await inPage(`
      const [view] = views
      const { selection } = view
      let heard = 0
      selection.addEventListener('change', () => heard++)
      view.remove()
      selectionFor('a').lock({ query: 0 })
      const away = heard
      document.body.append(view)
      await settle()
      selectionFor('a').lock({ query: 2 })
      return { away, back: heard > away, isSame: view.selection === selection, locked: selection.locked }
    `)
    ).toEqual({ away: 0, back: true, isSame: true, locked: { query: 2 } })
    await expect.poll(() => inPage(`return ${marked(0)}`)).toEqual([2])
  })

  test('choices made on an element by itself go along into a group without any', async () => {
    expect(
      await inPage(`
      const early = document.createElement('attn-grid')
      early.selection.lock({ query: 1 })
      early.selection.choose({ layer: 1, head: 1 })
      const { selection } = early
      early.group = 'fresh'
      document.body.append(early)
      await early.updateComplete
      const other = document.createElement('attn-heads')
      Object.assign(other, { group: 'fresh', trace: views[0].selection.trace })
      document.body.append(other)
      await other.updateComplete
      await other.updateComplete
      return { isSame: early.selection === selection, locked: other.selection.locked, chosen: other.selection.chosen }
    `)
    ).toEqual({ isSame: true, locked: { query: 1 }, chosen: { layer: 1, head: 1 } })
  })

  test('a selection that is given is the element’s own from then on', async () => {
    expect(
      await inPage(`
      const view = document.createElement('attn-matrix')
      view.selection = views[0].selection
      view.group = 'elsewhere'
      document.body.append(view)
      await view.updateComplete
      return [view.selection === views[0].selection, view.source !== undefined]
    `)
    ).toEqual([true, true])
  })

  test('a selection that was given before the element was defined is not lost', async () => {
    expect(
      await inPage(`
      const given = new Selection()
      const isDefined = early instanceof customElements.get('attn-grid')
      early.selection = given
      document.body.append(early)
      await early.updateComplete
      given.show(views[0].selection.trace)
      return [isDefined, early.selection === given, early.source !== undefined]
    `)
    ).toEqual([false, true, true])
  })
})
