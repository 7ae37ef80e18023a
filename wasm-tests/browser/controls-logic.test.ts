/** The logic of the controls without a page: translating a text, and choosing whose attention is shown. */
import { describe, expect, test } from 'vitest'
import { AttenscopeError, type GenerationStep, type Model, type Part, type PatternSource } from 'attenscope'
import { madeUpCross, madeUpPatterns, madeUpPooling } from '../../web/demo/gallery/data.js'
import { madeUpClassifier, madeUpTranslator } from '../../web/demo/gallery/models.js'
import { headsCaption } from '../../web/elements/views/heads/heads-caption.js'
import { moved, placeOf, refAt } from '../../web/elements/views/heads/heads-moves.js'
import { layoutOf, queriesOf, visibleKeys, weightAt } from '../../web/elements/base/layout.js'
import { loadFor } from '../../web/elements/sources/model-registry.js'
import { Selection } from '../../web/elements/base/selection.js'
import { TextWriter } from '../../web/elements/controls/text-writer.js'
import { TextTranslator } from '../../web/elements/controls/text-translator.js'
import { WrittenTrace } from '../../web/elements/sources/written-trace.js'

const KNOWN = { 'the cat sleeps': '猫在睡' }
const cross = madeUpCross('the cat sleeps', '猫在睡')
const pooled = madeUpPooling('A warm film')
const decoder = madeUpPatterns('once upon a time')
const head = { layer: 0, head: 0 }
const NONE = { data: new Float32Array(), shape: [0] }

/** Records the states of a translator until it is idle again. */
function follow(translator: TextTranslator): string[] {
  const states: string[] = []
  translator.addEventListener('change', () => {
    const { state, tokenCount } = translator
    const now = state === 'writing' ? `writing ${tokenCount}` : state
    if (now !== states.at(-1)) states.push(now)
  })
  return states
}

describe('which tokens attend to which', () => {
  test('one text, two texts, or a learned query', () => {
    expect([decoder, cross, pooled].map(layoutOf)).toEqual(['one', 'two', 'pooled'])
  })

  test('only a decoder masks later tokens', () => {
    expect(visibleKeys(decoder, 2)).toBe(3)
    expect(weightAt(decoder, head, 2, 3)).toBeUndefined()
    expect(visibleKeys(cross, 0)).toBe(cross.tokens.length)
    expect(weightAt(cross, head, 0, 3)).toBeGreaterThan(0)
    expect(weightAt(cross, head, 99, 0)).toBeUndefined()
  })

  test('the queries that attend to a key, the strongest first', () => {
    const found = queriesOf(cross, head, 0)
    expect(found[0]?.index).toBe(0)
    expect(found.map(({ weight }) => weight)).toEqual([...found.map(({ weight }) => weight)].sort((a, b) => b - a))
  })
})

describe('moving through two texts', () => {
  test('a selected token is a query or a key; with a locked token of the other text, both', () => {
    expect(refAt(cross, { side: 'key', index: 1 }, undefined)).toEqual({ key: 1 })
    expect(refAt(cross, { side: 'key', index: 1 }, { query: 2 })).toEqual({ query: 2, key: 1 })
    expect(refAt(cross, { side: 'query', index: 0 }, { key: 1 })).toEqual({ query: 0, key: 1 })
    expect(refAt(cross, { side: 'query', index: 0 }, { query: 2 })).toEqual({ query: 0 })
  })

  test('within one text a decoder compares with earlier tokens, an encoder with all tokens', () => {
    const encoder = madeUpPatterns('once upon a time', { part: 'encoder' })
    expect(refAt(decoder, { side: 'query', index: 3 }, { query: 2 })).toEqual({ query: 3 })
    expect(refAt(decoder, { side: 'query', index: 1 }, { query: 2 })).toEqual({ query: 2, key: 1 })
    expect(refAt(encoder, { side: 'query', index: 3 }, { query: 2 })).toEqual({ query: 2, key: 3 })
  })

  test('up and down move to the strongest partner, left and right along the text', () => {
    const up = moved(cross, head, { side: 'query', index: 3 }, 'ArrowUp')
    expect(up?.side).toBe('key')
    expect(moved(cross, head, up, 'ArrowDown')?.side).toBe('query')
    expect(moved(cross, head, { side: 'key', index: 0 }, 'ArrowLeft')).toEqual({ side: 'key', index: 0 })
    expect(moved(cross, head, { side: 'key', index: 0 }, 'End')).toEqual({
      side: 'key',
      index: cross.tokens.length - 1
    })
    expect(moved(cross, head, { side: 'key', index: 0 }, 'x')).toBeUndefined()
  })

  test('in a comparison the arrows move the token that is not locked', () => {
    expect(placeOf(cross, { query: 2, key: 1 }, { query: 2 })).toEqual({ side: 'key', index: 1 })
    expect(placeOf(cross, { query: 2, key: 1 }, { key: 1 })).toEqual({ side: 'query', index: 2 })
    expect(placeOf(decoder, { query: 2, key: 1 }, { query: 2 })).toEqual({ side: 'query', index: 1 })
  })
})

