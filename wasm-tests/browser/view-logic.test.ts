/** The logic of the views without a page: numbers, token labels, the selection, zooming, colours, links. */
import { lab, rgb } from 'd3-color'
import { interpolateLab, piecewise } from 'd3-interpolate'
import { describe, expect, test } from 'vitest'
import type { PatternSource, Token } from 'attenscope'
import { madeUpPatterns } from '../../web/demo/gallery/data.js'
import { readLink, writeLink } from '../../web/demo/shared/link-state.js'
import { BlockMaxima } from '../../web/elements/sources/block-maxima.js'
import { bytes, exact, percent, percentInCell, signedPercent, significant } from '../../web/elements/parts/format.js'
import { MatrixView } from '../../web/elements/views/matrix/matrix-view.js'
import { LEVELS, magnitude, rampOf } from '../../web/elements/canvas/palette.js'
import { extentOf } from '../../web/elements/canvas/pattern-picture.js'
import { besidePoint } from '../../web/elements/views/plane/plane-figure.js'
import { Selection } from '../../web/elements/base/selection.js'
import { useScale } from '../../web/elements/base/scale-kind.js'
import { followsGap, labelText, spokenToken, standsUpright } from '../../web/elements/parts/token-text.js'

const plain = (text: string) => text.replaceAll('\u202f', ' ')
const token = (text: string, special = false): Token => ({
  id: 1,
  text,
  start: 0,
  end: special ? 0 : text.length,
  special
})

/** Returns a text in which this token is at the index. */
const at = (index: number, last: Token): Token[] => [...Array<Token>(index).fill(token('x')), last]

describe('numbers', () => {
  test.each([
    [0, '0'],
    [0.123456, '0.123'],
    [0.00099999, '0.00100'],
    [9.996, '10.0'],
    [12.3456, '12.3'],
    [99.96, '100'],
    [1234.5, '1230']
  ])('%d has three significant digits: %s', (value, text) => expect(significant(value)).toBe(text))

  test('a number that is not there is never 0, and negative numbers have a true minus sign', () => {
    for (const format of [significant, percent, percentInCell, signedPercent, exact]) expect(format(NaN)).toBe('–')
    expect([-Infinity, Infinity].map(significant)).toEqual(['−∞', '∞'])
    expect(significant(-0.01234)).toBe('−0.0123')
    expect(plain(percent(-0.5))).toBe('−50.0 %')
  })

  test.each([
    [0.9997, '100 %'],
    [0.9995, '100 %'],
    [0.99949, '99.9 %'],
    [0.995008, '99.5 %'],
    [1 - 1e-9, '100 %']
  ])('the share %d is %s: 100 % stands for shares from 99.95 % on', (share, text) =>
    expect(plain(percent(share))).toBe(text)
  )

  test('weights are in per cent, and weights too small to print are marked', () => {
    expect(plain(percent(1))).toBe('100 %')
    expect(plain(percent(0.0123))).toBe('1.23 %')
    expect(plain(percent(1e-9))).toBe('< 0.001 %')
    expect(plain(percent(0))).toBe('0 %')
  })

  test('bytes have their unit, and a weight all digits of a float32', () => {
    expect(plain(bytes(5_663_432))).toBe('5.66 MB')
    expect(plain(bytes(12))).toBe('12 bytes')
    expect(Math.fround(Number(exact(Math.fround(0.1))))).toBe(Math.fround(0.1))
  })
})

