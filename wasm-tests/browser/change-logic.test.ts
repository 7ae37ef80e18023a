/** What the element that changes a model keeps and says, without a page: the list with its past, edits in words, edits from fields. */
import type { Edit, Model, Token } from 'attenscope'
import { describe, expect, test } from 'vitest'
import { editsOf, firstFields, kindsFor } from '../../web/elements/change-form.js'
import { EditHistory } from '../../web/elements/edit-history.js'
import { describeEdit } from '../../web/elements/edit-words.js'

const zero = (head: number): Edit => ({ at: 'blocks.1.attn.head_output', head, op: 'zero' })
const heads = (history: EditHistory) => history.edits.map(({ head }) => head)

describe('the list of edits', () => {
  test('what is added, moved, switched off and removed can be undone step by step, and done again', () => {
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

  test('a new edit ends what could be done again; what is not there moves nothing', () => {
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

const token = (text: string, start: number): Token => ({ id: 1, text, start, end: start + text.length })
const both = [token('Tom', 0), token('ran', 3)]
const tokens = { queries: both, keys: both }

describe('an edit in words', () => {
  test.each<[Edit, string]>([
    [zero(3), 'Remove head 3 of layer 1'],
    [{ at: 'encoder.blocks.*.attn.pattern', op: 'mean' }, 'Give all heads of every encoder layer the mean'],
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
    info: { kind: 'decoder', F: 8, parts: { decoder: { L: 2, N: 2, layers: [0, 1] } } }
  } as unknown as Model
  const translator = { info: { kind: 'encoder-decoder', F: 8, parts: {} } } as unknown as Model
  const classifier = { info: { kind: 'classifier', F: 0, parts: {} } } as unknown as Model

  test('a weight that is set lets the others of its row fill up', () => {
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
    expect(editsOf(fields, decoder)).toEqual([
      { ...place, op: 'set', value: 0.7 },
      { ...place, op: 'renormalise' }
    ])
    expect(editsOf({ ...fields, renormalise: false }, decoder)).toHaveLength(1)
  })

  test('a token is hidden in every layer from all heads of an attention', () => {
    const fields = { ...firstFields, kind: 'mask', part: 'cross', layer: '*', head: '*', key: '2' } as const
    expect(editsOf(fields, translator)).toEqual([{ at: 'decoder.blocks.*.cross', set: { mask: [2] } }])
  })

  test('JSON is taken as it is, one edit or several, and what is none is an error', () => {
    const fields = { ...firstFields, kind: 'json', text: JSON.stringify(zero(1)) } as const
    expect(editsOf(fields, decoder)).toEqual([zero(1)])
    expect(() => editsOf({ ...fields, text: '{' }, decoder)).toThrow(SyntaxError)
  })

  test('an LSTM has no positions to swap', () => {
    expect(kindsFor(decoder)).toContain('positions')
    expect(kindsFor(classifier)).not.toContain('positions')
  })
})
