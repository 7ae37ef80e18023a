/** The gallery: each element in each state, for eyes and for screenshots. */
import { selectionFor } from 'attenscope/elements'
import type { PatternSource } from 'attenscope'
import { madeUpPatterns } from './gallery-data.js'

const STORY =
  'Once upon a time there was a little dog named Spot. He liked to run in the garden. One day he saw a red ball ' +
  'and said, "I want to play!"\nSpot ran and ran until the sun went down.'
const CHINESE = '从前有一只小狗，它叫小白。👩‍👩‍👧 它喜欢在花园里跑。'
const OWN_MODEL = './models/stories/'
const TAGS = ['attn-heads', 'attn-matrix', 'attn-grid'] as const

const STATES: readonly { id: string; title: string; source?: PatternSource; locked?: number; model?: string }[] = [
  { id: 'story', title: 'A short story', source: madeUpPatterns(STORY) },
  { id: 'held', title: 'A token is held', source: madeUpPatterns(STORY), locked: 12 },
  { id: 'few', title: 'A few tokens', source: madeUpPatterns('The dog saw the ball.') },
  {
    id: 'chinese',
    title: 'Chinese, and an emoji',
    source: madeUpPatterns(CHINESE, { pieces: /\p{ExtPict}(\u200d\p{ExtPict})*|\p{sc=Han}{1,2}|\s*[^\p{sc=Han}]/gu })
  },
  { id: 'one', title: 'One token', source: madeUpPatterns('') },
  { id: 'long', title: 'A long text', source: madeUpPatterns(`${STORY} `.repeat(10)) },
  { id: 'own', title: 'Each with a model and a text of its own', model: OWN_MODEL },
  { id: 'empty', title: 'Nothing yet' },
  { id: 'missing', title: 'A model that is not there', model: './no-such-model/' }
]

function section({ id, title, source, locked, model }: (typeof STATES)[number]): HTMLElement {
  const node = document.createElement('section')
  node.id = id
  node.append(Object.assign(document.createElement('h2'), { textContent: title }))
  for (const tag of TAGS) {
    const element = document.createElement(tag)
    element.group = id
    if (model !== undefined) Object.assign(element, { model, text: STORY })
    if (source) element.trace = source
    node.append(element)
  }
  if (locked !== undefined) selectionFor(id).lock({ query: locked })
  return node
}

/** A model with its controls and its own text, nothing beside it. */
function generateSection(): HTMLElement {
  const node = document.createElement('section')
  node.id = 'generate'
  node.append(Object.assign(document.createElement('h2'), { textContent: 'A model with its controls' }))
  const element = Object.assign(document.createElement('attn-generate'), {
    model: OWN_MODEL,
    text: 'One day',
    maxTokens: 40
  })
  node.append(element)
  return node
}

document.querySelector('main')?.append(generateSection(), ...STATES.map(section))
