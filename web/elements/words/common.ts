/** What all views say, and those that draw attention. */
import type { Part, PatternSource } from 'attenscope'
import type { HeadRef } from '../base/refs.js'
import type { ScaleKind } from '../base/scale-kind.js'
import type { Stage } from '../sources/stage-source.js'
import { section } from './language.js'

export const view = section('view', {
  reading: 'Reading the text …',
  noText: 'No text yet.',
  noRow: 'No attention yet: the model has not read a token.',
  computing: 'Computing …',
  patternsOnly: 'There are only weights here: this view needs a model, or a trace that was saved with what it shows.'
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
    head < headCount ? `Layer ${layer}, head ${head}` : `Layer ${layer}, mean of the heads`
})

export const parts = section('parts', {
  label: 'Which attention',
  names: { cross: 'Cross', encoder: 'Encoder', decoder: 'Decoder' } satisfies Record<Part, string>,
  titles: {
    cross: 'What each word written looks at in the text that was read',
    encoder: 'What the words of the text that was read look at among themselves',
    decoder: 'What each word written looks back at among those before it'
  } satisfies Record<Part, string>
})

export const legend = section('legend', {
  scale: 'Colour scale',
  scales: { linear: 'linear', log: 'log' } satisfies Record<ScaleKind, string>,
  hidden: 'hidden from the query',
  withoutFirst: 'without the first',
  whyWithoutFirst: 'Leaves the first token out and scales the others up: it often takes nearly all of the attention'
})

export const keep = section('keep', {
  label: 'Keep …',
  svg: 'The picture as vectors, with title and legend',
  png: 'The picture for print, with title and legend',
  csv: 'The numbers as a table',
  json: 'The numbers with their tokens and what is in hand',
  traceName: 'Trace',
  trace: 'A file that these elements open again without an engine: src="…"',
  html: 'Copies a line of HTML that shows this',
  linkName: 'Link',
  link: 'Copies a link that brings back the text and what is in hand',
  saved: (name: string) => `Saved as ${name}.`,
  copied: (text: string) => `Copied: ${text}`,
  nothing: 'There is nothing to keep yet.',
  query: 'query',
  tooLarge: 'These are more weights than a spreadsheet opens. Keep one head of them, or the trace.'
})

export const stages = section('stages', {
  scores: { name: 'q · k', title: 'Scores: each query times each key' },
  scaled: { name: 'scaled', title: 'Scores, divided by the root of the head’s width' },
  squashed: { name: 'squashed', title: 'Scores, kept within bounds' },
  masked: { name: 'masked', title: 'Scores, those of hidden keys put aside' },
  pattern: { name: 'weights', title: 'Weights: the softmax of the scores; each row sums to 100 %' },
  weighted_norms: { name: '‖αv‖', title: 'Weights times the length of what they move: α ‖v W‖' },
  rollout: { name: 'Rollout', title: 'Attention rollout: all layers multiplied, half of each passing straight on' },
  flow: { name: 'Flow', title: 'Attention flow: the most that each token can send through all layers' }
} satisfies Record<Stage, { readonly name: string; readonly title: string }>)
