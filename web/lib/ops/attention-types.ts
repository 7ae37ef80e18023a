/**
 * The options and results of attention. Dimension letters: B batch, T queries, S keys, N heads, K key/value heads, H head
 * width; in addition P past keys, Hv width of a value, Hk width of a key when it differs from H, A hidden width of the
 * additive score.
 */

import type { normalizerNames, scoreNames, squashNames, stageNames } from '../choices.js'
import type { Tensor } from '../types/index.js'

/**
 * A mask. In a boolean or integer mask, 0 or false hides a key from a query, and 1 or true shows it; in a Uint8Array every
 * number except 0 shows it. A Float32Array is added to the scores; −∞ hides the key.
 */
export interface MaskTensor {
  readonly data:
    Uint8Array | Float32Array | Int8Array | Int32Array | BigInt64Array | readonly boolean[] | readonly number[]
  readonly shape: readonly number[]
}

/** Integers, with or without a shape. */
export type WholeNumbers =
  ArrayLike<number> | { readonly data: ArrayLike<number> | BigInt64Array; readonly shape: readonly number[] }

/**
 * The score of a query q and a key k: 'dot' q·k and 'general' qᵀ W k (Luong et al. 2015), 'scaled-dot' q·k / √H (Vaswani
 * et al. 2017), 'additive' vᵀ tanh(W_q q + W_k k + b) (Bahdanau et al. 2015), 'cosine' q·k / (|q| |k|) (Henry et al. 2020).
 */
export type ScoreName = (typeof scoreNames)[number]

/**
 * The function from a row of scores to attention weights: softmax; tanh or sigmoid of each score by itself; sparsemax
 * (Martins & Astudillo 2016); 1.5-entmax (Peters et al. 2019); 'hard', weight 1 on the largest score, or with a `seed` on a
 * key sampled from the softmax (Xu et al. 2015); 'none', the scores themselves.
 */
export type NormalizerName = (typeof normalizerNames)[number]

/** A stage of the scores before the normaliser. Stages run in this order. */
export type StageName = (typeof stageNames)[number]

/**
 * The parameters of a score. 'general' has `weight` (H, Hk). 'additive' has `query` (A, H), `key` (A, Hk), `hidden` (A) and
 * optionally `bias` (A); `weight` (A, H + Hk) may replace `query` and `key`. The other scores have no parameters.
 */
export interface ScoreParameters {
  readonly weight?: Tensor
  readonly query?: Tensor
  readonly key?: Tensor
  readonly hidden?: Tensor
  readonly bias?: Tensor
}

/** The choices that every form of attention has. */
export interface AttentionChoices {
  readonly score?: ScoreName
  /** The factor of the scores. Default 1/√H for 'scaled-dot', else 1; for 'cosine' it is the inverse temperature. */
  readonly scale?: number
  /** The soft cap c: scaled scores s become c · tanh(s / c) (Gemma 2). Default 0, no cap. */
  readonly softcap?: number
  /** 'tanh' applies tanh to the scaled scores, after the soft cap. Default 'none'. */
  readonly squash?: (typeof squashNames)[number]
  /**
   * The score that a 0 of a boolean mask writes. Default −∞, which hides the key; a finite number is a score like any other.
   * A float mask ignores it.
   */
  readonly maskFill?: number
  readonly normalizer?: NormalizerName
  /**
   * The seed of the samples of normalizer 'hard', 0 to 2³² − 1. A row's sample depends only on the seed and the row's
   * index.
   */
  readonly seed?: number
}

/**
 * Which keys a query may see, by position. Query t has position P + t; in causal attention with keyLengths, length − T
 * + t.
 */
export interface VisibilityChoices {
  /** Query t sees the keys s ≤ t + P; with keyLengths, s ≤ t + length − T (the rules of ONNX's Attention). Default false. */
  readonly causal?: boolean
  /** The largest distance to keys before (`left`) and after (`right`) a query. An absent side has no limit. */
  readonly window?: { readonly left?: number; readonly right?: number }
  /** The number of positions at the start that see all keys and are seen by all queries, whatever the window. Default 0. */
  readonly globalTokens?: number
}

/**
 * The options of `attention`. A mask, `causal`, a window and `keyLengths` together hide every key that one of them
 * hides.
 */
export interface AttentionOptions extends AttentionChoices, VisibilityChoices {
  /** (B, N, T, H) */
  readonly q: Tensor
  /** (B, K, S, Hk); N is a multiple of K. Hk may differ from H only for the scores 'general' and 'additive'. */
  readonly k: Tensor
  /** (B, K, S, Hv); for weighting 'backward' (B, K, T, Hv). */
  readonly v: Tensor
  readonly parameters?: ScoreParameters
  /** Broadcast to (B, N, T, P + S), from the last dimension on. */
  readonly mask?: MaskTensor
  /** The number of keys of each sequence (B), past keys included. Later keys are padding. */
  readonly keyLengths?: WholeNumbers
  /** (B, K, P, Hk), keys before k. */
  readonly pastKey?: Tensor
  /** (B, K, P, Hv), values before v. */
  readonly pastValue?: Tensor
  /** The dimension of the normaliser. Default 'keys'. */
  readonly over?: 'keys' | 'queries'
  /** 'forward' (default): A_i = Σ_j α_ij V_j. 'backward': A_j = Σ_i α_ij V_i. */
  readonly weighting?: 'forward' | 'backward'
  /** One or several stages to return. */
  readonly capture?: StageName | 'pattern' | readonly (StageName | 'pattern')[]
  /** Whether the whole pattern is returned. Default: when it has at most 16 777 216 weights. `patternOf` always works. */
  readonly pattern?: boolean
}

/** The result of attention. */
export interface AttentionResult {
  /** (B, N, T, Hv); (B, N, S, Hv) for weighting 'backward'. */
  readonly output: Tensor
  /** (B, N, T, P + S), or undefined when the pattern is too large for the default of the option `pattern`. */
  readonly pattern: Tensor | undefined
  /** Each captured stage (B, N, T, P + S); hidden keys are −∞ in 'masked'. */
  readonly stages: { readonly [Name in StageName]?: Tensor }
  /** One head's pattern (T, P + S): from the whole pattern, or computed now from the inputs, which must not have changed. */
  patternOf(batch: number, head: number): Tensor
}

/** The options of `attentionGradient`. */
export interface AttentionGradientOptions extends AttentionOptions {
  /** The gradient of the loss at the output, of the output's shape. */
  readonly gradOutput: Tensor
  /**
   * (B, N, T), for 'hard' with a seed over the keys: the scores get REINFORCE's gradient, advantage · ∂ log p(sampled key) /
   * ∂ score (Williams 1992). Without an advantage, the gradient goes straight through to the softmax (Bengio et al. 2013).
   */
  readonly advantage?: Tensor
}

/** The gradients of attention. Each has the shape of its input. */
export interface AttentionGradients {
  readonly gradQ: Tensor
  readonly gradK: Tensor
  readonly gradV: Tensor
  readonly gradParameters: ScoreParameters
  readonly gradScale: number
  readonly gradPastKey?: Tensor
  readonly gradPastValue?: Tensor
  /** The gradient of a float mask, summed over the dimensions of the broadcast. */
  readonly gradMask?: Tensor
}
