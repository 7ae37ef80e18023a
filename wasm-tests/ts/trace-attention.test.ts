/** A trace of attention on the caller's own numbers: equal to ops.attention, under the names that views use. */
import { describe, expect, it } from 'vitest'
import { loadOps, openTrace, traceAttention, type Tensor } from 'attenscope'
import { expectError } from './support/errors.js'

const tensor = (shape: readonly number[], seed: number): Tensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin(seed + at * 1.7))
})

const q = tensor([1, 4, 5, 6], 1)
const k = tensor([1, 2, 5, 6], 2)
const v = tensor([1, 2, 5, 3], 3)

describe('traceAttention', () => {
  it('has every stage of a causal head, and shared keys and values', async () => {
    const ops = await loadOps()
    const options = { q, k, v, causal: true, softcap: 2, capture: ['scores', 'scaled', 'squashed', 'masked'] } as const
    const { pattern, output, stages } = ops.attention(options)
    const trace = await traceAttention({ q, k, v, causal: true, softcap: 2 }, { tokens: ['a', ' b', ' c', 'd', '.'] })
    expect(trace.part).toBe('decoder')
    expect(trace.layers).toEqual([0])
    expect([trace.headCount, trace.keyCount]).toEqual([4, 5])
    expect(trace.tokens.map(({ text, start, end }) => [text, start, end])).toEqual([
      ['a', 0, 1],
      [' b', 1, 3],
      [' c', 3, 5],
      ['d', 5, 6],
      ['.', 6, 7]
    ])
    expect([...trace.names()].sort()).toEqual(
      ['head_output', 'k', 'masked', 'pattern', 'q', 'scaled', 'scores', 'squashed', 'v'].map(
        (name) => `blocks.0.attn.${name}`
      )
    )
    for (const name of ['scores', 'scaled', 'squashed', 'masked'] as const)
      expect(trace.get(`blocks.0.attn.${name}`).data).toEqual(stages[name]?.data)
    expect(trace.pattern(0, 2).data).toEqual(pattern?.data.subarray(50, 75))
    const one = await trace.compute('blocks.0.attn.head_output', { head: 3, queries: { first: 2, count: 1 } })
    // (N, T, Hv): head 3, query 2.
    expect(one.data).toEqual(output.data.subarray((3 * 5 + 2) * 3, (3 * 5 + 3) * 3))
    expect((await trace.compute('blocks.0.attn.k')).shape).toEqual([2, 5, 6])
  })

  it('is an encoder without causal masking, and cross-attention between two sequences', async () => {
    expect((await traceAttention({ q, k, v })).parts).toEqual(['encoder'])
    const cross = await traceAttention({ q: tensor([1, 2, 3, 6], 4), k, v })
    expect(cross.parts).toEqual(['cross'])
    expect(cross.queryTokens.map(({ text }) => text)).toEqual(['q1', 'q2', 'q3'])
    expect(cross.tokens.map(({ text }) => text)).toEqual(['k1', 'k2', 'k3', 'k4', 'k5'])
    expect(cross.pattern(0, 1).shape).toEqual([3, 5])
    expect(cross.names()).toContain('decoder.blocks.0.cross.scores')
  })

  it('keeps its numbers when the arguments change later, and can be saved and opened', async () => {
    const changing = tensor([1, 2, 5, 6], 2)
    const trace = await traceAttention({ q, k: changing, v })
    const before = Array.from(trace.get('blocks.0.attn.k').data)
    changing.data.fill(0)
    const opened = await openTrace(await trace.save())
    expect(Array.from(opened.get('blocks.0.attn.k').data)).toEqual(before)
    expect(opened.pattern(0, 0)).toEqual(trace.pattern(0, 0))
  })

  it('refuses invalid arguments by name', async () => {
    await expectError(traceAttention({ q, k, v, pastKey: k, pastValue: v }), 'option', 'pastKey')
    await expectError(traceAttention({ q, k, v }, { tokens: ['a'] }), 'shape', 'tokens has 1')
    const two = { q: tensor([2, 4, 5, 6], 1), k: tensor([2, 2, 5, 6], 1), v: tensor([2, 2, 5, 3], 1) }
    await expectError(traceAttention(two), 'shape', '2 sequences')
    await expectError(traceAttention({ q, k, v, score: 'bilinear' as 'dot' }), 'option', 'score')
    const trace = await traceAttention({ q, k, v })
    await expectError(trace.lens(), 'not-captured', 'lens')
  })
})
