/** Invalid edits throw an error that names the problem, before anything runs. */

import { loadModel, openTrace, type Edit, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { golden } from './support/folders.js'

const ids = [5, 9, 17, 33, 41, 8]
const pattern = 'blocks.1.attn.pattern'

/** The problem, the edit, the code of the error, and words that the message must contain. */
type Wrong = readonly [string, unknown, string, ...string[]]

const ofDecoder: readonly Wrong[] = [
  ['a query past the text', { at: pattern, query: 6, op: 'zero' }, 'option', 'edits[0].query', '5'],
  ['a key past the text', { at: pattern, key: 9, op: 'zero' }, 'option', 'edits[0].key', '9'],
  [
    'a key that its query does not see',
    { at: pattern, query: 2, key: 3, op: 'set', value: 1 },
    'option',
    'key',
    'later'
  ],
  ['a value that is not a number', { at: pattern, op: 'set', value: '1' }, 'option', 'edits[0].value'],
  ['an infinite value', { at: pattern, op: 'add', value: Infinity }, 'option', 'value', 'finite'],
  ['a vector with a NaN', { at: 'embedding', op: 'add', value: Array(48).fill(NaN) }, 'option', 'value[0]'],
  ['a vector of another width', { at: 'embedding', op: 'add', value: [1, 2] }, 'shape', 'edits[0].value', '48'],
  ['a list instead of a number', { at: pattern, op: 'set', value: [1] }, 'option', 'value'],
  ['a head of a tensor without heads', { at: 'blocks.0.residual', head: 0, op: 'zero' }, 'option', 'head'],
  ['a key/value head past the last', { at: 'blocks.0.attn.k', head: 2, op: 'zero' }, 'option', 'head', '1'],
  [
    'a query of a tensor whose rows are keys',
    { at: 'blocks.0.attn.v', query: 1, op: 'zero' },
    'option',
    'query',
    'keys'
  ],
  ['a key of a tensor without keys', { at: 'blocks.0.residual', key: 1, op: 'zero' }, 'option', 'key'],
  ['a vector renormalised', { at: 'embedding', op: 'renormalise' }, 'unsupported', 'renormalise'],
  ['a mean of patterns over texts', { at: pattern, op: 'mean', from: [{ ids }] }, 'unsupported', 'head_output'],
  ['a mean over no texts', { at: 'embedding', op: 'mean', from: [] }, 'option', 'from'],
  ['a patch without a source', { at: pattern, op: 'patch' }, 'option', 'from'],
  ['a patch from no text', { at: pattern, op: 'patch', from: { head: 1 } }, 'option', 'from.input'],
  [
    'a patch of another length',
    { at: pattern, op: 'patch', from: { input: { ids: [1, 2] } } },
    'shape',
    'edits[0].from'
  ],
  [
    'a patch of another width',
    { at: 'embedding', op: 'patch', from: { input: { ids }, at: 'blocks.0.attn.q' } },
    'shape',
    'edits[0].from'
  ],
  ['a patch from an unknown tensor', { at: pattern, op: 'patch', from: { input: { ids }, at: 'x' } }, 'option', "'x'"],
  [
    'a patch of numbers with an invalid shape',
    { at: pattern, op: 'patch', from: { data: [1], shape: [2] } },
    'shape',
    'from'
  ],
  ['a misspelt source', { at: pattern, op: 'patch', from: { input: { ids }, heads: 1 } }, 'option', "'heads'"],
  ['an unknown setting', { at: 'blocks.0.attn', set: { colour: 1 } }, 'option', "'colour'"],
  ['an unknown normaliser', { at: 'blocks.0.attn', set: { normalizer: 'max' } }, 'option', 'normalizer', 'entmax15'],
  ['a temperature of 0', { at: 'blocks.0.attn', set: { temperature: 0 } }, 'option', 'temperature', '0'],
  ['a window that ends before it begins', { at: 'blocks.0.attn', set: { window: { left: -1 } } }, 'option', 'left'],
  ['a hidden token past the text', { at: 'blocks.0.attn', set: { mask: [6] } }, 'option', 'mask[0]', '5'],
  [
    'a decoder that sees later tokens',
    { at: 'blocks.0.attn', set: { mask: { causal: false } } },
    'unsupported',
    'causal'
  ],
  ['both set and op', { at: 'blocks.0.attn', op: 'zero', set: {} }, 'option', "'op'"],
  ['an attention that does not exist', { at: 'blocks.7.attn', set: {} }, 'option', 'blocks.7'],
  ['a set at a pattern', { at: pattern, set: { temperature: 2 } }, 'option', pattern],
  ['positions without a kind', { at: 'positions', set: {} }, 'option', 'kind', 'rotary'],
  ['positions of one head', { at: 'positions', head: 1, set: { kind: 'none' } }, 'option', 'head'],
  ['a base of 0', { at: 'positions', set: { kind: 'rotary', base: 0 } }, 'option', 'base'],
  [
    'added positions of one layer',
    { at: 'blocks.0.attn', set: { positions: { kind: 'sinusoidal' } } },
    'unsupported',
    'blocks.0'
  ],
  ["an encoder's positions", { at: 'encoder.positions', set: { kind: 'none' } }, 'option', 'encoder'],
  ['a step of a run', { at: pattern, op: 'zero', step: 1 }, 'option', 'step', 'promptTokens']
]

describe('edits of a decoder', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(golden('llama-tiny'))
  })
  afterAll(() => model.dispose())

  it.each(ofDecoder)('%s', (_, edit, code, ...words) =>
    expectError(model.run({ ids }, { edits: [edit as Edit] }), code as string, ...(words as string[]))
  )

  it('in a generation, before its first step', () =>
    expectError(model.generate({ ids }, { edits: [{ at: pattern, head: 6, op: 'zero' }] }).next(), 'option', 'head'))

  it('an error in the second of two edits names its index, and nothing stays changed', async () => {
    const plain = await model.run({ ids })
    const edits: Edit[] = [
      { at: pattern, op: 'zero' },
      { at: pattern, op: 'zero', head: 9 }
    ]
    await expectError(model.run({ ids }, { edits }), 'option', 'edits[1].head')
    expect((await model.run({ ids })).logits.data).toEqual(plain.logits.data)
  })

  it('an empty list changes no bit', async () => {
    const [plain, empty] = [await model.run({ ids }), await model.run({ ids }, { edits: [] })]
    expect(empty.logits.data).toEqual(plain.logits.data)
  })

  it('a patch from a saved trace equals a patch from its text, and can be stored as JSON', async () => {
    const other = await model.run({ ids: [...ids].reverse() }, { capture: [pattern] })
    const saved = await openTrace(await other.trace.save())
    const one = await model.run(
      { ids },
      { edits: [{ at: pattern, head: 1, op: 'patch', from: saved }], capture: [pattern] }
    )
    const two = await model.run(
      { ids },
      { edits: [{ at: pattern, head: 1, op: 'patch', from: { input: { ids: [...ids].reverse() } } }] }
    )
    expect(one.logits.data).toEqual(two.logits.data)
    const { edits } = await openTrace(await one.trace.save())
    expect((await model.run({ ids }, { edits })).logits.data).toEqual(one.logits.data)
  })
})

