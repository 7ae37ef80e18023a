/** The model's calls as a user makes them: results, order, aborts, limits, and what is left afterwards. */

import { join } from 'node:path'
import { loadModel, type GenerationStep, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { errorOf, expectError } from './support/errors.js'
import { copyOf, filesOf, golden, storiesFolder, tinyFolder, tinyWith } from './support/folders.js'

const ids = (count: number) => Array.from({ length: count }, (_, i) => (i * 7 + 3) % 60)
const textOf = async (steps: AsyncIterable<GenerationStep>) => {
  let text = ''
  for await (const step of steps) text += step.token.text
  return text
}

describe('run', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(storiesFolder)
  })
  afterAll(() => model.dispose())

  it('tells the sizes of the model', () => {
    const { L, N, K, H, C, V, context } = model.info
    expect({ L, N, K, H, C, V, context }).toEqual({ L: 6, N: 6, K: 3, H: 32, C: 192, V: 2048, context: 512 })
    expect(model.info).toMatchObject({ family: 'llama', kind: 'decoder', dtype: 'f32', threads: 1, hasTokenizer: true })
    expect(model.info.bytes).toBeGreaterThanOrEqual(4 * model.info.parameters)
  })

  it('gives tokens with their places, logits and captured patterns whose rows sum to one', async () => {
    const text = 'Lily saw a 🐱.'
    const run = await model.run(text, { capture: ['pattern'] })
    const T = run.tokens.length
    for (const { text: own, start, end, special } of run.tokens) if (!special) expect(text.slice(start, end)).toBe(own)
    expect(run.logits.shape).toEqual([T, model.info.V])
    for (let layer = 0; layer < model.info.L; ++layer) {
      const { shape } = run.trace.get(`blocks.${layer}.attn.pattern`)
      expect(shape).toEqual([model.info.N, T, T])
      for (let query = 0; query < T; ++query) {
        const row = run.trace.row(layer, 1, query)
        expect(row).toHaveLength(T)
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
        expect(row.subarray(query + 1).every((weight) => weight === 0)).toBe(true)
      }
    }
  })

  it('pattern and row are views of what get gives', async () => {
    const { trace } = await model.run('a b', { capture: ['blocks.2.attn.pattern'] })
    const whole = trace.get('blocks.2.attn.pattern')
    const [, T = 0] = whole.shape
    expect(trace.pattern(2, 3).data.buffer).toBe(whole.data.buffer)
    expect(trace.row(2, 3, 1).buffer).toBe(whole.data.buffer)
    expect(trace.row(2, 3, 1)).toEqual(whole.data.slice(3 * T * T + T, 3 * T * T + 2 * T))
  })

  it('captured and computed are the same numbers', async () => {
    const { trace } = await model.run('Tom had a dog', { capture: ['pattern', 'q', 'residual', 'k'] })
    for (const name of trace.names().filter((known) => trace.has(known))) {
      expect(await trace.compute(name)).toEqual(trace.get(name))
    }
  })

  it('the logits that were asked for come', async () => {
    const all = await model.run('a b c', { logits: 'all' })
    const last = await model.run('a b c', { logits: 'last' })
    const none = await model.run('a b c', { logits: 'none' })
    const { V } = model.info
    expect(last.logits.shape).toEqual([1, V])
    expect(Array.from(last.logits.data)).toEqual(Array.from(all.logits.data.slice(-V)))
    expect(none.logits).toEqual({ data: new Float32Array(0), shape: [0, V] })
  })

  it('rollout rows sum to one; head summaries agree with the patterns', async () => {
    const { trace } = await model.run('Once upon a time there was', { capture: ['pattern'] })
    const T = trace.tokens.length
    const rollout = await trace.rollout()
    expect(rollout.shape).toEqual([T, T])
    for (let query = 0; query < T; ++query) {
      expect(rollout.data.slice(query * T, (query + 1) * T).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4)
    }
    const heads = await trace.heads()
    expect(heads.map(({ layer, head }) => [layer, head])).toEqual(
      Array.from({ length: 36 }, (_, i) => [Math.floor(i / 6), i % 6])
    )
    for (const { layer, head, firstToken, entropy, distance } of heads) {
      const rows = Array.from({ length: T }, (_, query) => trace.row(layer, head, query))
      const mean = (of: (row: Float32Array, query: number) => number) =>
        rows.reduce((sum, row, query) => sum + of(row, query), 0) / T
      expect(firstToken).toBeCloseTo(
        mean((row) => row[0] ?? 0),
        4
      )
      expect(entropy).toBeCloseTo(
        mean((row) => -row.reduce((sum, p) => (p > 0 ? sum + p * Math.log2(p) : sum), 0)),
        3
      )
      expect(distance).toBeCloseTo(
        mean((row, query) => row.reduce((sum, p, key) => sum + p * (query - key), 0)),
        3
      )
    }
  })

  it('progress comes with a long input', async () => {
    const seen: number[] = []
    await model.run(
      { ids: Array.from({ length: 512 }, (_, i) => 1 + (i % 2000)) },
      {
        logits: 'none',
        onProgress: ({ done, total }) => {
          expect(total).toBe(512)
          seen.push(done)
        }
      }
    )
    expect(seen.length).toBeGreaterThan(0)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  it('edits reach the result and the trace knows them', async () => {
    const edits = [{ at: 'blocks.0.attn.pattern', head: 2, op: 'zero' }] as const
    const plain = await model.run('Tom had a dog', { capture: ['pattern'] })
    const edited = await model.run('Tom had a dog', { capture: ['pattern'], edits })
    expect(edited.trace.edits).toEqual(edits)
    expect(edited.trace.pattern(0, 2).data.every((weight) => weight === 0)).toBe(true)
    expect(edited.trace.pattern(0, 1)).toEqual(plain.trace.pattern(0, 1))
    expect(edited.logits.data).not.toEqual(plain.logits.data)
  })
})

