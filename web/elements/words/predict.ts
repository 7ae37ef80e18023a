/** The texts of a prediction. */
import { section } from './language.js'

export const predict = section('predict', {
  commit: 'Show the answer',
  again: 'Try again',
  token: 'Choose a token.',
  order: 'Put the tokens in order: the largest weight first.',
  bar: 'Drag the bar to the weight that you expect.',
  row: 'Draw the weight of each token.',
  earlier: (token: string) => `Move “${token}” one place earlier`,
  later: (token: string) => `Move “${token}” one place later`,
  yours: 'your guess',
  truth: 'the model',
  weightOf: (token: string) => `Weight of “${token}”, in per cent`,
  noNumbers: 'The answer appears when the figure is drawn.',
  right: 'As you expected.',
  top: (token: string, weight: string) => `The largest weight goes to “${token}”: ${weight}.`,
  chosen: (token: string, weight: string) => `“${token}” gets ${weight}.`,
  inOrder: (count: number, all: number) =>
    count === all ? 'Every token is in its place.' : `${count} of ${all} tokens are in their places.`,
  barIs: (truth: string, apart: string) => `The weight is ${truth}. You were ${apart} away.`,
  rowIs: (apart: string) => `You put ${apart} of the attention on the wrong tokens.`
})
