/**
 * The computations of views on patterns, without a page: tuned rows, the mean of heads, differences, tables, scales,
 * links in HTML.
 */
import { describe, expect, test } from 'vitest'
import { traceAttention, type AttentionOptions, type Token } from 'attenscope'
import { madeUpCross, madeUpPatterns } from '../../web/demo/gallery/data.js'
import { madeUpTrace } from '../../web/demo/gallery/trace.js'
import { levelOf, scaleOf, signedScale, sizeScale, weightScale } from '../../web/elements/canvas/color-scale.js'
import { alignTokens, DifferenceSource } from '../../web/elements/sources/difference.js'
import { escaped } from '../../web/elements/canvas/markup-text.js'
import { mapTable } from '../../web/elements/parts/data-table.js'
import { percent, signedPercent } from '../../web/elements/parts/format.js'
import { toHtml } from '../../web/elements/parts/keep.js'
import { toCsv } from '../../web/elements/parts/kept-files.js'
import { isLong } from '../../web/elements/sources/long-trace.js'
import { headsTable, patternTable, weightsInHand } from '../../web/elements/parts/pattern-table.js'
import { cosines } from '../../web/elements/views/position/position-data.js'
import { shownKeys } from '../../web/elements/sources/query-data.js'
import { Selection } from '../../web/elements/base/selection.js'
import { weightAt } from '../../web/elements/base/layout.js'
import { MatrixSubject } from '../../web/elements/views/matrix/matrix-subject.js'
import { stagesOf, type Stage } from '../../web/elements/sources/stage-source.js'
import { softmaxOf } from '../../web/elements/views/steps/steps.js'
import { meanOf, sortHeads } from '../../web/elements/views/summary/summary.js'
import { alone, labelText } from '../../web/elements/parts/token-text.js'

const text = 'Once upon a time there was a dog'
const sum = (row: ArrayLike<number>) => Array.from(row).reduce((total, each) => total + each, 0)

describe('a tuned source', () => {
  const selection = new Selection()
  const given = madeUpPatterns(text, { layers: 2, heads: 3 })
  selection.show(given)

  test('an additional head is the mean of all heads', () => {
    const mean = selection.source?.row(1, 3, 5) ?? []
    const rows = [0, 1, 2].map((head) => given.row(1, head, 5))
    Array.from(mean).forEach((weight, key) =>
      expect(weight).toBeCloseTo(rows.reduce((total, row) => total + (row[key] ?? 0), 0) / 3, 6)
    )
  })

  test('without the first token the other weights sum to one; a row with no other weight stays zero', () => {
    selection.tune({ withoutFirst: true })
    const row = selection.source?.row(0, 1, 5) ?? new Float32Array()
    expect(row[0]).toBe(0)
    expect(sum(row)).toBeCloseTo(1, 5)
    expect((row[2] ?? 0) / (row[3] ?? 1)).toBeCloseTo((given.row(0, 1, 5)[2] ?? 0) / (given.row(0, 1, 5)[3] ?? 1), 5)
    expect(sum(selection.source?.row(0, 1, 0) ?? [])).toBe(0)
    selection.tune({ withoutFirst: false })
  })

  test('scrubbed back, a decoder has the earlier queries and the chosen token; a new source is complete again', () => {
    selection.tune({ shown: 4 })
    const cut = selection.source
    expect([cut?.queries.count, cut?.keyCount, cut?.tokens.length]).toEqual([4, 4, 5])
    expect(cut?.pattern(0, 0).shape).toEqual([4, 4])
    selection.show(madeUpCross('one two three', 'eins zwei drei'))
    expect(selection.tuning.shown).toBe(Infinity)
    selection.tune({ shown: 2 })
    expect([selection.source?.queries.count, selection.source?.keyCount]).toEqual([2, 4])
  })
})

