/** The texts of the steps from a score to its weight. */
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
  of: (query: Set) => html`the steps for <b>${query}</b>`,
  label: 'A row is a key: its score, the score after each stage, its weight, and its weighted value',
  key: 'key',
  scaled: (divisor: string | undefined) => (divisor === undefined ? 'scaled' : `÷ ${divisor}`),
  value: 'α · v',
  whatValue: 'The value vector of the key, times its weight',
  sum: 'sum',
  output: 'The output of the head: the sum of the weighted values',
  moved: (key: string) => `The value of ${key} times its weight`,
  others: (count: number) => plural(count, 'one more key', `${count} more keys`),
  weighs: (key: Set, weight: string) => html`${key} has a weight of <b>${weight}</b>.`,
  walk: ({ key, score, divisor, scaled, entering, highest, term, sum, weight, isSoftmax }: Walk) =>
    html`${key}: q · k = <b>${score}</b>${
        divisor === undefined ? '' : html`, divided by ${divisor} = <b>${scaled}</b>`
      }.
      ${
        isSoftmax
          ? html`Softmax: e to the power of (${entering} − ${highest}, the highest) = <b>${term}</b>; divided by the sum
              over all keys, ${sum}, this is <b>${weight}</b>.`
          : html`The weight is <b>${weight}</b>, not the plain softmax of the scores.`
      }`
})
