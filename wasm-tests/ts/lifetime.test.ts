/** What is kept and what goes: memory, disposal, aborts, and calls that take turns. */

import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { errorOf, expectError } from './support/errors.js'
import { storiesFolder, tinyFolder, tinyWith } from './support/folders.js'

const ids = (count: number) => Array.from({ length: count }, (_, i) => (i * 7 + 3) % 60)

describe('memory', () => {
  it('a capture that would not fit is refused with its size, and the model goes on', async () => {
    // 3 layers × 6 heads × 4100² × 4 bytes, for a context that the tiny model can be given.
    const model = await loadModel(await tinyWith({ max_position_embeddings: 5000 }))
    const many = Array.from({ length: 4100 }, (_, i) => i % 60)
    await expectError(
      model.run({ ids: many }, { capture: ['pattern'], logits: 'none' }),
      'memory',
      String(3 * 6 * 4100 * 4100 * 4)
    )
    expect((await model.run({ ids: ids(3) })).tokens).toHaveLength(3)
    await model.dispose()
  })

  it('the last four runs can be computed from; an older one keeps what was captured', async () => {
    const model = await loadModel(tinyFolder)
    const runs = []
    for (let i = 0; i < 4; ++i) runs.push(await model.run({ ids: ids(4 + i) }, { capture: ['pattern'] }))
    const [first, second] = runs
    if (!first || !second) throw new Error('four runs were made')
    // Used now, so that the second is the oldest.
    await first.trace.compute('embedding')
    await model.run({ ids: ids(3) })
    expect((await first.trace.compute('embedding')).shape).toEqual([4, 48])
    await expectError(second.trace.compute('embedding'), 'disposed', 'captured')
    expect(second.trace.pattern(0, 0).shape).toEqual([5, 5])
    await model.dispose()
  })

  it('a run that was disposed of is gone; doing it again is no error', async () => {
    const model = await loadModel(tinyFolder)
    const run = await model.run({ ids: ids(4) })
    await run.dispose()
    await run.dispose()
    await expectError(run.trace.compute('embedding'), 'disposed')
    await model.dispose()
    await run.dispose()
  })

  it('after the model is disposed of every call is refused', async () => {
    const model = await loadModel(tinyFolder)
    const run = await model.run({ ids: ids(4) }, { capture: ['pattern'] })
    const underWay = errorOf(model.run({ ids: ids(100) }))
    await model.dispose()
    await model.dispose()
    expect((await underWay).code).toBe('disposed')
    await expectError(model.run({ ids: ids(4) }), 'disposed')
    await expectError(model.generate({ ids: ids(4) }).next(), 'disposed')
    await expectError(run.trace.compute('embedding'), 'disposed')
    expect(run.trace.pattern(0, 0).shape).toEqual([4, 4])
  })
})

describe('abort', () => {
  it('a signal that has fired already is told at once, in every call', async () => {
    const signal = AbortSignal.abort()
    await expectError(loadModel(tinyFolder, { signal }), 'aborted')
    const model = await loadModel(tinyFolder)
    await expectError(model.run({ ids: ids(4) }, { signal }), 'aborted')
    await expectError(model.generate({ ids: ids(4) }, { signal }).next(), 'aborted')
    const { trace } = await model.run({ ids: ids(4) })
    await expectError(trace.compute('embedding', { signal }), 'aborted')
    await model.dispose()
  })

  it('ends a long run within a turn, and the model goes on with the same numbers', async () => {
    const model = await loadModel(storiesFolder)
    const long = { ids: Array.from({ length: 512 }, (_, i) => 1 + (i % 2000)) }
    const before = await model.run('Once upon a time')
    const controller = new AbortController()
    let abortedAtMs = 0
    const aborted = model.run(long, {
      signal: controller.signal,
      onProgress: () => {
        abortedAtMs = performance.now()
        controller.abort()
      }
    })
    await expectError(aborted, 'aborted', 'the run')
    expect(performance.now() - abortedAtMs).toBeLessThan(1000)
    expect((await model.run('Once upon a time')).logits).toEqual(before.logits)
    await model.dispose()
  })

  it('a load that is aborted while it reads ends as aborted', async () => {
    const controller = new AbortController()
    const load = loadModel(storiesFolder, {
      signal: controller.signal,
      onProgress: ({ file }) => file === 'model.safetensors' && controller.abort()
    })
    await expectError(load, 'aborted')
  })

  it('two runs take turns: a short one does not wait for a long one', async () => {
    const model = await loadModel(storiesFolder)
    const order: string[] = []
    const long = model
      .run({ ids: Array.from({ length: 512 }, (_, i) => 1 + (i % 2000)) }, { logits: 'none' })
      .then(() => order.push('long'))
    const short = model.run('a').then(() => order.push('short'))
    await Promise.all([long, short])
    expect(order).toEqual(['short', 'long'])
    await model.dispose()
  })
})
