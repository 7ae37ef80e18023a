/**
 * The logic of the change element without a page: the list of edits with undo, edits as sentences, and edits from form
 * fields.
 */
import type { Edit, Model, Token } from 'attenscope'
import type { ReactiveControllerHost } from 'lit'
import { describe, expect, test } from 'vitest'
import {
  editsOf,
  fieldsFor,
  firstFields,
  kindsFor,
  type ChangeFields
} from '../../web/elements/change/change-fields.js'
import { EditMaker } from '../../web/elements/change/edit-maker.js'
import { EditHistory, listEdits } from '../../web/elements/change/edit-history.js'
import { adjustable } from '../../web/elements/change/edit-value.js'
import { describeEdit } from '../../web/elements/change/edit-words.js'

const zero = (head: number): Edit => ({ at: 'blocks.1.attn.head_output', head, op: 'zero' })
const heads = (history: EditHistory) => history.edits.map(({ head }) => head)

describe('the list of edits', () => {
  test('adding, moving, disabling and removing edits can be undone and redone step by step', () => {
    const history = new EditHistory([{ edit: zero(0), on: true }])
    history.add(zero(1), zero(2))
    history.move(2, -1)
    expect(heads(history)).toEqual([0, 2, 1])
    history.toggle(0)
    expect(heads(history)).toEqual([2, 1])
    expect(history.list).toHaveLength(3)
    history.remove(1)
    expect(heads(history)).toEqual([1])
    const seen = [heads(history)]
    while (history.canUndo) {
      history.undo()
      seen.push(heads(history))
    }
    expect(seen).toEqual([[1], [2, 1], [0, 2, 1], [0, 1, 2], [0]])
    while (history.canRedo) history.redo()
    expect(heads(history)).toEqual([1])
    history.reset()
    expect([heads(history), history.canReset]).toEqual([[0], false])
    history.undo()
    expect(heads(history)).toEqual([1])
  })

  test('a new edit clears the redo steps; moving a missing edit does nothing', () => {
    const history = new EditHistory()
    history.add(zero(1))
    history.undo()
    history.add(zero(2))
    expect([history.canRedo, heads(history)]).toEqual([false, [2]])
    history.move(0, 1)
    history.move(0, -1)
    expect(heads(history)).toEqual([2])
  })
})

describe('a number that is dragged', () => {
  test('is undone in one step, and another number in a separate step', () => {
    const weight = (value: number): Edit => ({ at: 'blocks.0.attn.pattern', op: 'set', value })
    const history = new EditHistory(listEdits([weight(0.1), weight(0.2)]))
    for (const value of [0.3, 0.4, 0.5]) history.adjust(0, weight(value))
    history.adjust(1, weight(0.9))
    expect(history.edits.map(({ value }) => value)).toEqual([0.5, 0.9])
    history.undo()
    expect(history.edits.map(({ value }) => value)).toEqual([0.5, 0.2])
    history.undo()
    expect(history.edits.map(({ value }) => value)).toEqual([0.1, 0.2])
    expect(history.canUndo).toBe(false)
  })

  test.each<[Edit, readonly [number, number, number] | undefined]>([
    [{ at: 'blocks.0.attn.pattern', op: 'set', value: 0.25 }, [0.25, 0, 1]],
    [{ at: 'blocks.0.attn.head_output', op: 'scale', value: -3 }, [-3, -3, 2]],
    [{ at: 'blocks.0.attn.scaled', op: 'add', value: 4 }, [4, -10, 10]],
    [{ at: 'blocks.0.attn', set: { temperature: 0.5 } }, [0.5, 0.1, 5]],
    [{ at: 'blocks.0.residual', op: 'add', value: [1, 2] }, undefined],
    [zero(1), undefined]
  ])('%j', (edit, bounds) => {
    const found = adjustable(edit)
    expect(found && [found.value, found.min, found.max]).toEqual(bounds)
    if (!found) return
    const next = adjustable(found.to(1))
    expect(next?.value).toBe(1)
  })
})

