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
  masked: 'A mask hides this key from the query: it is outside a window, or it is padding.',
  /** The title of a stage and a sentence more, or ''. */
  note: (title: string, more: string) => `${title}.${more && ` ${more}`}`,
  beforeMask: 'The mask comes later, so the keys that it will hide still have their numbers.',
  sumsToOne: 'The weights of a row add up to 100\u202f%.',
  weight: (query: string, key: string, weight: string) => `${query} to ${key}: ${weight}`
})
