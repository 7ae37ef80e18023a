/** The gallery: each element in each of its states, for contributors and for screenshots. */
import { selectionFor, type TokenRef } from 'attenscope/elements'
import type { PatternSource } from 'attenscope'
import { elementLinks, elementNames, readAsked, sectionsAsked } from './gallery/asked.js'
import { authorSections } from './gallery/author.js'
import { changeSections } from './gallery/change.js'
import { controlSections } from './gallery/controls.js'
import { madeUpCross, madeUpPatterns, madeUpPooling } from './gallery/data.js'
import { numberSections } from './gallery/numbers.js'
import { gallerySection } from './gallery/section.js'
import { ARABIC, CHINESE, ENGLISH, OWN_MODEL, REVIEW, STORY, WHOLE } from './gallery/texts.js'

const asked = readAsked(location.search)
document.documentElement.lang = asked.lang

const TAGS = ['attn-heads', 'attn-matrix', 'attn-grid'] as const
interface ViewState {
  readonly id: string
  readonly title: string
  readonly source?: PatternSource
  readonly locked?: TokenRef
  readonly model?: string
  /** True to draw the path of the strongest weights. */
  readonly path?: boolean
}

const STATES: readonly ViewState[] = [
  { id: 'story', title: 'A short story', source: madeUpPatterns(STORY) },
  { id: 'held', title: 'A token is held', source: madeUpPatterns(STORY), locked: { query: 12 } },
  { id: 'few', title: 'A few tokens', source: madeUpPatterns('The dog saw the ball.') },
  { id: 'chinese', title: 'Chinese, and an emoji', source: madeUpPatterns(CHINESE, { pieces: WHOLE }) },
  { id: 'arabic', title: 'From right to left', source: madeUpPatterns(ARABIC) },
  { id: 'one', title: 'One token', source: madeUpPatterns('') },
  { id: 'long', title: 'A long text', source: madeUpPatterns(`${STORY} `.repeat(10)) },
  { id: 'encoder', title: 'An encoder: both ways', source: madeUpPatterns(STORY, { part: 'encoder' }) },
  { id: 'cross', title: 'From one text to another', source: madeUpCross(ENGLISH, CHINESE) },
  {
    id: 'cross-held',
    title: 'A word that is written, held',
    source: madeUpCross(ENGLISH, '从前有一只小狗'),
    locked: { query: 5 }
  },
  {
    id: 'cross-key',
    title: 'A word that is read, held',
    source: madeUpCross(ENGLISH, '从前有一只小狗'),
    locked: { key: 5 }
  },
  {
    id: 'cross-arabic',
    title: 'From a text that runs the other way',
    source: madeUpCross(ARABIC, 'There was a little dog called Spot.'),
    locked: { query: 4 }
  },
  { id: 'cross-long', title: 'Two long texts', source: madeUpCross(STORY, CHINESE.repeat(4)) },
  { id: 'cross-one', title: 'Next to nothing', source: madeUpCross('', '') },
  {
    id: 'path',
    title: 'The path of a date',
    source: madeUpCross('3 March 2026', '2026-03-03', { layers: 1, heads: 1, pieces: /./gu }),
    path: true
  },
  {
    id: 'path-chinese',
    title: 'The path of a Chinese date',
    source: madeUpCross('二〇二六年三月三日', '2026-03-03', { layers: 1, heads: 1, pieces: /./gu }),
    locked: { query: 2 },
    path: true
  },
  { id: 'pooled', title: 'A learnt query', source: madeUpPooling(REVIEW) },
  { id: 'pooled-held', title: 'A word of it held', source: madeUpPooling(REVIEW), locked: { key: 4 } },
  { id: 'own', title: 'Each with a model and a text of its own', model: OWN_MODEL },
  { id: 'empty', title: 'Nothing yet' },
  { id: 'missing', title: 'A model that is not there', model: './no-such-model/' }
]

function viewSection({ id, title, source, locked, model, path = false }: ViewState): HTMLElement {
  const views = TAGS.map((tag) => {
    const element = Object.assign(document.createElement(tag), { group: id })
    if (model !== undefined) Object.assign(element, { model, text: STORY })
    if (source) element.trace = source
    if (path) element.toggleAttribute('path', tag === 'attn-matrix')
    return element
  })
  if (locked !== undefined) selectionFor(id).lock(locked)
  return gallerySection(id, title, views)
}

const sections = [
  ...controlSections(OWN_MODEL),
  ...STATES.map(viewSection),
  ...numberSections(),
  ...changeSections(OWN_MODEL),
  ...authorSections()
]
const main = document.querySelector('main')
main?.append(elementLinks(asked), ...sectionsAsked(sections, asked))
if (asked.element !== undefined && !elementNames.includes(asked.element))
  main?.append(`There is no element named ${asked.element}.`)
// The browser looked for the section of the address before the sections were there.
document.getElementById(location.hash.slice(1))?.scrollIntoView()
