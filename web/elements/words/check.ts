/** The texts of a question. */
import { section } from './language.js'

export const check = section('check', {
  answer: 'Check',
  percent: 'Your answer in per cent',
  right: 'Right.',
  wrong: 'Not quite.',
  noNumbers: 'The figure has no numbers yet. Answer again when it is drawn.',
  weight: (weight: string) => `The weight is ${weight}.`,
  topKey: (token: string, weight: string) => `The largest weight goes to “${token}”: ${weight}.`
})
