/** What the view of one head’s matrix says, and others that name queries and keys. */
import { section } from './language.js'

export const matrix = section('matrix', {
  stage: 'What is shown',
  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit',
  role: 'attention matrix',
  label: (of: string) => `Attention weights of ${of}. Arrow keys move between weights, Enter locks, Escape lets go.`,
  mean: 'mean',
  unequal: 'only in one of the two',
  keys: 'key →',
  queries: 'query ↓',
  learnedQuery: 'learnt',
  hidden: 'hidden',
  whyHidden: 'A token looks only at itself and at what stands before it.',
  weight: (query: string, key: string, weight: string) => `${query} to ${key}: ${weight}`
})
