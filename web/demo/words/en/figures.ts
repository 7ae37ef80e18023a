/** The texts below and beside the views of a run. */
import { byHand } from '../by-hand.js'

const choose = byHand('Point at a square to preview the head; click to choose it.', 'Tap a square to choose the head.')

export const figures = {
  allHeads: 'All heads',
  oneHead: 'One head',
  next: 'The next word',
  grid: (heads: string) => `A row is a [[layer]], a column is a [[head]]. ${heads}`,
  story: {
    text: 'The text',
    heads: `Each small square is the matrix of one head. ${choose}`,
    row: 'A row is a word that looks back (the [[query]]); a column is a word that it looks at (the [[key]]). After the [[softmax]] the cells are [[weight|weights]].'
  },
  translation: {
    text: 'Both texts',
    heads:
      '[[cross|Cross]]: from Chinese to English. [[encoder|Encoder]]: within the English text. [[decoder|Decoder]]: within the Chinese text.',
    row: 'A row is a word that looks (the [[query]]); a column is a word that it looks at (the [[key]]). After the [[softmax]] the cells are [[weight|weights]].'
  },
  own: {
    text: 'The text',
    heads: choose,
    row: 'A row is a word that looks (the [[query]]); a column is a word that it looks at (the [[key]]). After the [[softmax]] the cells are [[weight|weights]].'
  }
}

export const closer = {
  heading: 'More detail',
  'attn-steps': 'The [[attention]] of one word, step by step',
  'attn-neurons': 'The score, element by element',
  'attn-lens': 'The prediction after each [[layer]], and its [[logit|logits]]',
  'attn-cache': 'The stored [[key|keys]] and [[value|values]]: the [[cache]]',
  'attn-plane': '[[query|Queries]] and [[key|keys]]',
  'attn-summary': 'Every [[head]] in numbers',
  position: 'How models encode the [[position]]'
}
