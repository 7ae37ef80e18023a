/** The texts of the tour through a page; a stop's text is HTML. */
import { byHand } from '../by-hand.js'

export const tour = {
  begin: 'Tour',
  next: 'Next',
  previous: 'Back',
  done: 'Close',
  leave: 'Close the tour',
  progress: '{{current}} of {{total}}',
  stops: {
    text: {
      title: 'The text',
      text: 'Type any text. The model runs in this page; the page sends your text to nobody.'
    },
    words: {
      title: 'Attention between words',
      text: `A line leads from a word to a word that it looks at. A wider line means a larger weight. ${byHand('Point at a word to see its lines; click to lock them.', 'Tap a word to see its lines.')}`
    },
    heads: {
      title: 'All heads',
      text: `Each square is one attention head. Some heads look at the word before, some at names, some at the start of the text. ${byHand('Click', 'Tap')} a square to show that head.`
    },
    matrix: {
      title: 'One head in numbers',
      text: 'A row is a query, a column is a key. The buttons above the matrix show the steps from q · k to the attention weights.'
    },
    closer: {
      title: 'More detail',
      text: 'The views below show the numbers of this run: each step, each vector element, each layer.'
    },
    settings: {
      title: 'Settings',
      text: 'Choose the theme, the colour scale and the weight format here. The other pages show other models.'
    }
  }
}
