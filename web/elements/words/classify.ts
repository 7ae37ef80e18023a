/** The texts of the element that classifies a text. */
import { html } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

/** The usual labels, in small letters; other labels are shown unchanged. */
const known: Readonly<Record<string, string>> = { negative: 'Negative', neutral: 'Neutral', positive: 'Positive' }

export const classify = section('classify', {
  label: 'The text to classify',
  placeholder: 'A sentence or two',
  action: 'Classify',
  blank: 'Type a sentence.',
  ready: 'Ready.',
  reading: 'Reading …',
  done: (label: string, score: string) => `${label}, ${score}.`,
  unsure: (label: string, score: string) => `Unsure: ${label}, ${score}.`,
  stopped: 'Stopped.',
  known,
  labels: 'The model’s labels for the text',
  ranked: 'The words with the most attention',
  tokens: (count: number) => html`<b>${count}</b> ${plural(count, 'token', 'tokens')}`
})
