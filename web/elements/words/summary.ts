/** What the table of all heads says. */
import { section } from './language.js'

export const summary = section('summary', {
  label: 'Every head in numbers; the buttons sort',
  title: 'Every head in numbers',
  columns: {
    head: { name: 'layer.head', title: 'Layer by layer' },
    entropy: { name: 'entropy', title: 'How spread its attention is, in bits' },
    distance: { name: 'distance', title: 'How many tokens away it looks, on average' },
    previousToken: { name: 'previous', title: 'Its weight on the token before' },
    firstToken: { name: 'first', title: 'Its weight on the first token' },
    duplicateToken: { name: 'duplicate', title: 'Its weight on the same token earlier, where there is one' },
    induction: { name: 'induction', title: 'Its weight on what followed the same token earlier' }
  }
})
