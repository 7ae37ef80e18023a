/** The texts of the logit lens and of the parts of a logit. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export const lens = section('lens', {
  title: 'The prediction after each layer',
  label:
    'A row is a layer, the last layer on top; a column is a token. A cell shows the likeliest next token if the model ended at that layer',
  layer: 'layer',
  head: (head: number) => `head ${head}`,
  from: (first: number) => `from token ${first}`,
  cell: (entropy: string) => `entropy ${entropy} bits`,
  guesses: 'The likeliest next tokens',
  after: (layer: number, token: Set, entropy: string) =>
    html`After layer ${layer}, at <b>${token}</b>, the likeliest next tokens are (entropy ${entropy} bits):`,
  choose: (token: string) => `Show the parts of the logit of ${token}`,
  terms: (token: Set, logit: string) => html`The parts of the logit of <b>${token}</b>, ${logit}`,
  termsLabel: 'A row is a layer: the parts of the logit from each head and from the feed-forward network',
  feedForward: 'feed-forward',
  rest: (embedding: string, bias: string) => `The embedding of the token adds ${embedding}; the biases add ${bias}.`,
  noTerms: 'The parts of a logit are not available for this model, or were not saved.'
})
