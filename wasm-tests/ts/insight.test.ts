/** Insights of a trace: selected queries, the logit lens, the terms of a logit, the plane and the flow. */

import { loadModel, openTrace, TraceRecorder, type GenerationStep, type Model, type Run } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { golden, tinyFolder } from './support/folders.js'

const stories = new URL('../../models/stories', import.meta.url).pathname
let model: Model
let run: Run
beforeAll(async () => {
  model = await loadModel(stories)
  run = await model.run('Lily had a cat. The cat saw a red cat', { capture: ['pattern'] })
})
afterAll(() => model.dispose())

const rowOf = (data: Float32Array, row: number, width: number) => data.subarray(row * width, (row + 1) * width)

describe('compute of some queries', () => {
  it('returns their rows, over the keys up to the last query', async () => {
    const name = 'blocks.2.attn.pattern'
    const whole = await run.trace.compute(name, { head: 3 })
    const some = await run.trace.compute(name, { head: 3, queries: { first: 4, count: 2 } })
    expect(some.shape).toEqual([2, 6])
    for (const row of [0, 1]) {
      expect([...rowOf(some.data, row, 6)]).toEqual([...rowOf(whole.data, 4 + row, whole.shape[1] ?? 0).subarray(0, 6)])
    }
    expect((await run.trace.compute('blocks.2.attn.k', { queries: { first: 4, count: 2 } })).shape[1]).toBe(6)
    const queries = { first: 0.5, count: 1 }
    await expectError(run.trace.compute(name, { queries }), 'option', 'queries.first', '0.5')
    await expectError(run.trace.compute(name, { queries: { first: 0, count: 999 } }), 'option')
  })

  it('gives the same from a saved trace', async () => {
    const kinds = ['q', 'k', 'scores', 'head_output', 'weighted_norms']
    const opened = await openTrace(await run.trace.save({ also: kinds }))
    for (const kind of ['pattern', ...kinds]) {
      for (const options of [
        { head: 1, queries: { first: 3, count: 2 } },
        { queries: { first: 0, count: 1 } },
        { head: 0 }
      ]) {
        const name = `blocks.1.attn.${kind}`
        expect(await opened.compute(name, options), name).toEqual(await run.trace.compute(name, options))
      }
    }
    await expectError(opened.compute('blocks.1.attn.q', { queries: { first: 0, count: 999 } }), 'option')
  })
})

describe('the lens', () => {
  it('of the last layer equals the model’s prediction, for every query', async () => {
    const { L, V } = model.info
    const T = run.tokens.length
    const readings = await run.trace.lens({ top: 3 })
    expect(readings.map(({ layer, query }) => layer * T + query)).toEqual(Array.from({ length: L * T }, (_, i) => i))
    const last = readings.at(-1)
    const logits = rowOf(run.logits.data, T - 1, V)
    const exps = Array.from(logits, Math.exp)
    const sum = exps.reduce((total, each) => total + each, 0)
    const order = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0))
    expect(last?.top.map(({ token }) => token.id)).toEqual(order.slice(0, 3))
    expect(last?.top[0]?.probability).toBeCloseTo((exps[order[0] ?? 0] ?? 0) / sum, 5)
    expect(last?.entropy).toBeCloseTo(-exps.reduce((total, e) => total + (e / sum) * Math.log2(e / sum), 0), 4)
    const asked = await run.trace.lens({ token: order[41] ?? 0, queries: { first: T - 1, count: 1 } })
    expect(asked).toHaveLength(L)
    expect(asked.at(-1)?.asked?.rank).toBe(42)
    await expectError(run.trace.lens({ token: V }), 'option', `0 to ${V - 1}`)
  })

  it('keeps the space at the start of tokens', async () => {
    const [first] = await run.trace.lens({ top: 5, queries: { first: 3, count: 1 } })
    expect(first?.top).toHaveLength(5)
    expect(
      (await run.trace.lens({ top: 40 })).some(({ top }) => top.some(({ token }) => /^ \w+$/.test(token.text)))
    ).toBe(true)
  })

  it('is saved on request', async () => {
    const opened = await openTrace(await run.trace.save({ lens: 2 }))
    const queries = { first: 1, count: 2 }
    expect(await opened.lens({ top: 1, queries })).toEqual(
      (await run.trace.lens({ top: 1 })).filter(({ query }) => query === 1 || query === 2)
    )
    await expectError((await openTrace(await run.trace.save())).lens(), 'not-captured', 'lens')
  })
})