describe('the part of the model that a group shows', () => {
  const views = new Map<Part, PatternSource>([
    ['cross', cross],
    ['decoder', decoder]
  ])
  const trace = new WrittenTrace(madeUpClassifier().info, views, cross.written)

  test('starts with the default; another part clears the selection in this one', () => {
    const selection = new Selection()
    selection.show(trace)
    expect([selection.parts, selection.part]).toEqual([['cross', 'decoder'], 'cross'])
    expect(selection.traceName(2)).toBe('decoder.blocks.2.cross.pattern')
    selection.lock({ query: 1 })
    selection.choosePart('decoder')
    expect(selection.locked).toBeUndefined()
    expect(selection.traceName(2)).toBe('decoder.blocks.2.attn.pattern')
    expect(selection.source?.part).toBe('decoder')
  })

  test('a part that the source does not have waits for a source that has it', () => {
    const selection = new Selection()
    selection.choosePart('decoder')
    selection.show(cross)
    expect(selection.part).toBe('cross')
    selection.show(trace)
    expect(selection.part).toBe('decoder')
  })

  test('names of a decoder-only model have no stack', () => {
    const selection = new Selection()
    selection.show(decoder)
    expect(selection.traceName(0)).toBe('blocks.0.attn.pattern')
  })

  test('every selection has a sentence', () => {
    for (const source of [decoder, cross, pooled]) {
      const selection = new Selection()
      selection.show(source)
      expect(headsCaption(selection)).not.toBe('')
      for (const token of [{ query: 0 }, { key: 1 }, { query: 1, key: 0 }]) {
        selection.point(token)
        expect(headsCaption(selection)).not.toBe('')
      }
    }
  })
})

describe('a text generated from a source', () => {
  test('the best hypothesis is shown token by token, each row named by its output token', async () => {
    const translator = new TextTranslator()
    const states = follow(translator)
    await translator.start(madeUpTranslator(KNOWN), 'the cat sleeps', { numBeams: 4, pace: 1000 })
    expect(states).toEqual(['searching', 'writing 1', 'writing 2', 'writing 3', 'writing 4', 'idle'])
    expect(translator).toMatchObject({ text: '猫在睡', ended: 'end', score: -0.42, tokenCount: 4 })
    expect(translator.trace?.view().queryTokens.map(({ text }) => text)).toEqual(['猫', '在', '睡', '</s>'])
    expect(translator.trace?.view('decoder').queryTokens[0]?.special).toBe(true)
  })

  test('a trace shown in part has only the rows shown', () => {
    const trace = new WrittenTrace(madeUpClassifier().info, new Map([['cross', cross]]), cross.written)
    trace.shown = 2
    const view = trace.view()
    expect(view.queries.count).toBe(2)
    expect(view.queryTokens).toHaveLength(2)
    expect(view.pattern(0, 0).shape).toEqual([2, cross.tokens.length])
  })

  test('at full speed everything is shown at once', async () => {
    const translator = new TextTranslator()
    const states = follow(translator)
    await translator.start(madeUpTranslator(KNOWN), 'the cat sleeps', { numBeams: 4, pace: 0 })
    expect(states).toEqual(['searching', 'writing 4', 'idle'])
  })

  test('stopping during the search or the display is reported, and ends the run', async () => {
    const translator = new TextTranslator()
    const searching = translator.start(madeUpTranslator(KNOWN, { delayMs: Infinity }), 'x', { numBeams: 4, pace: 0 })
    translator.stop()
    await searching
    expect(translator).toMatchObject({ state: 'idle', ended: 'stopped', error: undefined })
    const showing = translator.start(madeUpTranslator(KNOWN), 'the cat sleeps', { numBeams: 4, pace: 1 })
    await new Promise((resolve) => translator.addEventListener('change', resolve))
    await new Promise((resolve) => setTimeout(resolve, 5))
    translator.stop()
    await showing
    expect(translator).toMatchObject({ state: 'idle', ended: 'stopped', text: '猫' })
  })

  test('an error is kept, and the next text works', async () => {
    const translator = new TextTranslator()
    const broken: Model = {
      ...madeUpTranslator(KNOWN),
      translate: () => Promise.reject(new AttenscopeError('too-long', 'the text is too long'))
    }
    await translator.start(broken, 'x', { numBeams: 4, pace: 0 })
    expect(translator.error).toMatchObject({ code: 'too-long' })
    await translator.start(madeUpTranslator(KNOWN), 'the cat sleeps', { numBeams: 4, pace: 0 })
    expect(translator).toMatchObject({ error: undefined, text: '猫在睡' })
  })

  test('greedy decoding shows each token when the model generates it', async () => {
    const translation = await madeUpTranslator(KNOWN).translate('the cat sleeps')
    const trace = translation.trace
    const live: Model = {
      ...madeUpTranslator(KNOWN),
      async *generate() {
        for (const [index, token] of translation.tokens.entries())
          yield { token, index, elapsedMs: 1, logits: NONE, trace: rowOf(index) }
        return { reason: 'end' }
      }
    }
    /** Returns one row of each growing part of a trace, as in a step. */
    const rowOf = (query: number): GenerationStep['trace'] => {
      const view = (part: Part = 'cross'): PatternSource => {
        const all = trace.view(part)
        return Object.create(all, { queries: { value: part === 'encoder' ? all.queries : { first: query, count: 1 } } })
      }
      return Object.create(trace, { view: { value: view } })
    }
    const translator = new TextTranslator()
    const states = follow(translator)
    await translator.start(live, 'the cat sleeps', { numBeams: 1, pace: 0 })
    expect(states).toEqual(['searching', 'writing 1', 'writing 2', 'writing 3', 'writing 4', 'idle'])
    expect(translator).toMatchObject({ text: '猫在睡', ended: 'end', score: undefined })
  })
})

