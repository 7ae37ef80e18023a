/** The texts of the slider through a written text. */
import { section } from './language.js'

export const scrubber = section('scrubber', {
  label: 'Writing steps',
  title: 'Moves through the text as it was written; the views show the attention that chose each token',
  at: (count: number, token: string) => (token === '' ? `${count}` : `${count}: ${token}`)
})
