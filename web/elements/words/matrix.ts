/** The texts of the view of one head’s matrix, and of others that name queries and keys. */
import { section } from './language.js'

export const matrix = section('matrix', {
  stage: 'Stage',
  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit',
  role: 'attention matrix',
  label: (of: string) =>
    `Attention weights of ${of}. Arrow keys move between weights, Enter locks a weight, Escape unlocks it.`,
  mean: 'mean',
  unequal: 'in one run only',
  keys: 'key →',
  queries: 'query ↓',
  learnedQuery: 'learned',
  hidden: 'hidden',
  whyHidden: 'A token looks only at itself and at the tokens before it.',
  weight: (query: string, key: string, weight: string) => `${query} to ${key}: ${weight}`
})
