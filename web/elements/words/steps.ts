/** What the walk from a score to its weight says. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export interface Walk {
  readonly key: Set
  readonly score: string
  readonly divisor?: string
  readonly scaled?: string
  readonly entering: string
  readonly highest: string
  readonly term: string
  readonly sum: string
  readonly weight: string
  readonly isSoftmax: boolean
}

export const steps = section('steps', {
  of: (query: Set) => html`what it computes for <b>${query}</b>`,
  label: 'A row a key: its score, the stages it goes through, its weight, and the value that the weight moves',
  key: 'key',
  scaled: (divisor: number | undefined) =>
    divisor === undefined ? 'scaled' : `÷ ${Number(divisor.toPrecision(3)).toString()}`,
  value: 'α · v',
  whatValue: 'The key’s value vector, as long as its weight makes it',
  sum: 'sum',
  output: 'The head’s output: the sum of the weighted values',
  moved: (key: string) => `The value of ${key} times its weight`,
  others: (count: number) => plural(count, 'one more key', `${count} more keys`),
  weighs: (key: Set, weight: string) => html`${key} weighs <b>${weight}</b>.`,
  walk: ({ key, score, divisor, scaled, entering, highest, term, sum, weight, isSoftmax }: Walk) =>
    html`${key}: q · k = <b>${score}</b>${
        divisor === undefined ? '' : html`, divided by ${divisor} = <b>${scaled}</b>`
      }.
      ${
        isSoftmax
          ? html`Softmax: e to the power of (${entering} − ${highest}, the highest) = <b>${term}</b>, of all keys’ sum
              ${sum} that is <b>${weight}</b>.`
          : html`What comes of it is a weight of <b>${weight}</b>, not the plain softmax of the scores.`
      }`
})
