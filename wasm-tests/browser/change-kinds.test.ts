/** Every kind of change on the page takes effect, and an invalid change gives an error beside its field. */
import { expect, test } from 'vitest'
import { click, fill, isDone, opened, until } from './change-element.js'
import { inChromiumFirst } from './each-browser.js'

type Fields = Readonly<Record<string, string>>

const STORY = 'Lily found a shiny key under the old tree. She'
const OTHER = 'Tom lost a small ball in the new house. He'
const one: Fields = { Layer: '2', Head: '1' }

/** The values to type, and the sentence that the list of edits then shows. */
const KINDS: readonly (readonly [string, string, Fields, RegExp])[] = [
  ['stories', 'zero', { ...one }, /^Remove head 1 of layer 2$/],
  ['stories', 'zero', { ...one, Layer: '*', 'From step': '4' }, /^Remove head 1 of every layer, from step 4 on$/],
  ['stories', 'mean', { ...one }, /^Replace head 1 of layer 2 by its mean$/],
  [
    'stories',
    'mean',
    { ...one, 'Sentences for the mean, one per line (empty: this text)': 'One day\nTom ran home.' },
    /^Replace head 1 of layer 2 by its mean over 2 texts$/
  ],
  ['stories', 'scale', { ...one, Factor: '-2' }, /^Scale head 1 of layer 2 by −2/],
  [
    'stories',
    'score',
    { ...one, 'From token': '8', 'To token': '2', Add: '6' },
    /^Add 6.* to head 1 of layer 2 \(scaled\), /
  ],
  [
    'stories',
    'weight',
    { ...one, 'From token': '8', 'To token': '2', Weight: '0.9' },
    /^Set head 1 of layer 2, .* to 0.900$/
  ],
  ['stories', 'mask', { Layer: '*', Head: '*', Token: '3' }, /^In all heads of every layer: hide /],
  ['stories', 'temperature', { ...one, Temperature: '0.2' }, /temperature 0.2$/],
  ['stories', 'normalizer', { ...one, Normaliser: 'hard' }, /normalizer hard$/],
  ['stories', 'squash', { Layer: '*', Head: '*' }, /squash tanh$/],
  ['stories', 'window', { Layer: '*', Head: '*', 'Tokens before': '2' }, /window left 2$/],
  ['stories', 'positions', { Layer: '*', Positions: 'none' }, /^In positions: kind none$/],
  ['stories', 'positions', { Layer: '1', Positions: 'alibi' }, /^In all heads of layer 1: positions kind alibi$/],
  ['stories', 'patch', { ...one, 'The other text': OTHER }, /^Patch head 1 of layer 2 from “Tom/],
  [
    'stories',
    'patch',
    { Source: 'pattern', ...one, 'At token': '6', 'Token of the other text': '6', 'The other text': OTHER },
    /^Patch head 1 of layer 2, at .* from “Tom/
  ],
  [
    'stories',
    'patch',
    { Source: 'residual', Layer: '3', 'At token': '6', 'Token of the other text': '4', 'The other text': OTHER },
    /^Patch blocks.3.residual, at .* from “Tom/
  ],
  [
    'stories',
    'steer',
    {
      Layer: '2',
      'At token': '*',
      Strength: '4',
      'More like this text': 'sad sad cry',
      'Less like this text': 'happy fun'
    },
    /^Add a vector to blocks.2.residual$/
  ],
  [
    'translate',
    'zero',
    { Attention: 'cross', Layer: '1', Head: '2', 'From step': '2' },
    /cross layer 1, from step 2 on$/
  ],
  [
    'translate',
    'mask',
    { Attention: 'cross', Layer: '*', Head: '*', Token: '1' },
    /^In all heads of every cross layer: hide /
  ],
  [
    'translate',
    'patch',
    {
      Source: 'pattern',
      Attention: 'cross',
      Layer: '1',
      Head: '2',
      'At token': '*',
      'The other text': 'The dog is behind the house.'
    },
    /^Patch head 2 of cross layer 1 from “The dog/
  ],
  [
    'translate',
    'positions',
    { Attention: 'encoder', Layer: '*', Positions: 'none' },
    /^In encoder.positions: kind none$/
  ],
  ['sentiment', 'mask', { Token: '1' }, /hide warm$/],
  ['dates', 'temperature', { Temperature: '5' }, /temperature 5$/]
]
const TEXTS: Fields = {
  stories: STORY,
  translate: 'The cat is under the tree.',
  sentiment: 'A warm and funny film.',
  dates: 'Tuesday, 3 March 2026'
}

