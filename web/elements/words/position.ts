/** What the view of positional encodings says. */
import { section } from './language.js'

export const position = section('position', {
  label: 'How positions are encoded',
  kinds: {
    sinusoidal: {
      name: 'sinusoidal',
      title: 'Sines and cosines, each pair slower than the one before, are added to a token’s vector.'
    },
    'powers-of-two': {
      name: 'powers of two',
      title: 'Waves whose lengths are powers of two, like the digits of a number.'
    },
    rotary: {
      name: 'rotary',
      title: 'Queries and keys are turned, pair by pair, by an angle that grows with the position.'
    },
    alibi: { name: 'ALiBi', title: 'Nothing is added to vectors; a score falls with the distance.' },
    learned: { name: 'learned', title: 'A vector for each position, learnt with the rest.' }
  },
  encodings: 'Encodings: a row a position',
  similarities: 'Similarity: how alike two positions are',
  biases: 'Bias: what a distance adds to a score',
  curves: 'Components as curves',
  component: (at: number) => `component ${at}`,
  similarityOf: (position: number) => `Position ${position}, compared with all`,
  biasOf: (position: number) => `Position ${position}: what is added to its scores`,
  atDistance: (value: string) => `one before: ${value}`,
  range: (least: string, most: string) => `from ${least} to ${most}`
})
