/** Invalid calls throw an error that names the problem, and the model stays usable. */

import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { copyOf, storiesFolder, tinyFolder } from './support/folders.js'

const ids = (count: number) => Array.from({ length: count }, (_, i) => (i * 7 + 3) % 60)

describe('invalid calls', () => {
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
  it('an input that is neither text nor ids', () => expectError(model.run(3 as never), 'option', 'input'))
  it('an unknown capture', () =>
    expectError(model.run({ ids: ids(3) }, { capture: ['atention'] }), 'option', 'atention'))
  it('a capture that is not a list', () =>
    expectError(model.run({ ids: ids(3) }, { capture: 'pattern' as never }), 'option', 'capture'))
  it('an invalid value for logits', () =>
    expectError(model.run({ ids: ids(3) }, { logits: 'some' as never }), 'option', 'logits'))
  it.each([
    ['an unknown tensor', { at: 'blocks.9.attn.pattern', op: 'zero' }, 'option', 'blocks.9'],
    [
      'a tensor that nothing is computed from',
      { at: 'blocks.0.attn.weighted_norms', op: 'zero' },
      'unsupported',
      'norms'
    ],
    ['an unknown operation', { at: 'blocks.0.attn.pattern', op: 'explode' }, 'unsupported', 'explode'],
    ['a head out of range', { at: 'blocks.0.attn.pattern', op: 'zero', head: 6 }, 'option', 'head'],
    ['a misspelt field', { at: 'blocks.0.attn.pattern', op: 'zero', heads: 1 }, 'option', "'heads'"],
    ['a scale beyond float32', { at: 'blocks.0.attn.pattern', op: 'scale', value: 1e300 }, 'option', 'value'],
    ['a scale without a value', { at: 'blocks.0.attn.pattern', op: 'scale' }, 'option', 'value']
  ])('an edit with %s', (_, edit, code, word) =>
    expectError(model.run({ ids: ids(3) }, { edits: [edit as never] }), code, word)
  )

  it.each([[null], ['x'], [[]], [3]])('an edit that is %j', (edit) =>
    expectError(model.run({ ids: ids(3) }, { edits: [edit as never] }), 'option', 'edits[0]')
  )
  it('an edit changed after the call changes nothing', async () => {
    const edit = { at: 'blocks.0.attn.pattern', op: 'zero' as 'zero' | 'scale', value: 1 }
    const call = model.run({ ids: ids(3) }, { edits: [edit], capture: ['pattern'] })
    edit.op = 'scale'
    expect((await call).trace.row(0, 0, 0)[0]).toBe(0)
  })

  it.each([
    ['maxNewTokens', { maxNewTokens: -1 }],
    ['temperature', { temperature: -0.5 }],
    ['temperature', { temperature: NaN }],
    ['topK', { topK: 1.5 }],
    ['topP', { topP: 1.1 }],
    ['topP', { topP: 0 }],
    ['temperature', { temperature: 1e300 }],
    ['NaN', { maxNewTokens: NaN }],
    ['options', null],
    ['seed', { seed: -1 }],
    ['stop', { stop: [''] }],
    ['stop', { stop: [3] }]
  ])('a generation with an invalid %s', async (name, options) => {
    await expectError(model.generate({ ids: ids(3) }, options as never).next(), 'option', name)
  })

  it('names, layers, heads, queries and parts that do not exist', async () => {
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
    await expectError(trace.compute('blocks.0.attn.k', { head: 2 }), 'option', 'head is 2')
    await expectError(trace.compute('embedding', { head: 0 }), 'option', 'no heads')
  })

  it('leave the model usable', async () => {
    const before = await model.run({ ids: ids(5) })
    await expectError(model.run({ ids: [99] }), 'option')
    expect((await model.run({ ids: ids(5) })).logits).toEqual(before.logits)
  })

  it('options of the load that do not exist', async () => {
    await expectError(loadModel(tinyFolder, { threads: 0 }), 'option', 'threads')
    await expectError(loadModel(tinyFolder, { threads: 1.5 }), 'option', 'threads')
    await expectError(loadModel(tinyFolder, { thread: 'worker' }), 'unsupported', 'Worker')
    await expectError(loadModel(tinyFolder, { variant: 'fast' as never }), 'option', 'variant')
  })
})

it('a tokenizer with more ids than the model gives an error with both sizes', async () => {
  const folder = await copyOf(tinyFolder)
  await copyFile(join(storiesFolder, 'tokenizer.json'), join(folder, 'tokenizer.json'))
  const model = await loadModel(folder)
  await expectError(model.run('Once upon a time'), 'tokenizer', 'tokenizer.json', '67')
  await model.dispose()
})
