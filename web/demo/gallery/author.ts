/** The gallery's states of the elements for authors. */
import { madeUpPatterns } from './data.js'
import { gallerySection } from './section.js'
import { STORY } from './texts.js'

/** An element with attributes, and with content that the gallery itself wrote. */
function make(tag: string, attributes: Readonly<Record<string, string>>, ...content: (string | Node)[]): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...content)
  return element
}

const choice = (text: string, data: Readonly<Record<string, string>>) => {
  const element = make('span', { 'data-choice': '' }, text)
  Object.assign(element.dataset, data)
  return element
}

export function authorSections(): readonly HTMLElement[] {
  const place = { layer: '1', head: '2', token: '6' }
  const figure = (id: string, attributes: Readonly<Record<string, string>>) => {
    const heads = Object.assign(document.createElement('attn-heads'), { group: id, trace: madeUpPatterns(STORY) })
    return make('attn-figure', { number: '1', caption: 'The words that each word looks at.', ...attributes }, heads)
  }
  const asked = (id: string) => ({ ...place, group: id })
  return [
    gallerySection('figure', 'A figure, and phrases that set its state', [
      figure('figure', {}),
      make('attn-show', { ...asked('figure'), key: '1' }, 'a word and what it looks at'),
      make('attn-show', { group: 'figure', layer: '0', head: '3' }, 'another head')
    ]),
    gallerySection('figure-fixed', 'A fixed figure without copies', [
      figure('figure-fixed', { state: 'fixed', 'no-copies': '' })
    ]),
    ...(['token', 'order', 'bar', 'row'] as const).map((ask) =>
      gallerySection(`predict-${ask}`, `A prediction: ${ask}`, [
        figure(`predict-${ask}`, { 'no-copies': '' }),
        make('attn-predict', { ...asked(`predict-${ask}`), ask, key: '2', keys: '[1,2,3,4]' })
      ])
    ),
    gallerySection('predict-nothing', 'A prediction without numbers', [make('attn-predict', asked('predict-nothing'))]),
    gallerySection('check', 'Questions', [
      figure('check', { 'no-copies': '' }),
      make(
        'attn-check',
        {},
        'What does a weight say?',
        choice('How much of a value is taken', { right: '', why: 'The output is the sum of the weighted values.' }),
        choice('How likely a word is', { why: 'The bars of the next word say so.' })
      ),
      make(
        'attn-check',
        { ...asked('check'), by: 'top-key' },
        'Which word gets the most?',
        ...[1, 2, 3].map((token) => choice(`word ${token}`, { token: String(token), why: 'It gets {weight}.' }))
      ),
      make('attn-check', { ...asked('check'), by: 'weight', key: '2' }, 'How much goes to word 2?')
    ])
  ]
}