const token = (text: string, start: number): Token => ({ id: 1, text, start, end: start + text.length })
const both = [token('Tom', 0), token('ran', 3)]
const tokens = { queries: both, keys: both }

describe('an edit as a sentence', () => {
  test.each<[Edit, string]>([
    [zero(3), 'Remove head 3 of layer 1'],
    [{ at: 'encoder.blocks.*.attn.pattern', op: 'mean' }, 'Replace all heads of every encoder layer by its mean'],
    [
      { at: 'decoder.blocks.0.cross.pattern', head: 1, query: 1, key: 0, op: 'set', value: 0.5 },
      'Set head 1 of cross layer 0, ran → Tom to 0.500'
    ],
    [{ at: 'blocks.2.attn', set: { mask: [0, 1] } }, 'In all heads of layer 2: hide Tom, ran'],
    [{ at: 'positions', set: { kind: 'none' } }, 'In positions: kind none'],
    [
      { at: 'blocks.0.residual', query: 1, op: 'patch', from: { input: 'Sue sat' } },
      'Patch blocks.0.residual, at ran from “Sue sat”'
    ],
    [{ ...zero(0), step: 4 }, 'Remove head 0 of layer 1, from step 4 on']
  ])('%j', (edit, said) => expect(describeEdit(edit, tokens)).toBe(said))
})

describe('the form', () => {
  const decoder = {
    info: { kind: 'decoder', F: 8, parts: { decoder: { L: 2, N: 4, layers: [0, 1] } } }
  } as unknown as Model
  const translator = { info: { kind: 'encoder-decoder', F: 8, parts: {} } } as unknown as Model
  const classifier = { info: { kind: 'classifier', F: 0, parts: {} } } as unknown as Model

  test('setting a weight scales the others of its row', async () => {
    const fields = {
      ...firstFields,
      kind: 'weight',
      layer: '1',
      head: '0',
      query: '3',
      key: '2',
      number: '0.7'
    } as const
    const place = { at: 'blocks.1.attn.pattern', head: 0, query: 3, key: 2 }
    expect(await editsOf(fields, decoder)).toEqual([
      { ...place, op: 'set', value: 0.7 },
      { ...place, op: 'renormalise' }
    ])
    expect(await editsOf({ ...fields, renormalise: false }, decoder)).toHaveLength(1)
  })

  test('a token is hidden from all heads of an attention in every layer', async () => {
    const fields = { ...firstFields, kind: 'mask', part: 'cross', layer: '*', head: '*', key: '2' } as const
    expect(await editsOf(fields, translator)).toEqual([{ at: 'decoder.blocks.*.cross', set: { mask: [2] } }])
  })

  test('JSON gives one edit or several, and invalid JSON is an error', async () => {
    const fields = { ...firstFields, kind: 'json', text: JSON.stringify(zero(1)) } as const
    expect(await editsOf(fields, decoder)).toEqual([zero(1)])
    await expect(editsOf({ ...fields, text: '{' }, decoder)).rejects.toThrow(SyntaxError)
  })

  const size = { L: 2, N: 4, layers: [0, 1] }
  const seq2seq = {
    info: { kind: 'encoder-decoder', F: 8, parts: { cross: size, encoder: size, decoder: size } }
  } as unknown as Model
  const target = { ids: [2, 7] }
  const place = { layer: '1', head: '2' } as const

  test.each<[Partial<ChangeFields>, Edit[]]>([
    [{ kind: 'zero', step: '3' }, [{ at: 'blocks.1.attn.head_output', head: 2, op: 'zero', step: 3 }]],
    [
      { kind: 'mean', text: 'One day\n\nTom ran' },
      [{ at: 'blocks.1.attn.head_output', head: 2, op: 'mean', from: ['One day', 'Tom ran'] }]
    ],
    [
      { kind: 'score', query: '4', key: '1', number: '-2' },
      [{ at: 'blocks.1.attn.scaled', head: 2, query: 4, key: 1, op: 'add', value: -2 }]
    ],
    [{ kind: 'squash', choice: 'none' }, [{ at: 'blocks.1.attn', head: 2, set: { squash: 'none' } }]],
    [{ kind: 'normalizer' }, [{ at: 'blocks.1.attn', head: 2, set: { normalizer: 'sparsemax' } }]],
    [{ kind: 'window', number: '3' }, [{ at: 'blocks.1.attn', head: 2, set: { window: { left: 3 } } }]],
    [{ kind: 'positions', choice: 'alibi' }, [{ at: 'blocks.1.attn', set: { positions: { kind: 'alibi' } } }]],
    [{ kind: 'positions', layer: '*' }, [{ at: 'positions', set: { kind: 'none' } }]],
    [
      { kind: 'patch', choice: 'residual', query: '4', from: '2', text: 'Sue sat' },
      [{ at: 'blocks.1.residual', query: 4, op: 'patch', from: { input: 'Sue sat', query: 2 } }]
    ],
    [
      { kind: 'steer', choice: 'vector', query: '*', number: '2', text: '[0.5, -1 3]' },
      [{ at: 'blocks.1.residual', op: 'add', value: [1, -2, 6] }]
    ]
  ])('of a language model: %j', async (fields, edits) => {
    expect(await editsOf({ ...firstFields, ...place, ...fields }, decoder)).toEqual(edits)
  })

  test('of a translator: edits name a part of the model, and a patch from another text has its own target', async () => {
    const fields = { ...firstFields, ...place, part: 'cross' } as const
    expect(
      await editsOf({ ...fields, kind: 'patch', choice: 'pattern', query: '*', text: 'A dog.' }, seq2seq, target)
    ).toEqual([{ at: 'decoder.blocks.1.cross.pattern', head: 2, op: 'patch', from: { input: 'A dog.', target } }])
    expect(await editsOf({ ...fields, kind: 'window', part: 'encoder', right: '0' }, seq2seq)).toEqual([
      { at: 'encoder.blocks.1.attn', head: 2, set: { window: { right: 0 } } }
    ])
    expect(await editsOf({ ...fields, kind: 'positions', part: 'encoder', layer: '*' }, seq2seq)).toEqual([
      { at: 'encoder.positions', set: { kind: 'none' } }
    ])
    // An encoder runs once, before the first step of the decoder.
    expect(fieldsFor({ ...fields, part: 'encoder' }, seq2seq)).not.toContain('step')
    expect(fieldsFor(fields, seq2seq)).toContain('step')
  })

  test('an LSTM has no positions to swap', () => {
    expect(kindsFor(decoder)).toContain('positions')
    expect(kindsFor(classifier)).not.toContain('positions')
  })
})