describe('token labels', () => {
  test('spaces are dots, line ends are arrows, and shortening keeps whole graphemes', () => {
    expect(labelText(at(3, token(' dog')), 3)).toBe('·dog')
    expect(labelText(at(3, token('\n\n')), 3)).toBe('↵↵')
    expect(labelText(at(3, token('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧')), 3, 2)).toBe('👩‍👩‍👧…')
    expect(labelText(at(0, token('<|endoftext|>', true)), 0)).toBe('⟨start⟩')
    expect(labelText(at(9, token('<|endoftext|>', true)), 9)).toBe('⟨endoftext⟩')
  })

  test('tokens that share a character are its numbered parts', () => {
    const parts = [0, 1, 2].map((id) => ({ id, text: '小', start: 4, end: 5 }))
    const tokens = [token('dog'), ...parts, { id: 3, text: '狗', start: 5, end: 6 }]
    expect(tokens.map((_, index) => labelText(tokens, index))).toEqual(['dog', '小₁', '小₂', '小₃', '狗'])
    expect(spokenToken(tokens, 2)).toBe('小, part 2')
  })

  test('a space that belongs to no token is shown between two tokens', () => {
    const words = [
      { id: 1, text: 'so', start: 0, end: 2 },
      { id: 2, text: 'good', start: 3, end: 7 },
      { id: 3, text: '.', start: 7, end: 8 }
    ]
    expect(words.map((_, index) => followsGap(words, index))).toEqual([false, true, false])
  })

  test('Chinese labels are upright, Latin labels are rotated', () => {
    expect(standsUpright('小狗')).toBe(true)
    expect(standsUpright('dog')).toBe(false)
  })

  test('screen readers get the name of white space', () => {
    expect(spokenToken([token(' dog')], 0)).toBe('dog')
    expect(spokenToken([token('\n')], 0)).toBe('line break')
  })
})

describe('the selection', () => {
  const source: PatternSource = madeUpPatterns('Once upon a time', { layers: 2, heads: 2 })

  test('hovering previews over a locked token, and locking again unlocks', () => {
    const selection = new Selection()
    selection.show(source)
    selection.lock({ query: 3 })
    selection.point({ query: 1 })
    expect(selection.token).toEqual({ query: 1 })
    selection.point(undefined)
    expect(selection.token).toEqual({ query: 3 })
    selection.lock({ query: 3 })
    expect(selection.token).toBeUndefined()
    expect(selection.letGo()).toBe(false)
  })

  test('a lock from a link waits for its token; a head out of range is limited to the model', () => {
    const selection = new Selection()
    selection.lock({ query: 40 })
    selection.choose({ layer: 9, head: 9 })
    selection.show(source)
    expect(selection.token).toBeUndefined()
    expect(selection.head).toEqual({ layer: 1, head: 1 })
    selection.show(madeUpPatterns('word '.repeat(60), { layers: 12, heads: 12 }))
    expect(selection.token).toEqual({ query: 40 })
    expect(selection.head).toEqual({ layer: 9, head: 9 })
  })

  test('the colour scale follows the page until another scale is chosen', () => {
    // Created before any view has joined it, as in a page that restores it from a link.
    const selection = new Selection()
    expect(selection.scale).toBe('linear')
    useScale('log')
    expect(selection.scale).toBe('log')
    selection.setScale('linear')
    expect(selection.scale).toBe('linear')
    selection.forgetScale()
    expect(selection.scale).toBe('log')
    useScale('linear')
  })
})

describe('the matrix', () => {
  test('zooming keeps the point under the pointer and stays within the matrix', () => {
    const view = new MatrixView()
    view.resize(400, 400, { columns: 100, rows: 100 })
    const before = view.at(300, 120)
    view.zoomAt(300, 120, 2)
    expect(view.at(300, 120)).toEqual(before)
    view.panBy(10_000, 10_000)
    expect(view.at(0, 0)).toEqual({ row: 0, column: 0 })
    view.reveal(99, 99)
    expect(view.at(399, 399)).toEqual({ row: 99, column: 99 })
    view.zoomAt(0, 0, 0.001)
    expect(view.zoomed).toBe(false)
  })

  test('a growing picture makes its cells smaller only at some sizes', () => {
    const source = madeUpPatterns('word '.repeat(33))
    expect(extentOf(source, true)).toEqual({ columns: 48, rows: 48 })
    expect(extentOf(source, false)).toEqual({ columns: source.queries.count, rows: source.queries.count })
  })
})

