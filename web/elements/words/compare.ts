/** The texts of the view of two runs side by side. */
import { section } from './language.js'

export const compare = section('compare', {
  difference: (of: string) => `${of}: difference`,
  texts: ['First text', 'Second text'] as readonly [string, string],
  settings: ['Before', 'After'] as readonly [string, string],
  change: 'Difference',
  nothing: 'There is no second run to compare yet.',
  moved: 'How much each head’s attention changed',
  mapLabel: 'A row is a layer, a column is a head. Arrow keys move, Enter chooses.',
  share: (head: string, share: string) => `${head}: ${share} of its attention moved to other tokens.`,
  most: (head: string, share: string) => `Largest change: ${head}, ${share}.`,
  same: 'Nothing changed.',
  apart: 'No query and key are in both texts, so there is nothing to compare.',
  nowhere: 'Both runs look the same: no head’s attention changed. The edit acts after the attention.'
})
