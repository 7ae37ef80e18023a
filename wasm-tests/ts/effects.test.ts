/**
 * The effects of heads and positions: each equals the difference of two whole runs, although the runs share
 * computation.
 */

import { loadModel, type Edit, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { golden } from './support/folders.js'

const ids = [5, 9, 17, 33, 41, 8, 60, 12, 3, 27, 44, 19]
const other = [5, 9, 52, 33, 41, 8, 60, 12, 3, 27, 44, 19]

describe('the effects of a decoder', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(golden('llama-tiny'))
  })
  afterAll(() => model.dispose())

  const measured = async (edits: readonly Edit[], query: number, token: number, contrast: number) => {
    const { logits } = await model.run({ ids }, { edits, logits: 'all' })
    const row = logits.data.subarray(query * 67, (query + 1) * 67)
    return (row[token] ?? NaN) - (row[contrast] ?? NaN)
  }

  it.each(['zero', 'mean'] as const)('of each head, %s, equal those of whole runs', async (ablate) => {
    const progress: number[] = []
    const found = await model.headEffects(
      { ids },
      { query: 9, token: 4, contrast: 7, ablate, onProgress: ({ done }) => progress.push(done) }
    )
    const original = await measured([], 9, 4, 7)
    expect(found.original).toBeCloseTo(original, 5)
    expect(found).toMatchObject({ query: 9, token: { id: 4 }, contrast: { id: 7 } })
    expect(found.parts).toHaveLength(1)
    const [{ part, layers, effects } = expect.fail()] = found.parts
    expect([part, layers, effects.shape]).toEqual(['decoder', [0, 1, 2], [3, 6]])
    for (const [layer, head] of [
      [0, 0],
      [0, 5],
      [1, 3],
      [2, 1],
      [2, 4]
    ] as const) {
      const from = ablate === 'mean' ? { from: [{ ids: ids.slice(0, 10) }] } : {}
      const edit: Edit = { at: `blocks.${layer}.attn.head_output`, head, op: ablate, ...from }
      expect(effects.data[layer * 6 + head]).toBeCloseTo((await measured([edit], 9, 4, 7)) - original, 4)
    }
    expect(found.work).toBeLessThan(0.7)
    expect(progress.every((done, i) => i === 0 || done >= (progress[i - 1] ?? 0))).toBe(true)
  })

  it('of another text at each layer and token equal those of whole runs', async () => {
    const found = await model.patchEffects(
      { ids },
      { from: { input: { ids: other } }, token: 4, contrast: 7, query: 9 }
    )
    const original = await measured([], 9, 4, 7)
    expect(found.names).toEqual(['embedding', 'blocks.0.residual', 'blocks.1.residual', 'blocks.2.residual'])
    expect(found.effects.shape).toEqual([4, 12])
    for (const [row, query] of [
      [0, 2],
      [1, 2],
      [2, 9],
      [3, 9]
    ] as const) {
      const at = found.names[row] ?? ''
      const edit: Edit = { at, query, op: 'patch', from: { input: { ids: other } } }
      const whole = (await measured([edit], 9, 4, 7)) - original
      expect(found.effects.data[row * 12 + query]).toBeCloseTo(whole, 4)
    }
    // Before the first token that differs, the texts are equal, and after the query nothing has an effect.
    expect(found.effects.data.slice(0, 2).every((effect) => Math.abs(effect) < 1e-5)).toBe(true)
    expect(found.effects.data.slice(10, 12)).toEqual(new Float32Array(2))
    // Patching the whole last residual stream at the query gives the prediction of the other text.
    expect(found.original + (found.effects.data[3 * 12 + 9] ?? NaN)).toBeCloseTo(found.other, 4)
  })

  it('stop on abort, and leave the model usable', async () => {
    const controller = new AbortController()
    const search = model.headEffects({ ids }, { signal: controller.signal, onProgress: () => controller.abort() })
    setTimeout(() => controller.abort())
    await expectError(search, 'aborted')
    expect((await model.run({ ids })).logits.shape).toEqual([12, 67])
  })

  it.each([
    ['a token out of range', { token: 67 }, 'option', 'token'],
    ['a text without a tokenizer', { token: 'a' }, 'tokenizer', 'tokenizer'],
    ['a query past the end', { query: 12 }, 'option', 'query'],
    ['another ablation', { ablate: 'melt' as 'zero' }, 'option', 'ablate']
  ])('%s is refused', (_, options, code, word) => expectError(model.headEffects({ ids }, options), code, word))

  it('texts of two lengths are refused', () =>
    expectError(model.patchEffects({ ids }, { from: { input: { ids: other.slice(1) } } }), 'shape', '11', '12'))
})

describe('the effects of other models', () => {
  it('an encoder–decoder has three parts of heads, and its source can be patched', async () => {
    const model = await loadModel(golden('marian-translate'))
    const source = { ids: [9, 20, 33, 41, 0] }
    const target = { ids: [2, 11, 12, 13] }
    const { logits } = await model.run(source, { target, logits: 'last' })
    const { parts, original } = await model.headEffects(source, { target, token: 11 })
    expect(original).toBeCloseTo(logits.data[11] ?? NaN, 5)
    expect(parts.map(({ part, effects }) => [part, ...effects.shape])).toEqual([
      ['cross', 3, 2],
      ['decoder', 3, 2],
      ['encoder', 2, 4]
    ])
    for (const { part, effects } of parts) {
      const at =
        part === 'encoder' ? 'encoder.blocks.1.attn' : `decoder.blocks.1.${part === 'cross' ? 'cross' : 'attn'}`
      const edit: Edit = { at: `${at}.head_output`, head: 1, op: 'zero' }
      const run = await model.run(source, { target, logits: 'last', edits: [edit] })
      const N = effects.shape[1] ?? 0
      expect(effects.data[N + 1]).toBeCloseTo((run.logits.data[11] ?? NaN) - original, 4)
    }
    const patched = await model.patchEffects(source, { target, token: 11, from: { input: { ids: [9, 20, 7, 41, 0] } } })
    expect(patched.part).toBe('encoder')
    const last = patched.names.indexOf('encoder.blocks.1.residual')
    const edit: Edit = {
      at: 'encoder.blocks.1.residual',
      query: 2,
      op: 'patch',
      from: { input: { ids: [9, 20, 7, 41, 0] }, target }
    }
    const run = await model.run(source, { target, logits: 'last', edits: [edit] })
    expect(patched.effects.data[last * 5 + 2]).toBeCloseTo((run.logits.data[11] ?? NaN) - original, 4)
    await model.dispose()
  })

  it('the effects of a classifier are measured on its labels', async () => {
    const model = await loadModel(golden('lstm-classifier-deep'))
    const small = ids.filter((id) => id < 37)
    const { logits } = await model.run({ ids: small })
    const { original, parts, token } = await model.headEffects({ ids: small }, { token: 'good', contrast: 'bad' })
    expect(token.text).toBe('good')
    expect(original).toBeCloseTo((logits.data[2] ?? NaN) - (logits.data[0] ?? NaN), 5)
    const run = await model.run({ ids: small }, { edits: [{ at: 'blocks.1.attn.head_output', op: 'zero' }] })
    const effect = (run.logits.data[2] ?? NaN) - (run.logits.data[0] ?? NaN) - original
    expect(parts[0]?.effects.data[0]).toBeCloseTo(effect, 4)
    await model.dispose()
  })
})