describe('a downsampled matrix', () => {
  /** Returns the number that represents a block: the largest by magnitude; NaN counts only beside zeros. */
  function strongest(numbers: readonly number[]): number {
    const known = numbers.filter((number) => number !== 0 && !Number.isNaN(number))
    if (known.length === 0) return numbers.some(Number.isNaN) ? NaN : 0
    return known.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))
  }

  const random = (seed: number) => () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31
  const kinds: Readonly<Record<string, (next: () => number) => number>> = {
    weights: (next) => (next() < 0.2 ? 0 : next()),
    'numbers with signs': (next) => 40 * (next() - 0.5),
    'numbers with gaps': (next) => (next() < 0.3 ? NaN : next() - 0.3),
    'masked scores': (next) => (next() < 0.1 ? -Infinity : next() - 0.5)
  }

  test.each(Object.keys(kinds))('each cell is the strongest of its block: %s', (kind) => {
    for (const count of [1, 2, 7, 16, 17, 63, 130]) {
      const next = random(count)
      const rows = Array.from({ length: count }, (_, at) =>
        // Weights come first, so that signs or gaps are only in the last rows.
        Float32Array.from({ length: at + 1 }, () => (at < count / 2 ? next() : kinds[kind]!(next)))
      )
      const maxima = new BlockMaxima(16)
      rows.forEach((row, at) => {
        maxima.fit(at + 1, at)
        maxima.add(at, row)
      })
      const { block, side, cells } = maxima
      for (let y = 0; y < Math.ceil(count / block); y++) {
        for (let x = 0; x < Math.ceil(count / block); x++) {
          const within = rows
            .slice(y * block, (y + 1) * block)
            .flatMap((row) => [...row.slice(x * block, (x + 1) * block)])
          expect(cells[y * side + x], `${count}: ${y}, ${x}`).toBe(strongest(within))
        }
      }
    }
  })
})

describe('colours', () => {
  test('the log scale shows three decades', () => {
    expect([0, 0.001, 0.01, 0.1, 1].map((weight) => magnitude(weight, 'log'))).toEqual([
      0,
      0,
      expect.closeTo(1 / 3),
      expect.closeTo(2 / 3),
      1
    ])
  })

  test.each([
    ['light', ['#fdfcf9', '#5b8fd1', '#0b1f47']],
    ['dark', ['#131518', '#3a76bd', '#eef5ff']]
  ])('the lightness of the %s ramp is monotonic, in steps that differ by less than half', (_, stops) => {
    const colorAt = piecewise(interpolateLab, stops)
    const lightness = Array.from({ length: 11 }, (_, step) => lab(colorAt(step / 10)).l)
    const steps = lightness.slice(1).map((value, at) => Math.abs(value - lightness[at]!))
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.5)
  })

  test('a ramp is the piecewise interpolation in Lab', () => {
    const stops = ['rgb(253, 252, 249)', 'rgb(91, 143, 214)', 'rgb(12, 33, 80)'] as const
    const colorAt = piecewise(interpolateLab, [...stops])
    const ramp = rampOf(...stops)
    // Both round, and the library takes a matrix with fewer digits.
    for (let level = 0; level < LEVELS; level++) {
      const { r, g, b } = rgb(colorAt(level / (LEVELS - 1)))
      const [red = NaN, green = NaN, blue = NaN, alpha] = ramp.slice(4 * level)
      expect(Math.max(Math.abs(red - r), Math.abs(green - g), Math.abs(blue - b))).toBeLessThanOrEqual(1)
      expect(alpha).toBe(255)
    }
    expect([...ramp.slice(0, 4), ...ramp.slice(-4)]).toEqual([253, 252, 249, 255, 12, 33, 80, 255])
  })
})

describe('names of points', () => {
  test.each([0, 10, 160, 270, 310, 320])('beside a point at %d of 320, never cut off', (x) => {
    const { x: end, align } = besidePoint(x, 'hedgehog', 320)
    const [left, right] = align === 'left' ? [end, end + 8 * 6] : [end - 8 * 6, end]
    expect(left).toBeGreaterThanOrEqual(0)
    expect(right).toBeLessThanOrEqual(320)
    expect(align === 'left' ? left - x : x - right).toBe(6)
  })
})

describe('links', () => {
  test('parsing restores what formatting wrote, for any text', () => {
    const state = { text: 'a&b=c #1 小狗 🐶\n', seed: 7, temperature: 0.4, layer: 3, head: 2, token: 6, key: 0 }
    expect(readLink(writeLink(state))).toEqual(state)
  })

  test('invalid numbers are ignored', () => {
    expect(readLink('#seed=abc&layer=-1&head=1e9&token=&key=1.5')).toEqual({})
  })
})
