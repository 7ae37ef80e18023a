/** The texts of the view of the next word. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'

export const next = section('next', {
  label: 'The likeliest next words with their probabilities',
  after: (word: TemplateResult) => html`The next word after ${word}`,
  word: 'word',
  probability: 'probability',
  written: 'Bold: the word that was drawn.',
  notYet: 'No word is drawn yet.',
  noNext: 'This view needs a model that continues a text.'
})