describe('two runs', () => {
  const token = (word: string, id = word.length): Token => ({ id, text: word, start: 0, end: word.length })
  const of = (...words: string[]) => words.map((word) => token(word))

  test('common tokens are found in order', () => {
    expect(alignTokens(of('a', 'b', 'c'), of('a', 'b', 'c'))).toEqual([0, 1, 2])
    expect(alignTokens(of('a', 'x', 'c'), of('a', 'yy', 'zzz', 'c'))).toEqual([0, undefined, undefined, 2])
    expect(alignTokens(of('p', 'a', 'q', 'b'), of('a', 'r', 'b'))).toEqual([1, undefined, 3])
    expect(alignTokens([], of('a'))).toEqual([undefined])
    expect(alignTokens(of('a'), [])).toEqual([])
  })

  test('the difference compares weights of common tokens; other tokens have none', () => {
    const before = madeUpTrace('Tom had a dog. The cat was red', { seed: 3 })
    const after = madeUpTrace('Lily had a dog. The cat was red', { seed: 5 })
    const difference = new DifferenceSource(before, after)
    const row = difference.row(1, 2, 6)
    expect(row[1]).toBeNaN()
    expect(row[4]).toBeCloseTo((after.row(1, 2, 6)[4] ?? 0) - (before.row(1, 2, 6)[4] ?? 0), 6)
    expect(Array.from(difference.row(1, 2, 1)).every(Number.isNaN)).toBe(true)
    const same = new DifferenceSource(before, before)
    expect(same.moved({ layer: 0, head: 0 })).toBe(0)
    expect(difference.moved({ layer: 0, head: 0 })).toBeGreaterThan(0)
    expect(difference.moved({ layer: 0, head: 0 })).toBeLessThanOrEqual(1)
  })

  test('texts without a common token have no difference, and none is shown as 0', () => {
    const difference = new DifferenceSource(madeUpTrace('a b c', { seed: 3 }), madeUpTrace('d e f', { seed: 5 }))
    // The start token is common to all texts.
    const apart = new DifferenceSource(
      { ...madeUpPatterns('a b'), tokens: of('a', 'bb'), queryTokens: of('a', 'bb'), row: () => Float32Array.of(1, 0) },
      { ...madeUpPatterns('a b'), tokens: of('ccc'), queryTokens: of('ccc'), row: () => Float32Array.of(1) }
    )
    expect(apart.moved({ layer: 0, head: 0 })).toBeNaN()
    const shown = weightsInHand(difference, { layer: 0, head: 0 }, undefined, signedPercent)
    // The row of 'd', which only the second text has.
    expect(shown.rows[1]?.slice(1)).toEqual(['–', '–', ...shown.rows[1]!.slice(3)])
    expect(toCsv({ columns: ['a'], rows: [[NaN], [0]] })).toBe('a\r\n\r\n0\r\n')
    expect(mapTable({ data: Float32Array.of(1) }, ['r'], ['a', 'b'], percent).rows).toEqual([['r', '100\u202f%', '–']])
  })

  test('a mark in one run has its counterpart in the other, as far as that has its tokens', () => {
    const before = madeUpTrace('Tom had a dog. The dog', { seed: 3 })
    const after = madeUpTrace('Tom had a cat. The cat', { seed: 5 })
    const difference = new DifferenceSource(before, after)
    const texts = (run: typeof before) => run.tokens.map(({ text }) => text.trim())
    const [The, Tom] = ['The', 'Tom'] as const
    const at = (run: typeof before, word: string) => texts(run).indexOf(word)
    expect(difference.counterpart({ query: at(after, The), key: at(after, Tom) }, 'before')).toEqual({
      query: at(before, The),
      key: at(before, Tom)
    })
    expect(difference.counterpart({ query: at(before, The), key: at(before, Tom) }, 'after')).toEqual({
      query: at(after, The),
      key: at(after, Tom)
    })
    expect(difference.counterpart({ query: at(before, The), key: at(before, 'dog.') }, 'after')).toEqual({
      query: at(after, The)
    })
    expect(difference.counterpart({ query: at(after, 'cat.') }, 'before')).toBeUndefined()
  })
})

describe('scales', () => {
  test('0 is in the middle for signed numbers and at the start for magnitudes; −∞ and NaN do not count', () => {
    expect(signedScale('linear', 4).magnitude(0)).toBe(0.5)
    expect(signedScale('linear', 4).magnitude(-4)).toBe(0)
    expect(signedScale('log', 4).magnitude(4)).toBe(1)
    expect(sizeScale('linear', 2).magnitude(1)).toBe(0.5)
    expect(
      scaleOf(
        [
          [1, -Infinity],
          [3, NaN]
        ],
        'linear'
      )
    ).toMatchObject({ diverging: false })
    expect(scaleOf([[1, -3]], 'linear').ticks).toEqual([-3, -1.5, 0, 1.5, 3])
    expect(levelOf(9, weightScale('linear'))).toBe(255)
    expect(levelOf(-Infinity, signedScale('linear', 1))).toBe(0)
  })
})

test('a softmax is explained by its terms', () => {
  const scores = [1.5, -2, 0.25]
  const { highest, sum: total, of } = softmaxOf(scores)
  expect(highest).toBe(1.5)
  expect(of(0.25) / total).toBeCloseTo(Math.exp(0.25) / scores.reduce((all, score) => all + Math.exp(score), 0), 10)
})

