/** The texts of the view of stored keys and values. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export const cache = section('cache', {
  title: (layer: number, head: number, heads: number) =>
    heads > 1 ? `Keys and values of layer ${layer}, head ${head} of ${heads}` : `Keys and values of layer ${layer}`,
  room: 'How much of the context is used',
  tokens: (count: number, context: number) => html`<b>${count}</b> of ${context} ${plural(context, 'token', 'tokens')}`,
  memory: (taken: Set, all: string) => html`all layers: ${taken} of ${all}`,
  keys: 'Keys',
  values: 'Values',
  label: { keys: 'Keys: a column is a token', values: 'Values: a column is a token' },
  of: (token: Set, at: number) =>
    html`Column ${at} is stored for <b>${token}</b>. Later tokens read it; the model does not compute it again.`,
  why: 'The model computes a token’s keys and values once and stores them. The next token reads all of them.'
})
