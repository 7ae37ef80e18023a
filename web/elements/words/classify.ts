/** What the element that judges a text says. */
import { html } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

export const classify = section('classify', {
  label: 'The text to judge',
  placeholder: 'A sentence or two',
  action: 'Read',
  blank: 'Type a sentence.',
  ready: 'Ready.',
  reading: 'Reading …',
  done: (label: string, score: string) => `${label}, ${score}.`,
  stopped: 'Stopped.',
  /** What a model calls its labels, in small letters; those that are not here are told as they are. */
  known: { negative: 'Negative', neutral: 'Neutral', positive: 'Positive' } as Readonly<Record<string, string>>,
  labels: 'How the model judges the text',
  ranked: 'The words it hung on',
  tokens: (count: number) => html`<b>${count}</b> ${plural(count, 'token', 'tokens')}`
})
