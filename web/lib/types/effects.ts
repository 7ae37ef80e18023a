/** The public types of what is found by changing one thing after another: which heads, which places matter. */

import type { Part } from './traces.js'
import type { Tensor } from './tensors.js'
import type { Input, Target, Token } from './tokens.js'

/** The logit that is watched, or its difference to another's. */
export interface Measure {
  /** The token whose prediction is meant; default the last. Of a classifier there is one. */
  readonly query?: number
  /** An id, or a text that is one token; of a classifier a label, by number or name. Default: the likeliest. */
  readonly token?: number | string
  /** Taken off: "he" against "she". */
  readonly contrast?: number | string
}

export interface EffectOptions extends Measure {
  /** What the decoder of an encoder–decoder reads. */
  readonly target?: Target
  readonly signal?: AbortSignal
  /** Runs done, of all. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

export interface HeadEffectOptions extends EffectOptions {
  /** What becomes of a head's output: 0 (the default), or its mean over the text. */
  readonly ablate?: 'zero' | 'mean'
}

/** What was measured, and what it took. */
export interface Measured {
  /** The token measured, and the one taken off; a classifier's labels. */
  readonly token: Token
  readonly contrast?: Token
  readonly query: number
  /** The logit, or the difference, when nothing is changed. */
  readonly original: number
  /** Multiply-adds of all runs, as a share of what so many whole runs would take: they share the layers below a change. */
  readonly work: number
  readonly elapsedMs: number
}

/** The change of the measure by the loss of each head; below 0: the head spoke for the token. */
export interface HeadEffects extends Measured {
  readonly parts: readonly {
    readonly part: Part
    readonly layers: readonly number[]
    /** (layers, N) */
    readonly effects: Tensor
  }[]
}

/** The change of the measure where one token's vector at one layer comes from another text of the same length. */
export interface PatchEffects extends Measured {
  readonly part: Part
  /** What was patched, from the embedding to the last block's residual. */
  readonly names: readonly string[]
  readonly tokens: readonly Token[]
  readonly fromTokens: readonly Token[]
  /** The measure of the other text: what a whole patch would reach. */
  readonly other: number
  /** (names, T) */
  readonly effects: Tensor
}

export interface PatchEffectOptions extends EffectOptions {
  /** The other text; with its own target where the decoder is patched. */
  readonly from: { readonly input: Input; readonly target?: Target }
  /** Whose states; default the encoder's, of a decoder its own. */
  readonly part?: 'decoder' | 'encoder'
}
