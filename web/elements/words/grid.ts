/** What the view of all heads says. */
import { section } from './language.js'

export const grid = section('grid', {
  label: 'Attention of every head: a row a layer, a column a head',
  mean: 'mean'
})
