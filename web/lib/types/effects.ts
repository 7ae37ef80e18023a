/** The public types of the searches for the heads, layers and tokens that matter. */

import type { Part } from './traces.js'
import type { Tensor } from './tensors.js'
import type { Input, Target, Token } from './tokens.js'

/** The measure of a search: one logit, or the difference of two logits. */
export interface Measure {
  /**
   * The index of the token whose prediction is measured; default the last. A sequence classifier has one prediction
   * only.
   */
  readonly query?: number
  /**
   * The predicted token: an id, or a text of one token. For a classifier a label, by number or name. Default: the
   * likeliest.
   */
  readonly token?: number | string
  /** A second token or label, whose logit is subtracted: "she" in the difference of "he" and "she". */
  readonly contrast?: number | string
}

/** The options that both searches share. */
export interface EffectOptions extends Measure {
  /** The text that the decoder of an encoder–decoder reads. */
  readonly target?: Target
  /** Cancels the search. The promise then rejects with 'aborted'. */
  readonly signal?: AbortSignal
  /** Receives the number of runs done so far and the number of all runs. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** The options of a search for the heads that matter. */
export interface HeadEffectOptions extends EffectOptions {
  /** The replacement of a head's output: zeros (the default), or the mean of the output over the text. */
  readonly ablate?: 'zero' | 'mean'
}

/** The facts that both searches return: the measure, and the cost of the search. */
export interface Measured {
  /** The token or label that was measured. */
  readonly token: Token
  /** The token or label that was subtracted. */
  readonly contrast?: Token
  /** The index of the token whose prediction was measured. */
  readonly query: number
  /** The measure of the unchanged model: a logit, or a difference of two logits. */
  readonly original: number
  /**
   * The multiply-adds of all runs, as a share of the same number of complete runs, 0 to 1. The share is below 1 because
   * the runs share the layers before a change.
   */
  readonly work: number
  /** Milliseconds that the search took. */
  readonly elapsedMs: number
}

/** The change of the measure by the removal of each head. A number below 0 means that the head supported the token. */
export interface HeadEffects extends Measured {
  readonly parts: readonly {
    readonly part: Part
    /** The layers of the rows of `effects`. */
    readonly layers: readonly number[]
    /** (layers, N) */
    readonly effects: Tensor
  }[]
}

/** The change of the measure by a patch of each layer and token from another text with the same number of tokens. */
export interface PatchEffects extends Measured {
  readonly part: Part
  /** The names of the patched tensors, from the embedding to the residual of the last block. */
  readonly names: readonly string[]
  readonly tokens: readonly Token[]
  /** The tokens of the other text. */
  readonly fromTokens: readonly Token[]
  /** The measure of the other text: the value that a patch of all tokens at once would reach. */
  readonly other: number
  /** (names, T) */
  readonly effects: Tensor
}

/** The options of a search for the layers and tokens that matter. */
export interface PatchEffectOptions extends EffectOptions {
  /** The other text. It needs a target of its own where the decoder of an encoder–decoder is patched. */
  readonly from: { readonly input: Input; readonly target?: Target }
  /** The part whose states are patched. Default: 'encoder' where the model has an encoder, else 'decoder'. */
  readonly part?: 'decoder' | 'encoder'
}
