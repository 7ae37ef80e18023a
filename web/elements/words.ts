/** What the elements say, in one place for each: a message catalogue can take the place of this module. */
import type { ModelKind, Part } from 'attenscope'
import { html, type TemplateResult } from 'lit'

/** A word of the page's text, already set, or several. */
type Set = TemplateResult | readonly TemplateResult[]

const KINDS: Readonly<Record<ModelKind, string>> = {
  decoder: 'one that goes on with a text',
  'encoder-decoder': 'one that writes a text from another',
  classifier: 'one that judges a text'
}

/** Only a decoder looks back. */
const looks = (part: Part) => (part === 'decoder' ? 'looks back at' : 'looks at')

export const words = {
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
  heads: {
    label: 'The text, token by token. Arrow keys move, Enter holds a token, Escape lets go.',
    labelOfTwo:
      'Two texts, token by token. Left and right move within one, up and down between them, Enter holds, Escape lets go.',
    widths: 'A line’s width is its weight',
    tints: 'A word’s tint is its weight',
    read: 'The text that was read',
    written: 'The text that is written',
    /** Which head, where there are several. */
    head: (layer: number, head: number) => `Layer ${layer}, head ${head}.`,
    idle: (part: Part) => `Point at a word to see what it ${looks(part)}; click to hold it.`,
    unread: (token: Set) => html`${token} has just been written; the model has not read it yet.`,
    within: (layer: number, head: number) => `In layer ${layer}, head ${head}, `,
    looks: (token: Set, keys: Set, part: Part) => html`${token} ${looks(part)} ${keys}.`,
    lookedAt: (token: Set, queries: Set) => html`${token} is looked at by ${queries}.`,
    cannotSee: (token: Set) => html`${token} cannot see what comes after it.`,
    compares: (token: Set, key: Set, weight: string, name: string, part: Part) =>
      html`${token} ${looks(part)} ${key} with <b>${weight}</b> of its attention: ${name}`,
    pooled: (keys: Set) => html`The verdict hangs most on ${keys}. Point at a word for its share; click to hold it.`,
    carries: (token: Set, weight: string, name: string) =>
      html`${token} carries <b>${weight}</b> of the attention: ${name}`
  },
  matrix: {
    keys: 'key →',
    queries: 'query ↓',
    learnedQuery: 'learnt',
    hidden: 'hidden',
    whyHidden: 'A token looks only at itself and at what stands before it.',
    weight: (query: string, key: string, weight: string) => `${query} to ${key}: ${weight}`
  }
} as const
