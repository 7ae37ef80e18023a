/** The catalogues of the elements' texts: complete in every language, and correct for any number. */
import { describe, expect, it } from 'vitest'
import table from '../../web/elements/elements.json' with { type: 'json' }
import * as english from '../../web/elements/words/index.js'
import { setWords } from '../../web/elements/words/language.js'
import { languageFor, languages } from '../../web/elements/words/languages.js'
import * as chinese from '../../web/elements/words/zh-hans/index.js'

/** Every plain text of a catalogue with its path. */
function* textsOf(entry: unknown, path = ''): Generator<readonly [string, string]> {
  if (typeof entry === 'string') yield [path, entry]
  else if (typeof entry === 'object' && entry !== null)
    for (const [name, inner] of Object.entries(entry)) yield* textsOf(inner, path === '' ? name : `${path}.${name}`)
}

/** What is a name or a formula in every language. */
const SAME = new Set(['stages.scores.name', 'stages.weighted_norms.name', 'steps.value', 'position.kinds.alibi.name'])

describe('the languages', () => {
  it('are found by the page’s language, English where there is no catalogue', () => {
    const found = ['en', 'en-GB', 'zh', 'zh-Hans', 'zh-TW', 'ZH-cn', 'fr', 'zhx', ''].map((tag) => languageFor(tag).tag)
    expect(found).toEqual(['en', 'en', 'zh-Hans', 'zh-Hans', 'zh-Hans', 'zh-Hans', 'en', 'en', 'en'])
  })

  it.each(languages)('$tag has every entry, section by section', async ({ tag, catalogue }) => {
    const paths = (entries: object) => [...textsOf(entries)].map(([path]) => path).sort()
    const all = (await catalogue?.()) ?? english
    expect(languageFor(tag).tag).toBe(tag)
    expect(Object.keys(all).sort()).toEqual(Object.keys(english).sort())
    expect(paths(all)).toEqual(paths(english))
  })
})

describe('the Chinese catalogue', () => {
  it('has the same entries as the English one, section by section', () => {
    const paths = (catalogue: object) => [...textsOf(catalogue)].map(([path]) => path).sort()
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort())
    expect(paths(chinese)).toEqual(paths(english))
    expect(paths(english).length).toBeGreaterThan(200)
  })

  it('has only Chinese texts, with Chinese punctuation', () => {
    for (const [path, text] of textsOf(chinese)) {
      if (SAME.has(path)) continue
      expect(text, path).toMatch(/\p{Script=Han}/u)
      expect(text, path).not.toMatch(/\p{Script=Han}[,;:!?.](?!\p{Script=Han})/u)
    }
  })
})

describe('English', () => {
  it('has a section for each element of the table; a heat map and a phrase have no texts of their own', () => {
    const names = table.map(({ tag }) => tag.replace('attn-', ''))
    expect(names.filter((name) => !(name in english))).toEqual(['heatmap', 'show'])
  })

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

describe('words of the page’s own', () => {
  it('take the place of single entries, at any depth; the others stay', () => {
    const { noText, reading } = english.view
    const { title } = english.stages.scores
    setWords({ view: { noText: 'Nothing here.' }, stages: { scores: { name: 'Skalarprodukt' } } })
    expect([english.view.noText, english.view.reading]).toEqual(['Nothing here.', reading])
    expect(english.stages.scores).toEqual({ name: 'Skalarprodukt', title })
    // A language that the elements do not have is shown in English.
    setWords({ view: { reading: 'Liest …' } }, 'de')
    expect([english.view.noText, english.view.reading]).toEqual(['Nothing here.', 'Liest …'])
    setWords({ view: { noText, reading }, stages: { scores: { name: 'q · k' } } })
    expect(english.view.noText).toBe(noText)
  })
})
