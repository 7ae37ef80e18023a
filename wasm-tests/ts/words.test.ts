/** The catalogues of what the elements say: whole in every language, and right for any number. */
import { describe, expect, it } from 'vitest'
import * as english from '../../web/elements/words/index.js'
import * as chinese from '../../web/elements/words/zh-hans/index.js'

/** Every plain text of a catalogue with its path. */
function* textsOf(entry: unknown, path = ''): Generator<readonly [string, string]> {
  if (typeof entry === 'string') yield [path, entry]
  else if (typeof entry === 'object' && entry !== null)
    for (const [name, inner] of Object.entries(entry)) yield* textsOf(inner, path === '' ? name : `${path}.${name}`)
}

/** What is a name or a formula in every language. */
const SAME = new Set(['stages.scores.name', 'stages.weighted_norms.name', 'steps.value', 'position.kinds.alibi.name'])

describe('the Chinese catalogue', () => {
  it('has the same entries as the English one, section by section', () => {
    const paths = (catalogue: object) => [...textsOf(catalogue)].map(([path]) => path).sort()
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort())
    expect(paths(chinese)).toEqual(paths(english))
    expect(paths(english).length).toBeGreaterThan(200)
  })

  it('says everything in Chinese, with Chinese punctuation', () => {
    for (const [path, text] of textsOf(chinese)) {
      if (SAME.has(path)) continue
      expect(text, path).toMatch(/\p{Script=Han}/u)
      expect(text, path).not.toMatch(/\p{Script=Han}[,;:!?.](?!\p{Script=Han})/u)
    }
  })
})

describe('English', () => {
  it('counts one differently from none and several', () => {
    const text = (said: ReturnType<typeof english.translate.tokens>) =>
      String.raw({ raw: said.strings }, ...said.values)
    expect([0, 1, 2].map((count) => text(english.translate.tokens(count)))).toEqual([
      '<b>0</b> tokens',
      '<b>1</b> token',
      '<b>2</b> tokens'
    ])
    expect([1, 4].map((beams) => english.translate.searching(beams, 2))).toEqual([
      'Following 1 translation: token 2 …',
      'Following 4 translations at once: token 2 …'
    ])
    expect([1, 3].map((texts) => english.change.said.mean('it', texts))).toEqual([
      'Replace it by its mean over 1 text',
      'Replace it by its mean over 3 texts'
    ])
  })

  it('leaves no entry empty', () => {
    for (const [path, text] of textsOf(english)) expect(text, path).not.toBe('')
  })
})
