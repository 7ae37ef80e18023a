/** What the elements say, in one place for each: a message catalogue can take the place of this module. */
import type { ModelKind, Part, PatternSource } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import type { HeadRef, ScaleKind } from './selection.js'
import type { Stage } from './stage-source.js'
import { controlWords } from './control-words.js'
import { viewWords } from './view-words.js'

/** A word of the page's text, already set, or several. */
type Set = TemplateResult | readonly TemplateResult[]

const KINDS: Readonly<Record<ModelKind, string>> = {
  decoder: 'one that goes on with a text',
  'encoder-decoder': 'one that writes a text from another',
  classifier: 'one that judges a text',
  encoder: 'one that reads a text'
}

/** Only a decoder looks back. */
const looks = (part: Part) => (part === 'decoder' ? 'looks back at' : 'looks at')

export const words = {
  ...controlWords,
  ...viewWords,
  controls: {
    stop: 'Stop',
    settings: 'Settings',
    examples: 'Examples',
    tryOne: 'Try',
    noTokenizer: 'the model has no tokenizer.json',
    wrongKind: (kind: ModelKind, wanted: readonly ModelKind[]) => ({
      what: `The model is ${KINDS[kind]}.`,
      meaning: `What is needed here is ${wanted.map((each) => KINDS[each]).join(' or ')}.`,
      remedy: 'Choose another model.'
    })
  },
  translate: {
    label: 'The text to translate',
    placeholder: 'A sentence to translate',
    action: 'Translate',
    beams: 'Beams',
    whatBeams: 'How many translations are followed at once; 1 takes the likeliest token each time',
    result: 'The translation',
    blank: 'Type a sentence.',
    ready: 'Ready.',
    reading: 'Reading the text …',
    searching: (beams: number, token: number) => `Following ${beams} translations at once: token ${token} …`,
    writing: (token: number) => `Writing token ${token} …`,
    endings: { end: 'Written.', cut: 'As long as a text may be; cut off here.', stopped: 'Stopped.' },
    tokens: 'tokens',
    score: 'score',
    whatScore: 'The mean log probability of its tokens; the nearer to 0, the surer the model'
  },
  classify: {
    label: 'The text to judge',
    placeholder: 'A sentence or two',
    action: 'Read',
    blank: 'Type a sentence.',
    ready: 'Ready.',
    reading: 'Reading …',
    done: (label: string, score: string) => `${label}, ${score}.`,
    stopped: 'Stopped.',
    labels: 'How the model judges the text',
    ranked: 'The words it hung on',
    tokens: 'tokens'
  },
  parts: {
    label: 'Which attention',
    names: { cross: 'Cross', encoder: 'Encoder', decoder: 'Decoder' } satisfies Record<Part, string>,
    titles: {
      cross: 'What each word written looks at in the text that was read',
      encoder: 'What the words of the text that was read look at among themselves',
      decoder: 'What each word written looks back at among those before it'
    } satisfies Record<Part, string>
  },
  headName: ({ layer, head }: HeadRef, { headCount }: Pick<PatternSource, 'headCount'>) =>
    head < headCount ? `Layer ${layer}, head ${head}` : `Layer ${layer}, mean of the heads`,
  legend: {
    scale: 'Colour scale',
    scales: { linear: 'linear', log: 'log' } satisfies Record<ScaleKind, string>,
    hidden: 'hidden from the query',
    withoutFirst: 'without the first',
    whyWithoutFirst: 'Leaves the first token out and scales the others up: it often takes nearly all of the attention'
  },
  stages: {
    scores: { name: 'q · k', title: 'Scores: each query times each key' },
    scaled: { name: 'scaled', title: 'Scores, divided by the root of the head’s width' },
    squashed: { name: 'squashed', title: 'Scores, kept within bounds' },
    masked: { name: 'masked', title: 'Scores, those of hidden keys put aside' },
    pattern: { name: 'weights', title: 'Weights: the softmax of the scores; each row sums to 100 %' },
    weighted_norms: { name: '‖αv‖', title: 'Weights times the length of what they move: α ‖v W‖' },
    rollout: { name: 'Rollout', title: 'Attention rollout: all layers multiplied, half of each passing straight on' },
    flow: { name: 'Flow', title: 'Attention flow: the most that each token can send through all layers' }
  } satisfies Record<Stage, { readonly name: string; readonly title: string }>,
  view: {
    reading: 'Reading the text …',
    noText: 'No text yet.',
    noRow: 'No attention yet: the model has not read a token.',
    computing: 'Computing …',
    patternsOnly: 'There are only weights here: this view needs a model, or a trace that was saved with what it shows.'
  },
  heads: {
    label: 'The text, token by token. Arrow keys move, Enter holds a token, Escape lets go.',
    labelOfTwo:
      'Two texts, token by token. Left and right move within one, up and down between them, Enter holds, Escape lets go.',
    widths: 'A line’s width is its weight',
    tints: 'A word’s tint is its weight',
    read: 'The text that was read',
    written: 'The text that is written',
    idle: (part: Part) => `Point at a word to see what it ${looks(part)}; click to hold it.`,
    unread: (token: Set) => html`${token} has just been written; the model has not read it yet.`,
    /** Which head, where there are several. */
    within: (head: string) => `In ${head.charAt(0).toLowerCase()}${head.slice(1)}, `,
    looks: (token: Set, keys: Set, part: Part) => html`${token} ${looks(part)} ${keys}.`,
    lookedAt: (token: Set, queries: Set) => html`${token} is looked at by ${queries}.`,
    cannotSee: (token: Set) => html`${token} cannot see what comes after it.`,
    compares: (token: Set, key: Set, weight: string, name: string, part: Part) =>
      html`${token} ${looks(part)} ${key} with <b>${weight}</b> of its attention: ${name}`,
    pooled: (keys: Set) => html`The verdict hangs most on ${keys}. Point at a word for its share; click to hold it.`,
    carries: (token: Set, weight: string, name: string) =>
      html`${token} carries <b>${weight}</b> of the attention: ${name}`
  },
  grid: {
    label: 'Attention of every head: a row a layer, a column a head',
    mean: 'mean'
  },
  matrix: {
    stage: 'What is shown',
    zoom: 'Zoom',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fit: 'Fit',
    role: 'attention matrix',
    label: (of: string) => `Attention weights of ${of}. Arrow keys move between weights, Enter locks, Escape lets go.`,
    mean: 'mean',
    unequal: 'only in one of the two',
    keys: 'key →',
    queries: 'query ↓',
    learnedQuery: 'learnt',
    hidden: 'hidden',
    whyHidden: 'A token looks only at itself and at what stands before it.',
    weight: (query: string, key: string, weight: string) => `${query} to ${key}: ${weight}`
  }
} as const
