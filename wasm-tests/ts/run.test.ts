/** Runs of a text: tokens, logits, captures, edits, and computations of a trace. */

import { loadModel, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { filesOf, storiesFolder, tinyFolder } from './support/folders.js'

describe('run', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(storiesFolder)
  })
  afterAll(() => model.dispose())

  it('info has the sizes of the model', () => {
    const { L, N, K, H, C, V, context } = model.info
    expect({ L, N, K, H, C, V, context }).toEqual({ L: 6, N: 8, K: 4, H: 32, C: 256, V: 2048, context: 512 })
    expect(model.info).toMatchObject({
      family: 'llama',
      kind: 'decoder',
      dtype: 'int8',
      threads: 1,
      hasTokenizer: true
    })
    expect(model.info.bytes).toBeGreaterThanOrEqual(model.info.parameters)
  })

  it('has one thread in Node, however many are requested', async () => {
    const asked = await loadModel(storiesFolder, { threads: 4 })
    expect(asked.info.threads).toBe(1)
    await asked.dispose()
  })

  it('returns tokens with spans, logits, and captured patterns whose rows sum to one', async () => {
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

  it('pattern and row are views of the result of get', async () => {
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

  it('returns the requested logits', async () => {
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
      Array.from({ length: 48 }, (_, i) => [Math.floor(i / 8), i % 8])
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

  it('reports progress for a long input', async () => {
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

  it('edits change the result, and the trace has them', async () => {
    const edits = [{ at: 'blocks.0.attn.pattern', head: 2, op: 'zero' }] as const
    const plain = await model.run('Tom had a dog', { capture: ['pattern'] })
    const edited = await model.run('Tom had a dog', { capture: ['pattern'], edits })
    expect(edited.trace.edits).toEqual(edits)
    expect(edited.trace.pattern(0, 2).data.every((weight) => weight === 0)).toBe(true)
    expect(edited.trace.pattern(0, 1)).toEqual(plain.trace.pattern(0, 1))
    expect(edited.logits.data).not.toEqual(plain.logits.data)
  })
})

it('a model loads from File objects, whatever their folder', async () => {
  const model = await loadModel(await filesOf(tinyFolder, ['config.json', 'model.safetensors']))
  expect(model.info.V).toBe(67)
  await model.dispose()
})
