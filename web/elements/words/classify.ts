/** What the element that judges a text says. */
import { section } from './language.js'

export const classify = section('classify', {
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
})
