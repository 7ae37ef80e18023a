/** The public types of edits: changes to a model while it runs. */

import type { editNormalizers, editOps, editPositions, squashNames } from '../choices.js'
import type { Trace } from './traces.js'
import type { Tensor } from './tensors.js'
import type { Input, Target } from './tokens.js'

/** The operation of an edit on the numbers of a tensor; see Edit. */
export type EditOp = (typeof editOps)[number]

/**
 * A change to a model while it runs. An edit is plain JSON, so that a link can carry it. Edits of one tensor act in the
 * order of the list.
 *
 * An edit of a traced tensor has an `op`:
 * - 'zero' sets the numbers to 0; 'set' sets them to `value`; 'scale' multiplies them by `value`; 'add' adds `value`.
 * - 'patch' replaces them by the numbers of another run, which `from` names.
 * - 'mean' replaces vectors by their mean over the tokens of the text, or of the texts in `from`. In a row of scores or of
 *   a pattern it gives each visible key the mean over the visible keys.
 * - 'renormalise' is for patterns only. It divides each row by its sum. With `key`, the weight of that key stays and the
 *   other weights are scaled so that the row sums to 1.
 *
 * A masked key stays masked.
 *
 * An edit of an attention ('blocks.2.attn') or of position encodings ('positions', 'encoder.positions') has a `set` in
 * place of an `op`.
 */
export interface Edit {
  /** A traced name, an attention or position encodings. In a name, * matches any text between two dots. */
  readonly at: string
  /** The head, from 0. Without a number the edit changes all heads. */
  readonly head?: number
  /**
   * The index of the query token, or of the token whose vector is changed. Without a number the edit changes all
   * tokens.
   */
  readonly query?: number
  /**
   * The index of the key token, or of the token whose key or value is changed. Without a number the edit changes all
   * keys.
   */
  readonly key?: number
  readonly op?: EditOp
  /** For 'scale', 'add' and 'set': a number. For a vector also a list of its width: adding a list steers the model. */
  readonly value?: number | readonly number[]
  /** For 'patch': the source of the numbers. For 'mean': the texts over whose tokens the mean is taken. */
  readonly from?: PatchSource | Trace | Tensor | readonly EditText[]
  /** The new settings of an attention or of the position encodings. */
  readonly set?: AttentionSettings | PositionSettings
  /**
   * The first step of a generation or translation in which the edit acts. Step 0 reads the prompt, or the start token.
   */
  readonly step?: number
}

/** A text whose tokens contribute to a mean. */
export type EditText = Input | { readonly input: Input; readonly target?: Target }

/**
 * The source of a patch: another text, or a saved trace. The other fields choose a tensor, a head and tokens in the
 * source; by default they are those of the edit.
 */
export interface PatchSource {
  readonly input?: Input
  readonly target?: Target
  readonly trace?: Trace
  readonly at?: string
  readonly head?: number
  readonly query?: number
  readonly key?: number
}

/** Settings of one head or of all heads of an attention. An absent field leaves the model's own setting. */
export interface AttentionSettings {
  /** A function that is applied to the scaled scores. */
  readonly squash?: (typeof squashNames)[number]
  /** The function that turns scores into weights. */
  readonly normalizer?: (typeof editNormalizers)[number]
  /** The seed of the normaliser 'sample'. */
  readonly seed?: number
  /**
   * Divides the scores before the normaliser. A number below 1 sharpens the weights, a number above 1 flattens them.
   */
  readonly temperature?: number
  /** The number of tokens that a query sees before and after its own. An absent side has no limit. */
  readonly window?: { readonly left?: number; readonly right?: number }
  /**
   * A list hides these keys from every query. 'causal' hides the keys after each query. An object combines hidden keys and
   * a causal mask with global tokens, which see every token and which every token sees.
   */
  readonly mask?:
    | readonly number[]
    | 'causal'
    | { readonly keys?: readonly number[]; readonly causal?: true; readonly globalTokens?: number }
  /** Position encodings of this layer alone. Only encodings that act within an attention are possible here. */
  readonly positions?: PositionSettings
}

/** Position encodings that replace the model's own. */
export interface PositionSettings {
  readonly kind: (typeof editPositions)[number]
  /** The base of 'rotary' and 'sinusoidal'; default 10,000. */
  readonly base?: number
  /**
   * The order in 'sinusoidal': all sines first ('halves': Marian, BART; the default), or alternating ('interleaved':
   * Vaswani et al. 2017).
   */
  readonly layout?: 'halves' | 'interleaved'
}