describe('a text that is written in steps', () => {
  /** A model whose tokens arrive when the test says. */
  function heldModel() {
    const source = madeUpPatterns('once upon a time')
    const arrivals: (() => void)[] = []
    const model: Model = {
      ...madeUpClassifier(),
      async *generate() {
        for (const [index, token] of source.tokens.entries()) {
          await new Promise<void>((resolve) => arrivals.push(resolve))
          const first = index === 0
          const queries = { first: index, count: 1 }
          const view: PatternSource = Object.create(source, { queries: { value: queries } })
          const trace: GenerationStep['trace'] = Object.create(view, { view: { value: () => view } })
          yield { token, index, elapsedMs: 1, logits: NONE, trace, ...(first && { promptTokens: [token] }) }
        }
        return { reason: 'end' }
      }
    }
    const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
    const arrive = async () => {
      await settled()
      arrivals.shift()?.()
      await settled()
    }
    return { model, arrive, settled }
  }

  test('a token that is computed during a pause appears with the next step', async () => {
    const { model, arrive, settled } = heldModel()
    const writer = new TextWriter()
    void writer.start(model, 'once', { pace: 0, maxNewTokens: 9 })
    await arrive()
    expect(writer).toMatchObject({ state: 'writing', newTokenCount: 1 })
    writer.pause()
    await arrive()
    expect(writer).toMatchObject({ state: 'paused', newTokenCount: 1 })
    writer.resume(1)
    await settled()
    expect(writer).toMatchObject({ state: 'paused', newTokenCount: 2 })
    writer.resume()
    await arrive()
    expect(writer).toMatchObject({ state: 'writing', newTokenCount: 3 })
    writer.pause()
    await arrive()
    writer.stop()
    await settled()
    expect(writer).toMatchObject({ state: 'idle', ended: 'stopped', newTokenCount: 3 })
  })
})

describe('models that another element loads', () => {
  test('a loaded model is ready at once; a loading model is awaited, and the wait can be cancelled', async () => {
    const model = madeUpClassifier()
    expect(loadFor(model)).toMatchObject({ status: 'ready', model })
    expect(loadFor(model)).toBe(loadFor(model))
    const coming = loadFor(Promise.resolve(model))
    expect(coming.status).toBe('loading')
    await new Promise((resolve) => coming.addEventListener('change', resolve))
    expect(coming.status).toBe('ready')
    const never = loadFor(new Promise<Model>(() => {}))
    never.cancel()
    await new Promise((resolve) => never.addEventListener('change', resolve))
    expect(never.status).toBe('cancelled')
  })
})
