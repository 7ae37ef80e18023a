/** The public types of edits: what can be changed about a model while it runs. */

import type { editNormalizers, editOps, editPositions, squashNames } from '../choices.js'
import type { Trace } from './traces.js'
import type { Tensor } from './tensors.js'
import type { Input, Target } from './tokens.js'

/** What is done to numbers; see Edit. */
export type EditOp = (typeof editOps)[number]

/**
 * A change while a model runs; plain JSON, so that a link can carry it. Edits at one place act in the order of the list.
 *
 * At a traced name (`at`, in which * stands for any text between dots): 'zero', 'scale' and 'add' by `value`, 'set' to it,
 * or 'patch' `from` another run. At scores and patterns, 'mean' gives each key of a row the mean over the keys that the
 * row sees; at vectors, each token the mean over the text's tokens, or over those of the texts in `from`. At patterns,
 * 'renormalise' divides a row by its sum, or, with `key`, keeps that weight and lets the others fill up to 1. What a mask
 * hides stays hidden.
 *
 * At an attention ('blocks.2.attn') or at 'positions' ('encoder.positions'): `set`, without an `op`.
 */
export interface Edit {
  readonly at: string
  /** One head; without it all. */
  readonly head?: number
  /** The token that looks, or whose vector it is; without it all. */
  readonly query?: number
  /** The token looked at, or whose key or value it is; without it all. */
  readonly key?: number
  readonly op?: EditOp
  /** Of 'scale', 'add' and 'set'; for a vector also a list as long as it: adding one steers. */
  readonly value?: number | readonly number[]
  /** Of 'patch': where the numbers come from. Of 'mean': the texts whose tokens it is taken over. */
  readonly from?: PatchSource | Trace | Tensor | readonly EditText[]
  readonly set?: AttentionSettings | PositionSettings
  /** Of a generation or a translation: acts from this step on; step 0 reads the prompt, or the start token. */
  readonly step?: number
}

/** A text whose tokens a mean is taken over. */
export type EditText = Input | { readonly input: Input; readonly target?: Target }

/** Another text, or a saved trace, and what of it: by default the same name, head and tokens as the edit's. */
export interface PatchSource {
  readonly input?: Input
  readonly target?: Target
  readonly trace?: Trace
  readonly at?: string
  readonly head?: number
  readonly query?: number
  readonly key?: number
}

/** What can be set about one head or all of an attention; what is left out stays as the model has it. */
export interface AttentionSettings {
  readonly squash?: (typeof squashNames)[number]
  readonly normalizer?: (typeof editNormalizers)[number]
  /** Of 'sample'. */
  readonly seed?: number
  /** Divides what the normaliser is given: below 1 sharpens, above 1 flattens. */
  readonly temperature?: number
  /** How far a query sees before and after itself; a side that is left out has no end. */
  readonly window?: { readonly left?: number; readonly right?: number }
  /** Tokens that nobody sees; or these, and what else a mask does. */
  readonly mask?:
    | readonly number[]
    | 'causal'
    | { readonly keys?: readonly number[]; readonly causal?: true; readonly globalTokens?: number }
  /** Positions of this layer alone: what acts within an attention. */
  readonly positions?: PositionSettings
}

/** What stands in for a model's own positions. */
export interface PositionSettings {
  readonly kind: (typeof editPositions)[number]
  /** Of 'rotary' and 'sinusoidal'; default 10,000. */
  readonly base?: number
  /** Of 'sinusoidal': all sines first (Marian, BART; the default), or sines and cosines by turns (Vaswani et al.). */
  readonly layout?: 'halves' | 'interleaved'
}
