/** Compares what a reader predicted of a row of weights with the weights. */

/** The index of the largest weight. */
export function topOf(weights: readonly number[]): number {
  return weights.indexOf(Math.max(...weights))
}

/** How many of the tokens stand where their weights put them, the largest first. Tokens of equal weight may change places. */
export function inPlace(order: readonly number[], weights: readonly number[]): number {
  const sorted = order.map((key) => weights[key] ?? NaN).sort((a, b) => b - a)
  return order.filter((key, place) => weights[key] === sorted[place]).length
}

/** The guess as shares of its sum; equal shares if all are 0. */
export function shares(guess: readonly number[]): readonly number[] {
  const sum = guess.reduce((total, each) => total + each, 0)
  return guess.map((each) => (sum > 0 ? each / sum : 1 / guess.length))
}

/** The share of the attention that lies elsewhere than the guess: half the sum of all differences (total variation distance). */
export function misplaced(guess: readonly number[], weights: readonly number[]): number {
  const [one, other] = [shares(guess), shares(weights)]
  return one.reduce((total, each, at) => total + Math.abs(each - (other[at] ?? 0)), 0) / 2
}
