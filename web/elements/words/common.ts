/** The texts that all views share, and those of views that draw attention. */
import type { HeadName, Part, PatternSource } from 'attenscope'
import type { HeadRef } from '../base/refs.js'
import type { ScaleKind } from '../base/scale-kind.js'
import type { Stage } from '../sources/stage-source.js'
import { section } from './language.js'

export const view = section('view', {
  reading: 'Reading the text …',
  noText: 'No text yet.',
  noRow: 'No attention yet: the model has not read a token.',
  computing: 'Computing …',
  patternsOnly:
    'This trace has attention weights only. The view needs a model, or a trace that was saved with more tensors.'
})

export const load = section('load', {
  label: 'Loading the model',
  progress: (file: string, loaded: string, total: string | undefined) =>
    `Loading the model: ${file}, ${loaded}${total === undefined ? '' : ` of ${total}`}`,
  begun: 'Loading the model …',
  cancel: 'Cancel',
  cancelled: 'Loading was cancelled. Nothing is running.',
  load: 'Load the model',
  again: 'Try again'
})

export const tokens = section('tokens', {
  start: 'start',
  end: 'end',
  special: (name: string) => `${name} token`,
  lineBreak: 'line break',
  space: 'space',
  part: (text: string, part: number) => `${text}, part ${part}`
})

export const names = section('names', {
  head: ({ layer, head }: HeadRef, { headCount }: Pick<PatternSource, 'headCount'>) =>
    head < headCount ? `Layer ${layer}, head ${head}` : `Layer ${layer}, mean of the heads`,
  /** The names that heads earn by their patterns. */
  earned: {
    'previous-token': 'previous word',
    'first-token': 'first token',
    'own-token': 'own word',
    induction: 'induction',
    'duplicate-token': 'same word again'
  } satisfies Record<HeadName, string>,
  titled: (head: string, name: string) => `${head} (${name})`,
  /** What the name of a head means, for a reader who points at it. */
  explained: {
    'previous-token': (share: string) => `${share} of its weight goes to the word before, on average`,
    'first-token': (share: string) => `${share} of its weight goes to the first token, on average`,
    'own-token': (share: string) => `${share} of its weight goes to the word itself, on average`,
    induction: (share: string) =>
      `where a word came before, ${share} of its weight goes to the word that followed it then`,
    'duplicate-token': (share: string) => `where a word came before, ${share} of its weight goes to that earlier copy`
  } satisfies Record<HeadName, (share: string) => string>
})

export const parts = section('parts', {
  label: 'Which attention',
  names: { cross: 'Cross', encoder: 'Encoder', decoder: 'Decoder' } satisfies Record<Part, string>,
  titles: {
    cross: 'Attention from each written word to the source text',
    encoder: 'Attention within the source text',
    decoder: 'Attention from each word to the words before it'
  } satisfies Record<Part, string>
})

export const legend = section('legend', {
  scale: 'Colour scale',
  scales: { linear: 'linear', log: 'log' } satisfies Record<ScaleKind, string>,
  hidden: 'hidden from the query',
  or: ', or ',
  withoutFirst: 'without the first',
  whyWithoutFirst:
    'Leaves out the first token, which often takes nearly all of the attention, and scales up the other weights'
})

export const keep = section('keep', {
  label: 'Save …',
  svg: 'A vector picture with title and legend',
  png: 'A picture as it looks here at twice the size, with title and legend',
  csv: 'The numbers as a table',
  json: 'The numbers, the tokens and the current selection',
  traceName: 'Trace',
  trace: 'A file that these elements open without an engine: src="…"',
  html: 'Copies a line of HTML that shows this view',
  linkName: 'Link',
  link: 'Copies a link that restores the text and the current selection',
  saved: (name: string) => `Saved as ${name}.`,
  copied: (text: string) => `Copied: ${text}`,
  nothing: 'There is nothing to save yet.',
  query: 'query',
  tooLarge: 'A spreadsheet cannot open so many weights. Save one head, or save the trace.'
})

export const stages = section('stages', {
  scores: { name: 'q · k', title: 'Scores: each query times each key' },
  scaled: { name: 'scaled', title: 'Scores divided by the square root of the head width' },
  squashed: { name: 'squashed', title: 'Scores after a function that limits them' },
  masked: { name: 'masked', title: 'Scores after masking: hidden keys have no score' },
  pattern: { name: 'weights', title: 'Weights: how much of its attention each query gives to each key' },
  weighted_norms: { name: '‖αv‖', title: 'Weights times the length of the projected values: α ‖v W‖' },
  rollout: {
    name: 'Rollout',
    title: 'Attention rollout: the product of all layers, where half of each layer is the residual stream'
  },
  flow: { name: 'Flow', title: 'Attention flow: the largest flow from each token through all layers' }
} satisfies Record<Stage, { readonly name: string; readonly title: string }>)
