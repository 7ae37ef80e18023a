/** What the view of two runs side by side says. */
import { section } from './language.js'

export const compare = section('compare', {
  difference: (of: string) => `${of}: what changed`,
  texts: ['First text', 'Second text'] as readonly [string, string],
  settings: ['Before', 'After'] as readonly [string, string],
  change: 'What changed',
  nothing: 'Nothing to compare with yet.',
  moved: 'How much each head’s attention moved',
  mapLabel: 'A row a layer, a column a head. Arrow keys move, Enter chooses.',
  share: (head: string, share: string) => `${head}: ${share} of its attention went elsewhere.`,
  most: (head: string, share: string) => `Most of all: ${head}, ${share}.`,
  same: 'Nothing moved.',
  nowhere: 'Both look alike: no head’s attention moved. What was changed acts on what comes after it.'
})
