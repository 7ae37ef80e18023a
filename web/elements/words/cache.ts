/** What the view of kept keys and values says. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export const cache = section('cache', {
  title: (layer: number, head: number, heads: number) =>
    heads > 1 ? `Keys and values of layer ${layer}, head ${head} of ${heads}` : `Keys and values of layer ${layer}`,
  room: 'How much of the model’s room is taken',
  tokens: (count: number, context: number) => html`<b>${count}</b> of ${context} ${plural(context, 'token', 'tokens')}`,
  memory: (taken: Set, all: string) => html`all layers: ${taken} of ${all}`,
  keys: 'Keys',
  values: 'Values',
  label: { keys: 'Keys: a column a token', values: 'Values: a column a token' },
  of: (token: Set, at: number) =>
    html`Column ${at}: what is kept of <b>${token}</b>. Every token after it reads this, and computes none of it anew.`,
  why: 'A token’s keys and values are computed once and kept: the next token reads them all.'
})
