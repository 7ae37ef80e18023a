/**
 * The public types of the package.
 *
 * Dimension letters, used in every shape below and in the engine: B batch, L layers, T queries, S keys, N query heads,
 * K key/value heads, H head width, C model width, F feed-forward width, V vocabulary. A "pattern" is the matrix of
 * attention weights, the output of the normaliser.
 */

export type * from './calls.js'
export type * from './edits.js'
export type * from './effects.js'
export type * from './loading.js'
export type * from './models.js'
export type * from './tensors.js'
export type * from './tokens.js'
export type * from './traces.js'
