/**
 * What attention takes and gives. Dimension letters as in types.ts; beside them P keys of the past, Hv width of a value,
 * Hk width of a key where it differs from a query's, A hidden width of the additive score.
 */

import type { normalizerNames, scoreNames, squashNames, stageNames } from '../choices.js'
import type { Tensor } from '../types/index.js'

/**
 * 0 or false hides a key from a query, 1 or true shows it; in bytes, any number but 0 does. A Float32Array is added to the
 * scores; −∞ hides.
 */
export interface MaskTensor {
  readonly data:
    Uint8Array | Float32Array | Int8Array | Int32Array | BigInt64Array | readonly boolean[] | readonly number[]
  readonly shape: readonly number[]
}

/** Whole numbers, with or without a shape. */
export type WholeNumbers =
  ArrayLike<number> | { readonly data: ArrayLike<number> | BigInt64Array; readonly shape: readonly number[] }

/**
 * How a query q is compared with a key k: 'dot' q·k and 'general' qᵀ W k (Luong et al. 2015), 'scaled-dot' q·k / √H (Vaswani
 * et al. 2017), 'additive' vᵀ tanh(W_q q + W_k k + b) (Bahdanau et al. 2015), 'cosine' q·k / (|q| |k|) (Henry et al. 2020).
 */
export type ScoreName = (typeof scoreNames)[number]

/**
 * What turns a row of scores into weights: softmax; tanh or sigmoid of each score for itself; sparsemax (Martins & Astudillo
 * 2016); 1.5-entmax (Peters et al. 2019); 'hard', all on the largest, or with a `seed` on one drawn from the softmax (Xu et
 * al. 2015); 'none', the scores themselves.
 */
export type NormalizerName = (typeof normalizerNames)[number]

/** A stage that scores go through before the normaliser, in this order. */
export type StageName = (typeof stageNames)[number]

/**
 * Parameters of a score. 'general': `weight` (H, Hk). 'additive': `query` (A, H), `key` (A, Hk), `hidden` (A) and perhaps
 * `bias` (A); or `weight` (A, H + Hk), the two side by side, in their place. The others have none.
 */
export interface ScoreParameters {
  readonly weight?: Tensor
  readonly query?: Tensor
  readonly key?: Tensor
  readonly hidden?: Tensor
  readonly bias?: Tensor
}

/** Choices that every form of attention has. */
export interface AttentionChoices {
  readonly score?: ScoreName
  /** What scores are multiplied by. Default 1/√H for 'scaled-dot', else 1; for 'cosine' it is the temperature. */
  readonly scale?: number
  /** c of c · tanh(s / c) on scaled scores (Gemma 2). 0, the default, leaves them. */
  readonly softcap?: number
  /** 'tanh' puts scaled scores through tanh, after the soft cap. Default 'none'. */
  readonly squash?: (typeof squashNames)[number]
  /**
   * What a 0 of a boolean mask writes. Default −∞, which hides the key; a finite number is a score like others. A float mask has
   * no use for it.
   */
  readonly maskFill?: number
  readonly normalizer?: NormalizerName
  /** Draws of normalizer 'hard': an integer from 0 to 2³² − 1. A row's draw depends on the seed and its place alone. */
  readonly seed?: number
}

/** Choices about positions: which keys a query may see. Query t stands at position P + t; causal with keyLengths, at length − T + t. */
export interface VisibilityChoices {
  /** Query t sees key s ≤ t + P; with keyLengths, s ≤ t + length − T (the rules of ONNX's Attention). */
  readonly causal?: boolean
  /** Keys at most so far before and after a query; a side that is left out has no bound. */
  readonly window?: { readonly left?: number; readonly right?: number }
  /** The first so many positions see all and are seen by all, whatever the window. */
  readonly globalTokens?: number
}

export interface AttentionOptions extends AttentionChoices, VisibilityChoices {
  /** (B, N, T, H) */
  readonly q: Tensor
  /** (B, K, S, Hk); N is a multiple of K. Hk is H but for the scores 'general' and 'additive'. */
  readonly k: Tensor
  /** (B, K, S, Hv); for weighting 'backward' (B, K, T, Hv). */
  readonly v: Tensor
  readonly parameters?: ScoreParameters
  /** Repeats to (B, N, T, P + S), last dimensions first. */
  readonly mask?: MaskTensor
  /** Keys of each sequence of the batch that are there (B), those of the past included; those after are padding. */
  readonly keyLengths?: WholeNumbers
  /** (B, K, P, Hk), keys before k. */
  readonly pastKey?: Tensor
  /** (B, K, P, Hv), values before v. */
  readonly pastValue?: Tensor
  /** Along which dimension the normaliser runs. Default 'keys'. */
  readonly over?: 'keys' | 'queries'
  /** 'forward' (default): A_i = Σ_j α_ij V_j. 'backward': A_j = Σ_i α_ij V_i. */
  readonly weighting?: 'forward' | 'backward'
  /** Stages to give out; one or several. */
  readonly capture?: StageName | 'pattern' | readonly (StageName | 'pattern')[]
  /** Whether the whole pattern is given. Default: up to 16 777 216 weights. `patternOf` is there always. */
  readonly pattern?: boolean
}

/** What attention gives. */
export interface AttentionResult {
  /** (B, N, T, Hv); (B, N, S, Hv) for weighting 'backward'. */
  readonly output: Tensor
  /** (B, N, T, P + S), or undefined where it is too long and was not asked for. */
  readonly pattern: Tensor | undefined
  /** Each captured stage (B, N, T, P + S); hidden keys are −∞ in 'masked'. */
  readonly stages: { readonly [Name in StageName]?: Tensor }
  /** One head's pattern (T, P + S): from the whole, or computed now from the inputs, which must still be as they were. */
  patternOf(batch: number, head: number): Tensor
}

export interface AttentionGradientOptions extends AttentionOptions {
  /** The gradient at the output, of its shape. */
  readonly gradOutput: Tensor
  /**
   * (B, N, T), for 'hard' with a seed over the keys: the scores get REINFORCE's gradient, advantage · ∂ log p(drawn) / ∂ score
   * (Williams 1992). Without it hard weights pass the gradient straight through to the softmax (Bengio et al. 2013).
   */
  readonly advantage?: Tensor
}

/** Each gradient has the shape of what it is of. */
export interface AttentionGradients {
  readonly gradQ: Tensor
  readonly gradK: Tensor
  readonly gradV: Tensor
  readonly gradParameters: ScoreParameters
  readonly gradScale: number
  readonly gradPastKey?: Tensor
  readonly gradPastValue?: Tensor
  /** Of a float mask, summed over what it was repeated along. */
  readonly gradMask?: Tensor
}
