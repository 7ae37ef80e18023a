/** The texts of the element that translates. */
import { html } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

export const translate = section('translate', {
  label: 'The text to translate',
  placeholder: 'A sentence to translate',
  action: 'Translate',
  beams: 'Beams',
  whatBeams: 'How many translations the search follows at once; 1 takes the likeliest token each time',
  result: 'The translation',
  blank: 'Type a sentence.',
  ready: 'Ready.',
  reading: 'Reading the text …',
  searching: (beams: number, token: number) =>
    `Following ${beams} ${plural(beams, 'translation', 'translations at once')}: token ${token} …`,
  writing: (token: number) => `Writing token ${token} …`,
  endings: { end: 'Written.', cut: 'The text reached the maximum length.', stopped: 'Stopped.' },
  tokens: (count: number) => html`<b>${count}</b> ${plural(count, 'token', 'tokens')}`,
  score: 'score',
  whatScore: 'The mean log probability of the tokens; the nearer to 0, the more certain the model'
})