describe('what is asked wrongly', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(tinyFolder)
  })
  afterAll(() => model.dispose())

  it('a text for a model without a tokenizer.json', () =>
    expectError(model.run('a'), 'tokenizer', 'tokenizer.json', 'ids'))
  it('no tokens', () => expectError(model.run({ ids: [] }), 'option', 'no tokens'))
  it.each([[[67]], [[-1]], [[1.5]], [[NaN]], [[2 ** 40]]])('ids %j', (bad) =>
    expectError(model.run({ ids: [1, ...bad] }), 'option', 'ids[1]', '66')
  )
  it('too many tokens', () => expectError(model.run({ ids: ids(129) }), 'too-long', '129', '128'))
  it('an input that is neither', () => expectError(model.run(3 as never), 'option', 'input'))
  it('an unknown capture', () =>
    expectError(model.run({ ids: ids(3) }, { capture: ['atention'] }), 'option', 'atention'))
  it('a capture that is no list', () =>
    expectError(model.run({ ids: ids(3) }, { capture: 'pattern' as never }), 'option', 'capture'))
  it('logits of another kind', () =>
    expectError(model.run({ ids: ids(3) }, { logits: 'some' as never }), 'option', 'logits'))
  it.each([
    ['an unknown place', { at: 'blocks.9.attn.pattern', op: 'zero' }, 'option', 'blocks.9'],
    ['a place that is no pattern', { at: 'blocks.0.attn.q', op: 'zero' }, 'unsupported', 'blocks.0.attn.q'],
    ['an unknown change', { at: 'blocks.0.attn.pattern', op: 'explode' }, 'unsupported', 'explode'],
    ['a head too many', { at: 'blocks.0.attn.pattern', op: 'zero', head: 6 }, 'option', 'head'],
    ['a scale without a value', { at: 'blocks.0.attn.pattern', op: 'scale' }, 'option', 'value']
  ])('an edit with %s', (_, edit, code, word) =>
    expectError(model.run({ ids: ids(3) }, { edits: [edit as never] }), code, word)
  )

  it.each([
    ['maxNewTokens', { maxNewTokens: -1 }],
    ['temperature', { temperature: -0.5 }],
    ['temperature', { temperature: NaN }],
    ['topK', { topK: 1.5 }],
    ['topP', { topP: 1.1 }],
    ['seed', { seed: -1 }],
    ['stop', { stop: [''] }],
    ['stop', { stop: [3] }]
  ])('a generation with a wrong %s', async (name, options) => {
    await expectError(model.generate({ ids: ids(3) }, options as never).next(), 'option', name)
  })

  it('names, layers, heads, queries and parts that are not there', async () => {
    const { trace } = await model.run({ ids: ids(4) }, { capture: ['pattern'] })
    await expectError(() => trace.get('blocks.0.attn.q'), 'not-captured', 'capture', "compute('blocks.0.attn.q')")
    await expectError(() => trace.get('blocks.0.attn.patern'), 'option', "did you mean 'blocks.0.attn.pattern'")
    await expectError(() => trace.pattern(3, 0), 'option', 'layer')
    await expectError(() => trace.pattern(0, 6), 'option', 'head')
    await expectError(() => trace.pattern(0, -1), 'option', 'head')
    await expectError(() => trace.row(0, 0, 4), 'option', 'query')
    await expectError(() => trace.pattern(0, 0, { part: 'cross' }), 'option', 'cross')
    await expectError(trace.rollout({ part: 'encoder' }), 'option', 'encoder')
    await expectError(trace.compute('nothing'), 'option', 'nothing')
    await expectError(trace.compute('blocks.0.attn.k', { head: 2 }), 'option', 'head 2')
    await expectError(trace.compute('embedding', { head: 0 }), 'option', 'no heads')
  })

  it('none of it harms the model', async () => {
    const before = await model.run({ ids: ids(5) })
    await expectError(model.run({ ids: [99] }), 'option')
    expect((await model.run({ ids: ids(5) })).logits).toEqual(before.logits)
  })

  it('options of the load that do not exist yet', async () => {
    await expectError(loadModel(tinyFolder, { dtype: 'int8' }), 'unsupported', 'int8')
    await expectError(loadModel(tinyFolder, { threads: 4 }), 'unsupported', 'threads')
    await expectError(loadModel(tinyFolder, { thread: 'worker' }), 'unsupported', 'Worker')
    await expectError(loadModel(tinyFolder, { variant: 'fast' as never }), 'option', 'variant')
  })
})

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