inChromiumFirst('the form of the page that changes a model', (running) => {
  test.each(Object.keys(TEXTS))(
    '%s: each kind of change can be made and takes effect',
    async (model) => {
      const tab = await opened(running, { model, text: TEXTS[model] ?? '' })
      for (const [, kind, fields, said] of KINDS.filter(([of]) => of === model)) {
        await fill(tab.page, { Change: kind, ...fields })
        await click(tab.page, 'Add')
        const seen = await until(tab.page, kind, (each) => each.error !== '' || (isDone(each) && each.edits.length > 0))
        expect({ kind, error: seen.error }).toEqual({ kind, error: '' })
        expect(seen.edits[0]).toMatch(said)
        expect({ kind, status: seen.status }).toEqual({
          kind,
          status: expect.stringMatching(/at most [\d.]+ bits apart/)
        })
        await click(tab.page, 'Reset')
        await until(tab.page, 'the original', ({ status, edits }) => edits.length === 0 && status.startsWith('Nothing'))
      }
      expect(tab.complaints).toEqual([])
      await tab.page.close()
    },
    120_000
  )

  test('an invalid change gives an error beside its field before anything runs, and the list does not change', async () => {
    const tab = await opened(running, { model: 'stories', text: STORY })
    await click(tab.page, 'Add')
    const before = await until(tab.page, 'an edit', (seen) => isDone(seen) && seen.edits.length === 1)
    const bad: readonly (readonly [string, Fields, string])[] = [
      ['temperature', { Temperature: '0' }, 'set.temperature is 0, expected a number above 0'],
      ['patch', { Source: 'pattern', 'The other text': 'Too short' }, 'from has shape ('],
      [
        'steer',
        { Source: 'vector', 'At token': '*', Strength: '1', 'One number for each dimension of the model': '1, 2' },
        'value has 2 numbers, expected 256'
      ],
      [
        'json',
        { Edit: '[{"at": "blocks.0.attn.head_output", "head": 9, "op": "zero"}]' },
        'head is 9, expected an integer from 0 to 7'
      ],
      ['json', { Edit: '{"at"' }, 'JSON']
    ]
    for (const [kind, fields, wrong] of bad) {
      await fill(tab.page, { Change: kind, ...fields })
      await click(tab.page, 'Add')
      const seen = await until(tab.page, kind, ({ error }) => error.includes(wrong))
      expect(seen.error).toMatch(/^Not applied: /)
      expect([seen.edits, seen.rows]).toEqual([before.edits, before.rows])
      const isInForm = await tab.page.$$eval('attn-change >>> .make .refused', (all) => all.length)
      expect(isInForm).toBe(1)
    }
    // An edit with an error cannot be redone.
    await click(tab.page, 'Undo')
    await until(tab.page, 'no edit', ({ edits }) => edits.length === 0)
    await tab.page.close()
  }, 60_000)

  test('a number in the list can be dragged; edits can be moved, removed and restored', async () => {
    const place = { at: 'blocks.2.attn.pattern', head: 1, query: 8, key: 2 }
    const edits = [
      { ...place, op: 'set', value: 0.9 },
      { at: 'blocks.5.attn.head_output', head: 3, op: 'zero' }
    ]
    const tab = await opened(running, { model: 'stories', text: STORY, edits })
    const [weight, zero] = tab.seen.edits
    await tab.page.$eval('attn-change >>> .edit-list input[type=range]', (slider) => {
      for (const value of ['0.5', '0.3', '0.1']) {
        Object.assign(slider, { value })
        slider.dispatchEvent(new Event('input'))
      }
    })
    const dragged = await until(
      tab.page,
      'another weight',
      (seen) => isDone(seen) && /to 0.100$/.test(seen.edits[0] ?? '')
    )
    expect(dragged.rows).not.toEqual(tab.seen.rows)
    await tab.page.waitForFunction(() => decodeURIComponent(location.hash).includes('"value":0.1'))
    await click(tab.page, 'Undo')
    await until(tab.page, 'the weight as it was', ({ edits: [first] }) => first === weight)
    await click(tab.page, 'Move down')
    await until(tab.page, 'the other order', ({ edits: list }) => list[0] === zero && list[1] === weight)
    await click(tab.page, 'Remove')
    await until(tab.page, 'one less', ({ edits: list }) => list.join() === weight)
    await click(tab.page, 'Reset')
    const back = await until(tab.page, 'both', (seen) => isDone(seen) && seen.edits.length === 2)
    expect(back.rows).toEqual(tab.seen.rows)
    await tab.page.close()
  }, 60_000)
})
