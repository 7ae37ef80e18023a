/** The states of the elements with a model and its controls. */
import type { Model } from 'attenscope'
import { madeUpClassifier, madeUpTranslator } from './models.js'
import { gallerySection } from './section.js'

const KNOWN = {
  'The cat sat down because it was tired.': '猫坐下了，因为它累了。',
  'Hi!': '嗨！',
  '3 March 2026': '2026-03-03',
  'كان هناك كلب صغير': '有一只小狗。'
}
const REVIEW = 'The plot is thin, but the actors are so charming that you forgive it everything.'
const LONG = `${Object.keys(KNOWN)[0]} `.repeat(12).trim()

/** A load that never ends, which shows the state of an element while it loads. */
const endless = new Promise<Model>(() => {})

interface ControlState {
  readonly id: string
  readonly title: string
  readonly translator: Model | Promise<Model> | string
  readonly classifier: Model | Promise<Model> | string
  readonly text: string
  readonly review: string
}

const translator = madeUpTranslator(KNOWN)
const classifier = madeUpClassifier()
const usual = { translator, classifier, text: Object.keys(KNOWN)[0] ?? '', review: REVIEW }

const STATES: readonly ControlState[] = [
  { ...usual, id: 'control', title: 'A text from a text, and a judgement' },
  { ...usual, id: 'control-empty', title: 'No text yet', text: '', review: '' },
  { ...usual, id: 'control-one', title: 'Next to nothing', text: 'Hi!', review: 'No' },
  { ...usual, id: 'control-long', title: 'Long texts', text: LONG, review: `${REVIEW} `.repeat(6) },
  { ...usual, id: 'control-chinese', title: 'Chinese', text: '我很喜欢这部电影👩‍👩‍👧。', review: '我很喜欢这部电影👩‍👩‍👧。' },
  {
    ...usual,
    id: 'control-arabic',
    title: 'From right to left',
    text: 'كان هناك كلب صغير',
    review: 'كان هناك كلب صغير'
  },
  {
    ...usual,
    id: 'control-labels',
    title: 'A date; many labels',
    text: '3 March 2026',
    classifier: madeUpClassifier({ labels: ['anger', 'joy', 'sadness', 'surprise', 'LABEL_4'] })
  },
  {
    ...usual,
    id: 'control-busy',
    title: 'At work',
    translator: madeUpTranslator(KNOWN, { delayMs: Infinity }),
    classifier: madeUpClassifier({ delayMs: Infinity })
  },
  { ...usual, id: 'control-loading', title: 'Loading', translator: endless, classifier: endless },
  {
    ...usual,
    id: 'control-missing',
    title: 'Models that are not there',
    translator: './no-such-model/',
    classifier: './no-such-model/'
  },
  { ...usual, id: 'control-kind', title: 'Models of another kind', translator: classifier, classifier: translator }
]

function controlSection({ id, title, translator, classifier, text, review }: ControlState): HTMLElement {
  const shared = { autostart: true }
  return gallerySection(id, title, [
    Object.assign(document.createElement('attn-translate'), {
      ...{ model: translator, text, pace: 0, group: `${id}-translate`, examples: Object.keys(KNOWN).slice(0, 2) },
      ...shared
    }),
    Object.assign(document.createElement('attn-classify'), {
      ...{ model: classifier, text: review, group: `${id}-classify`, examples: ['A warm and funny film.'] },
      ...shared
    })
  ])
}

export function controlSections(storiesModel: string): HTMLElement[] {
  const writer = { model: storiesModel, text: 'One day', maxTokens: 40 }
  const generate = Object.assign(document.createElement('attn-generate'), writer)
  return [
    gallerySection('generate', 'A model with its controls, and its own text', [generate]),
    ...STATES.map(controlSection)
  ]
}
