/**
 * The engine's beam search on recurrent models, compared with a simple search that runs every hypothesis from the
 * start.
 */

import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { plainBeamSearch } from './support/beam-search.js'
import { golden } from './support/folders.js'

const source = [7, 12, 25, 4, 9, 17, 28]

describe.each(['lstm-seq2seq', 'lstm-seq2seq-pooled', 'lstm-seq2seq-self'])('%s', (name) => {
  it.each([
    { beams: 1, lengthPenalty: 1, maxLength: 12 },
    { beams: 4, lengthPenalty: 1, maxLength: 12 },
    { beams: 3, lengthPenalty: 2, maxLength: 9 },
    { beams: 5, lengthPenalty: -1, maxLength: 7 }
  ])('finds the same ids and score: %j', async ({ beams, lengthPenalty, maxLength }) => {
    const model = await loadModel(golden(name))
    const ends = { startId: 1, endId: 2 }
    const expected = await plainBeamSearch(model, source, { ...ends, beams, lengthPenalty, maxLength })
    const found = await model.translate({ ids: source }, { numBeams: beams, lengthPenalty, maxLength })
    expect([1, ...found.tokens.map(({ id }) => id)]).toEqual(expected.ids)
    expect(found.score).toBeCloseTo(expected.score, 4)
    expect(found.trace.targetTokens?.map(({ id }) => id)).toEqual(expected.ids.slice(0, -1))
    await model.dispose()
  })
})

describe('an LSTM with attention', () => {
  it('translates, generates and traces its alignment', async () => {
    const model = await loadModel(golden('lstm-seq2seq'))
    expect(model.info).toMatchObject({
      family: 'attenscope-lstm-seq2seq',
      kind: 'encoder-decoder',
      parts: { encoder: { layers: [] }, decoder: { layers: [] }, cross: { layers: [0], N: 1 } }
    })
    const { trace } = await model.translate({ ids: source }, { numBeams: 2, maxLength: 8, capture: ['pattern'] })
    expect(trace.parts).toEqual(['cross'])
    expect(trace.pattern(0, 0).shape).toEqual([trace.targetTokens?.length, source.length])
    expect((await trace.rollout()).shape).toEqual([trace.targetTokens?.length, source.length])
    const rows: Float32Array[] = []
    for await (const step of model.generate({ ids: source }, { maxNewTokens: 7, capture: ['pattern'] })) {
      rows.push(step.trace.row(0, 0, step.index))
    }
    const ids = await model.translate({ ids: source }, { numBeams: 1, maxLength: 8, capture: ['pattern'] })
    rows.forEach((row, i) => expect(Array.from(row)).toEqual(Array.from(ids.trace.row(0, 0, i))))
    await model.dispose()
  })

  it('pooled, its only query is not a token of the target', async () => {
    const model = await loadModel(golden('lstm-seq2seq-pooled'))
    const run = await model.run({ ids: source }, { target: { ids: [1, 5, 6] }, capture: ['pattern'] })
    expect(run.trace).toMatchObject({ part: 'cross', queries: { first: 0, count: 1 }, queryTokens: [], keyCount: 7 })
    expect(run.trace.pattern(0, 0).shape).toEqual([1, 7])
    expect(run.logits.shape).toEqual([3, 33])
    await model.dispose()
  })
})
