/** Lifetimes: memory, disposal, aborts, and calls that alternate. */

import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { errorOf, expectError } from './support/errors.js'
import { storiesFolder, tinyFolder, tinyWith } from './support/folders.js'

const ids = (count: number) => Array.from({ length: count }, (_, i) => (i * 7 + 3) % 60)

describe('memory', () => {
  it('a capture that would not fit is refused with its size, and the model stays usable', async () => {
    // 3 layers × 6 heads × 4100² × 4 bytes, with a context that the tiny model can have.
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

  it('tensors of the last four runs can be computed; an older run keeps its captured tensors', async () => {
    const model = await loadModel(tinyFolder)
    const runs = []
    for (let i = 0; i < 4; ++i) runs.push(await model.run({ ids: ids(4 + i) }, { capture: ['pattern'] }))
    const [first, second] = runs
    if (!first || !second) throw new Error('there are fewer than four runs')
    // Used now, so that the second run is the oldest.
    await first.trace.compute('embedding')
    await model.run({ ids: ids(3) })
    expect((await first.trace.compute('embedding')).shape).toEqual([4, 48])
    await expectError(second.trace.compute('embedding'), 'disposed', 'captured')
    expect(second.trace.pattern(0, 0).shape).toEqual([5, 5])
    await model.dispose()
  })

  it('a disposed run is gone; disposing it again is not an error', async () => {
    const model = await loadModel(tinyFolder)
    const run = await model.run({ ids: ids(4) })
    await run.dispose()
    await run.dispose()
    await expectError(run.trace.compute('embedding'), 'disposed')
    await model.dispose()
    await run.dispose()
  })

  it('after the model is disposed, every call is refused', async () => {
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
  it('an already aborted signal rejects every call at once', async () => {
    const signal = AbortSignal.abort()
    await expectError(loadModel(tinyFolder, { signal }), 'aborted')
    const model = await loadModel(tinyFolder)
    await expectError(model.run({ ids: ids(4) }, { signal }), 'aborted')
    await expectError(model.generate({ ids: ids(4) }, { signal }).next(), 'aborted')
    const { trace } = await model.run({ ids: ids(4) })
    await expectError(trace.compute('embedding', { signal }), 'aborted')
    await model.dispose()
  })

  it('ends a long run after its current step, and the model then gives the same numbers', async () => {
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

  it('a load aborted during reading rejects as aborted', async () => {
    const controller = new AbortController()
    const load = loadModel(storiesFolder, {
      signal: controller.signal,
      onProgress: ({ file }) => file === 'model.safetensors' && controller.abort()
    })
    await expectError(load, 'aborted')
  })

  it('two runs alternate: a short run does not wait for a long one', async () => {
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
