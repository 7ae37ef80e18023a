/**
 * The options and results of norms, rotary positions, positional encodings and sparse masks. Letters as in
 * attention-types.ts; W rotary width.
 */

import type { positionKinds } from '../choices.js'
import type { Tensor } from '../types/index.js'
import type { MaskTensor, WholeNumbers } from './attention-types.js'

/** The options of a norm. */
export interface NormOptions {
  /** The factor, broadcast to the shape of x from `axis` on. Default ones. */
  readonly weight?: Tensor
  /** The summand of layer norm, broadcast in the same way. Default zeros. */
  readonly bias?: Tensor
  /** The first of the normalised dimensions. Default −1, the last dimension only. */
  readonly axis?: number
  /** The ε of the formula. Default 1e-5. */
  readonly epsilon?: number
}

/** The normalised x, of its shape, with its statistics. */
export interface NormResult extends Tensor {
  /** Layer norm's mean, of x's shape with 1 in the normalised dimensions. */
  readonly mean?: Tensor
  /** 1 / √(variance + ε), or for RMS norm 1 / √(mean(x²) + ε), of the same shape. */
  readonly invStdDev: Tensor
}

/** The gradients of a norm. Each has the shape of its input. */
export interface NormGradients {
  readonly gradX: Tensor
  readonly gradWeight?: Tensor
  readonly gradBias?: Tensor
}

/** The kinds of sparse masks: strided and fixed (Child et al. 2019), or by blocks. */
export type SparseMaskKind = 'strided' | 'fixed' | 'block'

/** The options of a sparse mask. */
export interface SparseMaskOptions {
  /** T */
  readonly length: number
  /** S. Default T. */
  readonly keys?: number
  /** For 'strided' and 'fixed': the stride, in keys. */
  readonly stride?: number
  /** For 'fixed': how many keys at the end of each block all later queries see. Default 1. */
  readonly summary?: number
  /** For 'block': the width of a block, in keys and in queries. */
  readonly block?: number
  /** For 'block': (⌈T / block⌉, ⌈S / block⌉) of 0 and 1. */
  readonly layout?: MaskTensor
}

/**
 * Scaling of rotary frequencies for longer texts: position interpolation (Chen et al. 2023), NTK-aware and dynamic NTK
 * (bloc97 2023), Llama 3.1's scaling, YaRN (Peng et al. 2023). The numbers have the meaning of a checkpoint's
 * rope_parameters.
 */
export interface RotaryScalingOptions {
  readonly kind: 'none' | 'linear' | 'ntk' | 'dynamic-ntk' | 'llama3' | 'yarn'
  readonly factor?: number
  /** For dynamic NTK, Llama 3 and YaRN: the longest text of the training, in tokens. */
  readonly originalLength?: number
  /** For dynamic NTK: the length of the present text, in tokens. */
  readonly length?: number
  readonly lowFrequencyFactor?: number
  readonly highFrequencyFactor?: number
  readonly betaFast?: number
  readonly betaSlow?: number
}

/** The options of rotary positions. */
export interface RotaryOptions {
  /** Broadcast to (B, T) from (T), (1, T) or (B, 1). Default 0, 1, 2, … Not allowed with caches (B, T, W/2). */
  readonly positions?: WholeNumbers
  /** Default 10000. */
  readonly base?: number
  /** Which coordinates form a pair: 2i and 2i + 1 (true; Su et al. 2021), or i and i + W/2 (false, the default). */
  readonly interleaved?: boolean
  /** W, the even number of coordinates, from the first on, that rotate. Default H, or the width of the caches. */
  readonly width?: number
  /**
   * Cached cosines with a row per position, (positions, W/2), or per token, (B, T, W/2) or (1, T, W/2). Needs `sin`;
   * replaces `base`.
   */
  readonly cos?: Tensor
  readonly sin?: Tensor
  readonly scaling?: RotaryScalingOptions
}

/** The kinds of positional encodings. */
export type PositionKind = (typeof positionKinds)[number]

/** The options of a positional encoding. Each kind has only its own options. */
export interface PositionOptions {
  /** T. With `positions`, their number is T. */
  readonly length?: number
  /** C for 'sinusoidal' and 'powers-of-two', W for 'rotary'. */
  readonly width?: number
  /** For 'sinusoidal' and 'rotary'. Default 10000. */
  readonly base?: number
  /** The position of the first query. Default 0. */
  readonly first?: number
  /** For 'sinusoidal': sine and cosine alternate (Vaswani et al. 2017, the default), or all sines come first. */
  readonly layout?: 'interleaved' | 'halves'
  readonly scaling?: RotaryScalingOptions
  /** For 'alibi': N. */
  readonly heads?: number
  /** For 'alibi' and 't5': S. Default first + T. */
  readonly keys?: number
  /** For 'learned': (P, C). For 't5': (buckets, N). */
  readonly table?: Tensor
  /** For 'learned': integers below P. Default first, first + 1, … */
  readonly positions?: WholeNumbers
  /** For 't5': distances from this one on share a bucket. Default 128. */
  readonly maxDistance?: number
  /** For 't5': whether keys after the query have buckets of their own. Default true. */
  readonly bidirectional?: boolean
}

/** The encoding. 'rotary' also has the cosines and sines that `rotary` takes, 'alibi' also has its slopes (N). */
export interface PositionEncoding extends Tensor {
  /** (T, W/2) */
  readonly cos?: Tensor
  readonly sin?: Tensor
  readonly slopes?: Tensor
}
