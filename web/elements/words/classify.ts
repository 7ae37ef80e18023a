/** The texts of the element that classifies a text. */
import { html } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

export const classify = section('classify', {
  label: 'The text to classify',
  placeholder: 'A sentence or two',
  action: 'Classify',
  blank: 'Type a sentence.',
  ready: 'Ready.',
  reading: 'Reading …',
  done: (label: string, score: string) => `${label}, ${score}.`,
  stopped: 'Stopped.',
  /** What a model calls its labels, in small letters; other labels are shown unchanged. */
  known: { negative: 'Negative', neutral: 'Neutral', positive: 'Positive' } as Readonly<Record<string, string>>,
  labels: 'The model’s labels for the text',
  ranked: 'The words with the most attention',
  tokens: (count: number) => html`<b>${count}</b> ${plural(count, 'token', 'tokens')}`
})