describe('the values that the form keeps', () => {
  const made = () => new EditMaker({ requestUpdate: () => undefined } as unknown as ReactiveControllerHost)

  test('another kind keeps the head and clears the numbers; values from another run are for every token', () => {
    const maker = made()
    maker.change({ layer: '3', head: '2', kind: 'scale', number: '-1', step: '4' })
    maker.lookFrom(5)
    maker.change({ kind: 'patch' })
    expect(maker.fields).toMatchObject({ layer: '3', head: '2', number: '', step: '', query: '*' })
    maker.change({ part: 'cross' })
    expect(maker.fields.query).toBe('*')
    maker.change({ kind: 'weight' })
    expect(maker.fields.query).toBe('0')
  })

  test('the selected token fills the form, and is cleared for another part of the model', () => {
    const maker = made()
    maker.lookFrom(5)
    expect(maker.fields.query).toBe('5')
    maker.change({ part: 'encoder' })
    expect(maker.fields.query).toBe('0')
    maker.lookFrom(5)
    expect(maker.fields.query).toBe('0')
  })

  test('a weight selected in a view becomes the proposed edit', () => {
    const maker = made()
    maker.takeUp({ part: 'cross', layer: 1, head: 3, locked: { query: 4, key: 2 } })
    expect(maker.fields).toMatchObject({ kind: 'weight', part: 'cross', layer: '1', head: '3', query: '4', key: '2' })
  })
})
