/** Rollout, flow and summaries from patterns alone, compared with the engine's answers and with numbers worked out by hand. */

import {
  flowOf,
  headsOf,
  loadModel,
  openTrace,
  rolloutOf,
  type HeadSummary,
  type Part,
  type PatternSource,
  type Tensor,
  type Trace
} from 'attenscope'
import { describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { golden, storiesFolder } from './support/folders.js'
import { patternsAlone, rewritten } from './support/written-trace.js'

/** The trace as a file with the patterns alone: no rollout and no summaries. */
async function withPatternsAlone(trace: Trace): Promise<Trace> {
  const bytes = new Uint8Array(await (await trace.save()).arrayBuffer())
  return openTrace(new Blob([rewritten(bytes, (name) => name.endsWith('.pattern'))]))
}

function expectNear(actual: Tensor, expected: Tensor): void {
  expect(actual.shape).toEqual(expected.shape)
  const off = actual.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected.data[i] ?? NaN))), 0)
  expect(off).toBeLessThan(2e-6)
}

function expectSameHeads(actual: readonly HeadSummary[], expected: readonly HeadSummary[]): void {
  expect(actual.length).toBe(expected.length)
  actual.forEach(({ picture, ...numbers }, i) => {
    const { picture: expectedPicture, ...expectedNumbers } = expected[i]!
    for (const [name, value] of Object.entries(expectedNumbers)) {
      expect(numbers[name as keyof typeof numbers], name).toBeCloseTo(value, 4)
    }
    expectNear(picture, expectedPicture)
  })
}

const models = [
  ['a decoder', storiesFolder, 'Once upon a time there was a dog. The dog sat. The dog ran.', undefined],
  ['an encoder', golden('families/bert-bare'), { ids: [5, 9, 3, 5, 9, 7] }, undefined],
  ['an encoder–decoder', golden('marian-translate'), { ids: [5, 9, 3, 5, 0] }, { ids: [2, 5, 9, 5] }],
  ['attention pooling', golden('lstm-classifier'), { ids: [5, 9, 3, 5] }, undefined]
] as const

describe('a trace with patterns alone', () => {
  it.each(models)('of %s answers as the engine does', async (_, folder, input, target) => {
    const model = await loadModel(folder)
    const { trace } = await model.run(input, { capture: ['pattern'], ...(target && { target }) })
    const saved = await withPatternsAlone(trace)
    for (const part of trace.parts) {
      const options: { part: Part } = { part }
      expect(saved.answers('rollout', options)).toBe(true)
      expectNear(await saved.rollout(options), await trace.rollout(options))
      expect(saved.answers('heads', options)).toBe(true)
      expectSameHeads(await saved.heads(options), await trace.heads(options))
      expect(saved.answers('flow', options)).toBe(trace.answers('flow', options))
      if (saved.answers('flow', options)) {
        for (let query = 0; query < saved.view(part).queries.count; query++) {
          expectNear(await saved.flow({ part, query }), await trace.flow({ part, query }))
        }
      } else await expectError(saved.flow(options), 'option', 'same tokens')
      const ofPatterns: PatternSource = saved.view(part)
      expectSameHeads(await headsOf(ofPatterns), await trace.heads(options))
    }
    for (const question of ['lens', 'directLogits', 'plane'] as const) expect(saved.answers(question)).toBe(false)
    await model.dispose()
  })

  it('written by hand answers, and says which layer it lacks', async () => {
    const trace = await openTrace(new Blob([patternsAlone(['a', 'b', 'a', 'c'])]))
    const { shape } = await trace.rollout()
    expect(shape).toEqual([4, 4])
    expect(await trace.heads()).toHaveLength(6)
    const file = rewritten(patternsAlone(['a', 'b', 'a', 'c']), (name) => !name.startsWith('blocks.1'))
    const part = await openTrace(new Blob([file]))
    for (const question of ['rollout', 'heads', 'flow'] as const) {
      expect(part.answers(question)).toBe(false)
      await expectError(part[question](), 'not-captured', "'blocks.1.attn.pattern' was not saved")
    }
  })

  it('of a step of a generation, which lacks the earlier queries, says so', async () => {
    const model = await loadModel(storiesFolder)
    let last: Trace | undefined
    for await (const { trace } of model.generate('Once upon', { maxNewTokens: 3, capture: ['pattern'] })) last = trace
    const step = await withPatternsAlone(last!)
    expect(step.queries.first).toBeGreaterThan(0)
    expect(step.answers('rollout')).toBe(false)
    await expectError(step.rollout(), 'not-captured', 'the rows of all queries are needed')
    await expectError(headsOf(step), 'not-captured', 'needs the rows of all queries')
    await expectError(rolloutOf(step), 'not-captured', 'needs the rows of all queries')
    await model.dispose()
  })
})

describe('patterns worked out by hand', () => {
  // Two layers of one head over two tokens.
  const first = Float32Array.of(1, 0, 0.5, 0.5)
  const second = Float32Array.of(1, 0, 1, 0)
  const tokens = [
    { id: 7, text: 'a', start: 0, end: 1 },
    { id: 7, text: 'a', start: 1, end: 2 }
  ]
  const source: PatternSource = {
    ...{ part: 'decoder', tokens, keyCount: 2, queryTokens: tokens, queries: { first: 0, count: 2 } },
    ...{ layers: [0, 1], headCount: 1 },
    pattern: (layer) => ({ data: layer === 0 ? first : second, shape: [2, 2] }),
    row: (layer, _head, query) => (layer === 0 ? first : second).subarray(2 * query, 2 * query + 2)
  }

  it('rollout is the product of ½ (A + I)', async () => {
    // Mixing: [1 0; ¼ ¾] and [1 0; ½ ½]; their product is [1 0; ½ + ⅛ ⅜].
    expect(Array.from((await rolloutOf(source)).data)).toEqual([1, 0, 0.625, 0.375])
  })

  it('flow is the largest flow through ½ (A + I)', async () => {
    // To token 0: ½ over token 0, and min(½, ¼) over token 1. To token 1: min(½, ¾).
    expect(Array.from((await flowOf(source)).data)).toEqual([0.75, 0.5])
    expect(Array.from((await flowOf(source, 0)).data)).toEqual([1])
  })

  it('the summaries are means over the queries', async () => {
    const [head] = await headsOf(source)
    expect(head).toMatchObject({ entropy: 0.5, distance: 0.25, previousToken: 0.5, firstToken: 0.75 })
    // Query 1 repeats token 0: its weight on token 0, and on the token that follows.
    expect(head).toMatchObject({ duplicateToken: 0.5, induction: 0.5 })
    expect(head?.picture).toEqual({ data: first, shape: [2, 2] })
  })
})
