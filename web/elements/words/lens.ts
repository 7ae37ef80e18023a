/** What the logit lens says, and the terms of a logit. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export const lens = section('lens', {
  label: 'A row a layer, the last on top; a column a token: the likeliest next token if the model ended there',
  layer: 'layer',
  head: (head: number) => `head ${head}`,
  from: (first: number) => `from token ${first}`,
  cell: (entropy: string) => `entropy ${entropy} bits`,
  guesses: 'The likeliest next tokens',
  after: (layer: number, token: Set, entropy: string) =>
    html`After layer ${layer}, at <b>${token}</b>, the model would go on with one of these (entropy ${entropy} bits):`,
  choose: (token: string) => `What adds to the logit of ${token}`,
  terms: (token: Set, logit: string) => html`What adds up to the logit of <b>${token}</b>, ${logit}`,
  termsLabel: 'A row a layer: what each head, and the feed-forward layer, adds to the logit',
  feedForward: 'feed-forward',
  rest: (embedding: string, bias: string) => `The token itself adds ${embedding}, biases ${bias}.`,
  noTerms: 'What each head adds to a logit cannot be told of this model, or was not saved.'
})