describe('edits of other models', () => {
  it.each<Wrong>([
    ['a step of an encoder', { at: 'encoder.blocks.0.attn.pattern', op: 'zero', step: 1 }, 'option', 'step'],
    ['a causal cross-attention', { at: 'decoder.blocks.0.cross', set: { mask: 'causal' } }, 'option', 'mask'],
    [
      'a mean over tokens that are not generated yet',
      { at: 'decoder.blocks.0.residual', op: 'mean' },
      'option',
      'from'
    ],
    [
      'positions of a cross-attention',
      { at: 'decoder.blocks.0.cross', set: { positions: { kind: 'none' } } },
      'option',
      'cross'
    ]
  ])('of a translator: %s', async (_, edit, code, ...words) => {
    const model = await loadModel(golden('marian-translate'))
    await expectError(
      model.translate({ ids: [9, 20, 0] }, { edits: [edit as Edit] }),
      code as string,
      ...(words as string[])
    )
    await model.dispose()
  })

  it.each<Wrong>([
    ['states', { at: 'blocks.0.hidden', op: 'zero' }, 'unsupported', 'blocks.0.hidden'],
    ['positions', { at: 'positions', set: { kind: 'none' } }, 'unsupported', 'position'],
    ['a window of a learnt query', { at: 'blocks.0.attn', set: { window: { left: 1 } } }, 'option', 'learnt'],
    ['a learnt query', { at: 'blocks.0.attn.q', op: 'zero' }, 'unsupported', 'weight']
  ])('of an LSTM: %s', async (_, edit, code, ...words) => {
    const model = await loadModel(golden('lstm-classifier'))
    await expectError(
      model.classify({ ids: ids.slice(0, 4) }, { edits: [edit as Edit] }),
      code as string,
      ...(words as string[])
    )
    await model.dispose()
  })
})
