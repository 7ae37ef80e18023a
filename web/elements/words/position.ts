/** The texts of the view of positional encodings. */
import { section } from './language.js'

export const position = section('position', {
  label: 'How positions are encoded',
  kinds: {
    sinusoidal: {
      name: 'sinusoidal',
      title: 'The model adds sines and cosines to a token’s vector; each pair is slower than the pair before.'
    },
    'powers-of-two': {
      name: 'powers of two',
      title: 'The wave lengths are powers of two, like the digits of a binary number.'
    },
    rotary: {
      name: 'rotary',
      title: 'The model rotates queries and keys, pair by pair, by an angle that grows with the position.'
    },
    alibi: { name: 'ALiBi', title: 'The vectors stay unchanged; a score falls with the distance.' },
    learned: { name: 'learned', title: 'The model learns one vector for each position.' }
  },
  encodings: 'Encodings: a row is a position',
  similarities: 'Similarity of two positions',
  biases: 'Bias that a distance adds to a score',
  curves: 'Components as curves',
  component: (at: number) => `component ${at}`,
  similarityOf: (position: number) => `Position ${position} compared with all positions`,
  biasOf: (position: number) => `Position ${position}: the bias of its scores`,
  atDistance: (value: string) => `one before: ${value}`,
  range: (least: string, most: string) => `from ${least} to ${most}`
})