test('a token of the vocabulary has its own name, not that of the first token in a text', () => {
  const end: Token = { id: 0, text: '</s>', start: 0, end: 0, special: true }
  expect(labelText(alone(end), 1)).toBe('⟨end⟩')
  expect(labelText(alone({ id: 7, text: ' dog', start: 0, end: 4 }), 1)).toBe('·dog')
})

test('the strongest keys are shown in the text’s order, and the selected key always', () => {
  const pattern = [0.1, 0.4, 0, 0.3, 0.2]
  expect(shownKeys(pattern, 3, undefined)).toEqual([1, 3, 4])
  expect(shownKeys(pattern, 3, 2)).toEqual([1, 2, 3])
  expect(shownKeys(pattern, 9, undefined)).toEqual([0, 1, 2, 3, 4])
})

test('heads are sorted by a measure, followed by their mean', async () => {
  const heads = await madeUpTrace(text, { layers: 2, heads: 2 }).heads()
  const sorted = sortHeads(heads, 'entropy', true).map(({ entropy }) => entropy)
  expect(sorted).toEqual([...sorted].sort((a, b) => a - b))
  expect(sortHeads(heads, 'head', false)).toEqual(heads)
  expect(meanOf(heads).entropy).toBeCloseTo(sum(sorted) / 4, 6)
})

test('the views of a group follow from the tensors in its trace', () => {
  const selection = new Selection()
  selection.show(madeUpPatterns(text))
  expect(stagesOf(selection)).toEqual(['pattern'])
  selection.show(madeUpTrace(text))
  expect(stagesOf(selection)).toEqual(['scores', 'scaled', 'masked', 'pattern', 'weighted_norms', 'rollout', 'flow'])
  selection.show(madeUpTrace('word '.repeat(140), { layers: 1, heads: 1 }))
  expect(stagesOf(selection)).not.toContain('flow')
})