describe('generate', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(storiesFolder)
  })
  afterAll(() => model.dispose())

  it('the same seed gives the same text, another seed another', async () => {
    const tell = (seed: number) =>
      textOf(model.generate('Once upon a time', { maxNewTokens: 30, temperature: 1, topK: 50, topP: 0.95, seed }))
    expect(await tell(7)).toBe(await tell(7))
    expect(await tell(7)).not.toBe(await tell(8))
    expect(await tell(2 ** 40 + 7)).not.toBe(await tell(7))
  })

  it('spans go on from the prompt; the trace of a step is what predicted its token', async () => {
    const prompt = 'Tom and Lily'
    let text = prompt
    let S = 0
    for await (const step of model.generate(prompt, { maxNewTokens: 5, capture: ['pattern'] })) {
      expect(step.token.start).toBe(text.length)
      text += step.token.text
      expect(step.token.end).toBe(text.length)
      expect('promptTokens' in step).toBe(step.index === 0)
      const { queries, tokens } = step.trace
      expect(queries).toEqual(
        step.index === 0 ? { first: 0, count: step.promptTokens?.length } : { first: S, count: 1 }
      )
      S += queries.count
      expect(tokens).toHaveLength(S)
      expect(step.trace.get('blocks.0.attn.pattern').shape).toEqual([6, queries.count, S])
      expect(step.logits.shape).toEqual([2048])
      expect(step.logits.data.indexOf(Math.max(...step.logits.data))).toBe(step.token.id)
    }
    const whole = await model.run({ ids: (await model.run(text)).tokens.map(({ id }) => id) }, { logits: 'all' })
    expect(whole.tokens.length).toBe(S + 1)
  })

  it('an earlier step can still be computed from after later ones', async () => {
    const steps: GenerationStep[] = []
    for await (const step of model.generate('Tom and', { maxNewTokens: 4, capture: ['pattern'] })) steps.push(step)
    for (const { trace } of steps) {
      expect(await trace.compute('blocks.3.attn.pattern')).toEqual(trace.get('blocks.3.attn.pattern'))
      expect((await trace.rollout()).shape).toEqual([trace.queries.count, trace.tokens.length])
    }
  })

  const reasonOf = async (steps: AsyncGenerator<GenerationStep, { reason: string }>) => {
    const seen: GenerationStep[] = []
    for (;;) {
      const next = await steps.next()
      if (next.done) return { reason: next.value.reason, seen }
      seen.push(next.value)
    }
  }

  it('ends after maxNewTokens, at a stop text, with the end token, or where the context is full', async () => {
    const length = await reasonOf(model.generate('Tom', { maxNewTokens: 3 }))
    expect([length.reason, length.seen.length]).toEqual(['length', 3])
    expect((await reasonOf(model.generate('Tom', { maxNewTokens: 0 }))).seen).toEqual([])

    const stopped = await reasonOf(model.generate('Once upon a time', { maxNewTokens: 60, stop: ['was a', 'never'] }))
    const text = stopped.seen.map(({ token }) => token.text).join('')
    expect(stopped.reason).toBe('stop')
    expect(text.indexOf('was a')).toBeGreaterThan(0)
    expect(text.indexOf('was a') + 'was a'.length).toBeGreaterThan(
      text.length - (stopped.seen.at(-1)?.token.text.length ?? 0)
    )

    const full = await loadModel(golden('llama-tiny'))
    const fill = await reasonOf(full.generate({ ids: ids(120) }))
    expect([fill.reason, fill.seen.length]).toEqual(['context', 9])
    await full.dispose()
  })

  it('the end token is the last step, special and without a text', async () => {
    // Whatever the model would say third becomes its end token.
    const probe = await reasonOf(model.generate('Tom', { maxNewTokens: 3 }))
    const endId = probe.seen[2]?.token.id ?? -1
    const folder = await copyOf(storiesFolder)
    const { writeFile } = await import('node:fs/promises')
    for (const eos of [endId, [1, endId]]) {
      await writeFile(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: eos }))
      const ending = await loadModel(folder)
      const { reason, seen } = await reasonOf(ending.generate('Tom', { maxNewTokens: 50 }))
      expect(reason).toBe('end')
      expect(seen.at(-1)?.token).toMatchObject({ id: endId, text: '', special: true })
      await ending.dispose()
    }
  })

  it('leaving the loop frees the run; an abort ends it; the model goes on', async () => {
    let left: GenerationStep | undefined
    for await (const step of model.generate('Tom')) {
      left = step
      break
    }
    await expectError(left?.trace.compute('embedding') ?? Promise.resolve(), 'disposed')

    const controller = new AbortController()
    const steps = model.generate('Tom', { signal: controller.signal })
    const first = await steps.next()
    controller.abort()
    await expectError(steps.next(), 'aborted', 'the generation')
    if (!first.done) await expectError(first.value.trace.compute('embedding'), 'disposed')
    expect((await model.run('Tom')).tokens.length).toBeGreaterThan(0)
  })

  it('two generations take turns and each gives what it gives alone', async () => {
    const alone = [
      await textOf(model.generate('Tom', { maxNewTokens: 12 })),
      await textOf(model.generate('Lily', { maxNewTokens: 12 }))
    ]
    const together = await Promise.all([
      textOf(model.generate('Tom', { maxNewTokens: 12 })),
      textOf(model.generate('Lily', { maxNewTokens: 12 }))
    ])
    expect(together).toEqual(alone)
  })

  it('nothing is computed before it is asked for', async () => {
    const steps = model.generate('Tom')
    await steps.next()
    const { value } = await steps.next()
    expect(value).toMatchObject({ index: 1 })
    await steps.return({ reason: 'length' })
    expect(await steps.next()).toEqual({ done: true, value: undefined })
  })
})

it('a model loads from File objects, whatever folder they were in', async () => {
  const model = await loadModel(await filesOf(tinyFolder, ['config.json', 'model.safetensors']))
  expect(model.info.V).toBe(67)
  await model.dispose()
})
