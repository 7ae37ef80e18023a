/** What the slider back through a written text says. */
import { section } from './language.js'

export const scrubber = section('scrubber', {
  label: 'As it was written',
  title: 'Back and forth through the text: the views show the attention with which each token was chosen',
  at: (count: number, token: string) => (token === '' ? `${count}` : `${count}: ${token}`)
})
