/** The texts of the view of all heads. */
import { section } from './language.js'

export const grid = section('grid', {
  label: 'Attention of every head: a row is a layer, a column is a head',
  mean: 'mean'
})