describe('the terms of a logit', () => {
  it('add up to the logit, by default of the likeliest token', async () => {
    const { V, L, N } = model.info
    const T = run.tokens.length
    const terms = await run.trace.directLogits()
    const [guess] = (await run.trace.lens({ top: 1, queries: { first: T - 1, count: 1 } })).at(-1)?.top ?? []
    expect(terms.token).toEqual(guess?.token)
    expect(terms.heads.shape).toEqual([L, N])
    const sum = [...terms.heads.data, ...terms.feedForward.data].reduce((total, term) => total + term, 0)
    expect(sum + terms.embedding + terms.bias).toBeCloseTo(terms.logit, 4)
    // Matrices in 8 bits quantise their inputs; the terms do not.
    const logit = run.logits.data[(T - 1) * V + terms.token.id] ?? 0
    expect(Math.abs(terms.logit - logit)).toBeLessThan(0.02 * Math.abs(logit))
    const other = await run.trace.directLogits({ query: 2, token: 7 })
    expect([other.query, other.token.id]).toEqual([2, 7])
    await expectError(run.trace.directLogits({ query: 999 }), 'option', 'query')
  })

  it('are refused for a model whose logits are not a sum, and for one without logits', async () => {
    const translator = await loadModel(golden('marian-translate'))
    const translated = await translator.run({ ids: [5, 6, 0] }, { target: { ids: [11, 5] } })
    await expectError(translated.trace.directLogits(), 'unsupported', 'normalises after')
    expect(await translated.trace.lens({ top: 1 })).toHaveLength(2 * translator.info.L)
    await translator.dispose()
    const classifier = await loadModel(golden('lstm-classifier'))
    const judged = await classifier.run({ ids: [5, 6, 7] })
    await expectError(judged.trace.lens(), 'unsupported', 'lens')
    await expectError(judged.trace.flow(), 'option')
    await classifier.dispose()
  })
})

it('heads: the weights on repeated tokens, and on the tokens after them, equal those of the pattern', async () => {
  const heads = await run.trace.heads()
  const { N } = model.info
  const [layer, head] = [1, 2]
  const cats = run.tokens.flatMap(({ text }, index) => (text.trim() === 'cat' ? [index] : []))
  const same = run.tokens.map(({ id }, t) => run.tokens.flatMap((other, s) => (s < t && other.id === id ? [s] : [])))
  expect(cats.length).toBe(3)
  const repeats = same.flatMap((keys, query) => (keys.length > 0 ? [{ query, keys }] : []))
  const mean = (shift: number) =>
    repeats.reduce(
      (sum, { query, keys }) =>
        sum + keys.reduce((row, key) => row + (run.trace.row(layer, head, query)[key + shift] ?? 0), 0),
      0
    ) / repeats.length
  expect(heads[layer * N + head]?.duplicateToken).toBeCloseTo(mean(0), 5)
  expect(heads[layer * N + head]?.induction).toBeCloseTo(mean(1), 5)
})

it('flow: the row of a query, zero for later keys, and 1 for a single token', async () => {
  const flow = await run.trace.flow({ query: 5 })
  expect(flow.shape).toEqual([1, 6])
  expect(flow.data.every((each) => each >= 0 && each <= 1 + 1e-6)).toBe(true)
  expect((await run.trace.flow({ query: 0 })).data[0]).toBeCloseTo(1, 5)
  await expectError(run.trace.flow({ query: run.tokens.length }), 'option', 'query')
})

it('plane: a point for each query and key of a head', async () => {
  const T = run.tokens.length
  const { queries, keys, explained } = await run.trace.plane(2, 4)
  expect([queries.shape, keys.shape]).toEqual([
    [T, 2],
    [T, 2]
  ])
  expect(explained).toBeGreaterThan(2 / model.info.H)
  expect(explained).toBeLessThanOrEqual(1)
  await expectError(run.trace.plane(99, 0), 'option', 'layer')
})

it('a generation’s steps and its recorder answer for all tokens up to then', async () => {
  const tiny = await loadModel(tinyFolder)
  const steps: GenerationStep[] = []
  const recorder = new TraceRecorder(tiny.info)
  expect(recorder.whole()).toBeUndefined()
  for await (const step of tiny.generate({ ids: [5, 9, 2] }, { maxNewTokens: 4, capture: ['pattern'] })) {
    steps.push(step)
    recorder.add(step)
  }
  expect((await steps[2]?.trace.compute('blocks.0.attn.q', { head: 0 }))?.shape[0]).toBe(1)
  expect((await steps[2]?.trace.whole().compute('blocks.0.attn.q', { head: 0 }))?.shape[0]).toBe(5)
  const whole = recorder.whole()
  expect(whole?.queries).toEqual({ first: 0, count: 6 })
  const pattern = await whole?.compute('blocks.1.attn.pattern', { head: 2 })
  expect(pattern?.data).toEqual(recorder.pattern(1, 2).data)
  await tiny.dispose()
})
