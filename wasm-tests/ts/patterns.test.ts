/** Patterns of tokenizer files: they match as native regular expressions do, and none of them hangs. */

import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { Budget } from '../../web/lib/tokenizer/budget.js'
import { knownPatterns } from '../../web/lib/tokenizer/known-patterns.js'
import { compilePattern, nativePattern } from '../../web/lib/tokenizer/patterns.js'
import { SteppedPattern, TriedBits } from '../../web/lib/tokenizer/stepped-pattern.js'
import { expectError } from './support/errors.js'

const full = process.env['ATTENSCOPE_FULL'] === '1'

function spansOf(pattern: SteppedPattern, text: string): [number, number][] {
  return Array.from(pattern.matches(text, new Budget(text.length)), ({ from, to }) => [from, to])
}

function nativeSpans(pattern: RegExp, text: string): [number, number][] {
  return Array.from(text.matchAll(pattern), ({ index, 0: found }) => [index, index + found.length])
}

/** The pattern in steps; undefined where it is refused because a repeated group prefers to be empty. */
function steppedOf(pattern: RegExp): SteppedPattern | undefined {
  try {
    return new SteppedPattern(pattern)
  } catch (error) {
    expect(String(error)).toContain('prefers to be empty')
    return undefined
  }
}

describe('a pattern in steps', () => {
  it.each([
    ...Object.values(knownPatterns),
    '(?<=\\d)(?=(?:\\d{3})+$)',
    '(?<!\\p{L})a+?|b*',
    '\\bab?\\b|\\B.',
    '(?i:ÄB|ß)+|[^\\]a-c-]|\\[|\\u{1F44D}|👍?b',
    '^a|b$|(?<word>ab){2,}',
    '▁+(?=[㐀-鿿“《（…，。！？])'
  ])('has the matches of a RegExp: %s', (source) => {
    const native = nativePattern(source)
    const stepped = new SteppedPattern(native)
    const texts = [
      "It's 1234567 o'CLOCK,  and\r\n\n we'LL go\t!!!  ",
      'a👍b 你好，世界 ab bab abab 123456 äbÄBß ▁▁你 [x]',
      '',
      ' '.repeat(20),
      'A1'.repeat(9)
    ]
    for (const text of texts) expect(spansOf(stepped, text), text).toEqual(nativeSpans(native, text))
  })

  const leaf = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\p{L}', '👍', '', '^', '$', '\\b')
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => one + other),
      fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,3}?', '{2,}'))
        .map(([one, often]) => `(?:${one})${often}`),
      fc.tuple(fc.constantFrom('?=', '?!', '?<=', '?<!'), tie('pattern')).map(([look, one]) => `(${look}${one})`)
    )
  }))

  it('has the matches of a RegExp for random patterns and texts', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '👍'), maxLength: 9 })
    fc.assert(
      fc.property(pattern, text, (source, words) => {
        const native = new RegExp(source, 'gu')
        const expected = nativeSpans(native, words)
        // V8 looks behind from within a pair of surrogates too, where the standard does not.
        fc.pre(expected.every((span) => span.every((at) => !words.slice(0, at).endsWith('\ud83d'))))
        const stepped = steppedOf(native)
        fc.pre(stepped !== undefined)
        expect(stepped && spansOf(stepped, words)).toEqual(expected)
      }),
      { numRuns: full ? 100_000 : 3_000, seed: 2026 }
    )
  })

  /** Each takes exponential or at least quadratic time in an engine that tries every way again. */
  it.each([
    '(a+)+$',
    '(a|a)*$',
    '(a|aa)+$',
    '(.*)*b',
    '(?:a*)*b',
    '([a-z]+)*\\d',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(x+x+)+y|(a+a+)+y',
    '.*.*.*=.*',
    'a*a*a*a*a*a*b',
    '(?:(?:(?:a+)+)+)+b',
    '(a?){30}a{30}b',
    '(?=(a+)+b)a',
    '(?<=(a+)+b)a',
    '(?!(?:a|a)+$)a',
    'a+$',
    '[^b]*b|a',
    '(?:a{0,9}){0,9}b'
  ])('%s ends on a long text', (source) => {
    const pattern = new SteppedPattern(nativePattern(source))
    const text = `${'a'.repeat(20_000)}!`
    try {
      expect(spansOf(pattern, text).every(([from, to]) => from <= to)).toBe(true)
    } catch (error) {
      expect(error).toMatchObject({ name: 'AttenscopeError', code: 'tokenizer' })
    }
  })

  it('takes work that grows linearly with the text', () => {
    for (const source of ['(a+)+$', '(a|aa)+$', '(.*)*b', '[^b]*b|a', 'a*a*a*b', '(?=(a+)+b)a']) {
      const work = (units: number) => workOf(source, `${'a'.repeat(units)}!`)
      expect(work(8_000) / work(1_000), source).toBeLessThan(9)
    }
  })
})

/** The work of a search in steps. */
function workOf(source: string, text: string): number {
  let spent = 0
  const budget = { spend: (work: number) => (spent += work) } as unknown as Budget
  for (const _ of new SteppedPattern(nativePattern(source)).matches(text, budget)) continue
  return spent
}

describe('the known patterns', () => {
  const runs = ['a', 'A', ' ', '\n', '\r\n ', '1', '!', "'", 'é', '你', '\u0301', 'ª', '👍', "'S", 'a1', ' !', 'Aa']
  const ends = ['', '!', 'a', ' ', '\n', '1']

  it.each(Object.entries(knownPatterns))('of %s do not try again and again, even natively', (_, source) => {
    expect(compilePattern({ Regex: source })).toBeInstanceOf(RegExp)
    // Without a memory of failures, the search in steps tries as often as the native one.
    const memory = vi.spyOn(TriedBits.prototype, 'has').mockReturnValue(false)
    onTestFinished(() => memory.mockRestore())
    for (const run of runs) {
      for (const end of ends) {
        const work = (times: number) => workOf(source, run.repeat(times) + end)
        expect(work(800) / work(100), JSON.stringify([run, end])).toBeLessThan(9)
      }
    }
  })
})

describe('a pattern of a file', () => {
  it.each([
    ['that refers back to a group', '(a)\\1', 'unsupported', 'refers back'],
    ['that repeats what prefers to be empty', '(?:a*?)*', 'unsupported', 'prefers to be empty'],
    ['that repeats often', '(?:a{1000}){1000}', 'unsupported', 'steps'],
    ['that is no expression', '(', 'unsupported', '('],
    ['nested too deep', '(?:'.repeat(500) + 'a' + ')'.repeat(500), 'unsupported', 'levels'],
    ['that is very long', 'a|'.repeat(50_000), 'bad-model', '100000 characters']
  ])('%s is refused', async (_, source, code, named) => {
    await expectError(() => compilePattern({ Regex: source }), code, named)
  })

  it('repeats an empty group in no time', () => {
    const pattern = new SteppedPattern(/(?:){1000000000}a|(?:^){999999999,}b/gu)
    expect(spansOf(pattern, 'ba')).toEqual([
      [0, 1],
      [1, 2]
    ])
  })
})