describe('hidden keys', () => {
  const T = 4
  const tokens = ['a', 'b', 'c', 'd']
  const ramp = (width: number) => ({
    data: Float32Array.from({ length: width * 2 }, (_, at) => Math.sin(3 * at + 1)),
    shape: [1, 1, width, 2]
  })
  const masks: Readonly<
    Record<
      string,
      {
        readonly options: Partial<AttentionOptions>
        readonly labels?: { readonly queryTokens: readonly string[] }
        readonly sees: (query: number, key: number) => boolean
      }
    >
  > = {
    causal: { options: { causal: true }, sees: (query, key) => key <= query },
    'a sliding window': {
      options: { causal: true, window: { left: 1, right: 0 } },
      sees: (query, key) => key <= query && key >= query - 1
    },
    'a window to both sides': {
      options: { window: { left: 1, right: 1 } },
      sees: (query, key) => Math.abs(query - key) <= 1
    },
    padding: { options: { keyLengths: [3] }, sees: (_, key) => key < 3 },
    'padding in front': {
      options: { mask: { data: Uint8Array.of(0, 1, 1, 1), shape: [1, 1, 1, T] } },
      sees: (_, key) => key > 0
    },
    'a source with padding': {
      options: { keyLengths: [2] },
      labels: { queryTokens: ['w', 'x', 'y', 'z'] },
      sees: (_, key) => key < 2
    },
    none: { options: {}, sees: () => true }
  }

  /** Whether each visible cell of a stage is hatched. */
  async function hatchedCells(selection: Selection, stage: Stage): Promise<{ cells: boolean[]; note: string }> {
    const subjects = new MatrixSubject({
      addController: () => {},
      removeController: () => {},
      requestUpdate: () => {},
      updateComplete: Promise.resolve(true)
    })
    for (let tries = 0; tries < 5; tries++) {
      subjects.of(selection, stage, undefined)
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    const subject = subjects.of(selection, stage, undefined)
    if (!subject) throw new Error(`no subject for ${stage}`)
    const { source, head, hatched, note } = subject
    const cells = Array.from({ length: T * T }, (_, at) => {
      const weight = weightAt(source, head, Math.floor(at / T), at % T)
      return weight === undefined || Number.isNaN(weight)
    })
    expect(hatched === undefined, stage).toBe(cells.every((is) => !is))
    return { cells, note }
  }

  test.each(Object.keys(masks))('%s: hatched from the mask on, and no sooner', async (kind) => {
    const { options, labels, sees } = masks[kind]!
    const tensors = { q: ramp(T), k: ramp(T), v: ramp(T) }
    const trace = await traceAttention({ ...tensors, ...options }, { tokens, ...labels })
    const selection = new Selection()
    selection.show(trace)
    for (const stage of ['scores', 'scaled'] as const) {
      const { cells, note } = await hatchedCells(selection, stage)
      expect(cells, stage).toEqual(Array(T * T).fill(false))
      expect(note).toContain('The mask comes later')
      expect(note).not.toContain('100')
    }
    const hidden = Array.from({ length: T * T }, (_, at) => !sees(Math.floor(at / T), at % T))
    const masked = await hatchedCells(selection, 'masked')
    expect(masked.cells).toEqual(hidden)
    expect(masked.note).not.toContain('100')
    const weights = await hatchedCells(selection, 'pattern')
    expect(weights.cells).toEqual(hidden)
    expect(weights.note).toContain('100')
  })

  test('weights that do not add up to 100 % are not said to', async () => {
    const tensors = { q: ramp(T), k: ramp(T), v: ramp(T) }
    const selection = new Selection()
    selection.show(await traceAttention({ ...tensors, normalizer: 'sigmoid' }, { tokens }))
    expect((await hatchedCells(selection, 'pattern')).note).not.toContain('100')
  })
})

describe('exports', () => {
  const source = madeUpPatterns('a "b", c', { layers: 1, heads: 2 })

  test('a head as a table with empty masked weights; all heads with one row per weight', () => {
    const { columns, rows } = patternTable(source, { layer: 0, head: 1 })
    expect(columns).toHaveLength(1 + source.keyCount)
    expect(rows[0]?.slice(1)).toEqual([source.row(0, 1, 0)[0], ...Array<string>(source.keyCount - 1).fill('')])
    const T = source.keyCount
    expect(headsTable(source).rows).toHaveLength((2 * T * (T + 1)) / 2)
  })

  test('CSV quotes special characters, and no cell is a formula', () => {
    expect(
      toCsv({
        columns: ['a', 'b'],
        rows: [
          ['x,"y"', 1],
          ['=1+1', -2]
        ]
      })
    ).toBe('a,b\r\n"x,""y""",1\r\n\'=1+1,-2\r\n')
  })

  test.each(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', ' =', '\u3000＝', '\uFEFF='])(
    'CSV: a token that begins with %j is no formula',
    (start) => {
      const row = toCsv({ columns: ['a'], rows: [[`${start}1+1`]] }).slice('a\r\n'.length)
      expect(row.replace(/^"/, '')).toMatch(/^'/)
    }
  )

  test('CSV: a cell stays one cell where the semicolon or the tab separates cells', () => {
    expect(toCsv({ columns: ['a'], rows: [['x;=1'], ['x\t=1']] })).toBe('a\r\n"x;=1"\r\n"x\t=1"\r\n')
  })

  test('markup holds no character that XML 1.0 forbids, and shows which one it was', () => {
    const every = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).join(' ')
    const allowed = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u
    expect(escaped(every)).toMatch(allowed)
    expect(escaped('\u0001 \0 \ud83d \uffff 👍')).toBe('␁ ␀ \uFFFD \uFFFD 👍')
    expect(escaped(`a<b>&"'\n`)).toBe('a&#60;b&#62;&#38;&#34;&#39;&#10;')
    expect(toHtml('matrix', { text: 'a\u0001\ufffe' })).toBe('<attn-matrix text="a␁\uFFFD"></attn-matrix>')
  })

  test('a line of HTML can contain any text', () => {
    expect(toHtml('matrix', { model: './m/', text: '"<&>"', head: 0, part: undefined })).toBe(
      '<attn-matrix model="./m/" text="&quot;&lt;&amp;>&quot;" head="0"></attn-matrix>'
    )
  })
})

test('the similarity of positions is the cosine; a row of zeros has similarity 0', () => {
  const { data } = cosines({ data: Float32Array.of(1, 0, 3, 4, 0, 0), shape: [3, 2] })
  expect(data[1]).toBeCloseTo(0.6, 6)
  expect(data[4]).toBeCloseTo(1, 6)
  expect(data[8]).toBe(0)
})

test('patterns that would not fit are predicted from the number of heads and the text’s length', () => {
  const size = { L: 12, N: 12, layers: Array.from({ length: 12 }, (_, layer) => layer) }
  expect(isLong({ parts: { decoder: size } }, 1024)).toBe(true)
  expect(isLong({ parts: { decoder: size } }, 128)).toBe(false)
})
