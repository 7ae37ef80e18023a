/** The texts of the table of all heads. */
import { section } from './language.js'

export const summary = section('summary', {
  label: 'Every head in numbers; the buttons sort the rows',
  title: 'Every head in numbers',
  bars: (bits: string, tokens: string) =>
    `A full bar is ${bits} bits of entropy, a distance of ${tokens} tokens, or a share of 100\u202f%.`,
  columns: {
    head: { name: 'layer.head', title: 'Layer by layer' },
    entropy: { name: 'entropy', title: 'How widely the head spreads its attention, in bits' },
    distance: { name: 'distance', title: 'The average distance of the tokens that it looks at' },
    previousToken: { name: 'previous', title: 'Its weight on the token before' },
    firstToken: { name: 'first', title: 'Its weight on the first token' },
    duplicateToken: { name: 'duplicate', title: 'Its weight on an earlier copy of the same token, where there is one' },
    induction: { name: 'induction', title: 'Its weight on the token after an earlier copy of the same token' }
  }
})
