/** What the element that translates says. */
import { html } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

export const translate = section('translate', {
  label: 'The text to translate',
  placeholder: 'A sentence to translate',
  action: 'Translate',
  beams: 'Beams',
  whatBeams: 'How many translations are followed at once; 1 takes the likeliest token each time',
  result: 'The translation',
  blank: 'Type a sentence.',
  ready: 'Ready.',
  reading: 'Reading the text …',
  searching: (beams: number, token: number) =>
    `Following ${beams} ${plural(beams, 'translation', 'translations at once')}: token ${token} …`,
  writing: (token: number) => `Writing token ${token} …`,
  endings: { end: 'Written.', cut: 'As long as a text may be; cut off here.', stopped: 'Stopped.' },
  tokens: (count: number) => html`<b>${count}</b> ${plural(count, 'token', 'tokens')}`,
  score: 'score',
  whatScore: 'The mean log probability of its tokens; the nearer to 0, the surer the model'
})
