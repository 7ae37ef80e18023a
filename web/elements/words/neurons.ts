/** What the view of a query’s and its keys’ elements says. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export const neurons = section('neurons', {
  of: (query: Set) => html`the query of <b>${query}</b>, element by element`,
  label: 'A row a key: its elements, and their products with the query’s, which sum to the score',
  none: 'This head multiplies no query with a key, element by element.',
  query: 'The query’s elements',
  key: (key: string) => `The elements of the key of ${key}`,
  product: (key: string) => `The query’s elements times those of ${key}`,
  sums: (key: Set, count: number, score: string) =>
    html`With ${key}, the ${count} ${plural(count, 'product is', 'products sum to')} <b>${score}</b>. Point at a strip
      for one of them.`,
  element: (at: number, q: string, k: string, product: string, key: Set) =>
    html`Element ${at}, with ${key}: ${q} × ${k} = <b>${product}</b>`
})
