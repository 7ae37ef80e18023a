/** The texts of the view of all heads. */
import { section } from './language.js'

export const grid = section('grid', {
  only: 'This attention has one head, so there is no map of heads.',
  label: 'Attention of every head: a row is a layer, a column is a head',
  mean: 'mean'
})
