/** The texts of the view of the elements of a query and its keys. */
import { html, type TemplateResult } from 'lit'
import { byHand } from './by-hand.js'
import { section } from './language.js'
import { plural } from './plural.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export const neurons = section('neurons', {
  of: (query: Set) => html`the query of <b>${query}</b>, element by element`,
  label:
    'A row is a key: its elements, and their products with the elements of the query. The products sum to the score',
  none: 'This head does not multiply a query with a key, element by element.',
  query: 'The query’s elements',
  key: (key: string) => `The elements of the key of ${key}`,
  product: (key: string) => `The query’s elements times those of ${key}`,
  sums: (key: Set, count: number, score: string) =>
    html`With ${key}, the ${count} ${plural(count, 'product is', 'products sum to')} <b>${score}</b>.
      ${byHand('Point at', 'Tap')} a strip to see one product.`,
  element: (at: number, q: string, k: string, product: string, key: Set) =>
    html`Element ${at}, with ${key}: ${q} × ${k} = <b>${product}</b>`
})
