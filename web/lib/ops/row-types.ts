/** What norms, rotary turns, encodings of positions and sparse masks take and give. Letters as in attention-types.ts; W rotary width. */

import type { positionKinds } from '../choices.js'
import type { Tensor } from '../types/index.js'
import type { MaskTensor, WholeNumbers } from './attention-types.js'

/** What a norm scales and shifts by, and what it runs over. */
export interface NormOptions {
  /** Of the shape of x from `axis` on, or what repeats to it. Default ones. */
  readonly weight?: Tensor
  /** Likewise, for layer norm alone. Default zeros. */
  readonly bias?: Tensor
  /** The first dimension that is normalised over. Default −1, the last alone. */
  readonly axis?: number
  /** Default 1e-5. */
  readonly epsilon?: number
}

/** The normalised x, of its shape, and what it was normalised by. */
export interface NormResult extends Tensor {
  /** Layer norm's mean; x's shape up to `axis`, and 1 from there on. */
  readonly mean?: Tensor
  /** 1 / √(variance + ε), or for RMS norm 1 / √(mean(x²) + ε), of the same shape. */
  readonly invStdDev: Tensor
}

/** Gradients of a norm, each of the shape of what it is at. */
export interface NormGradients {
  readonly gradX: Tensor
  readonly gradWeight?: Tensor
  readonly gradBias?: Tensor
}

/** Which keys a query sees: strided and fixed (Child et al. 2019), or by blocks. */
export type SparseMaskKind = 'strided' | 'fixed' | 'block'

/** The sizes of a sparse mask. */
export interface SparseMaskOptions {
  /** T */
  readonly length: number
  /** S. Default T. */
  readonly keys?: number
  /** Of 'strided' and 'fixed'. */
  readonly stride?: number
  /** Of 'fixed'. Default 1. */
  readonly summary?: number
  /** Of 'block'. */
  readonly block?: number
  /** Of 'block': (⌈T / block⌉, ⌈S / block⌉), of 0 and 1. */
  readonly layout?: MaskTensor
}

/**
 * Ways to stretch rotary frequencies over longer texts: position interpolation (Chen et al. 2023), NTK-aware and dynamic NTK
 * (bloc97 2023), Llama 3.1's, YaRN (Peng et al. 2023). Names are those of a checkpoint's rope_parameters.
 */
export interface RotaryScalingOptions {
  readonly kind: 'none' | 'linear' | 'ntk' | 'dynamic-ntk' | 'llama3' | 'yarn'
  readonly factor?: number
  /** Tokens of the texts trained on: for dynamic NTK, Llama 3 and YaRN. */
  readonly originalLength?: number
  /** Tokens of the text now, for dynamic NTK. */
  readonly length?: number
  readonly lowFrequencyFactor?: number
  readonly highFrequencyFactor?: number
  readonly betaFast?: number
  readonly betaSlow?: number
}

/** How vectors are turned by their positions. */
export interface RotaryOptions {
  /** (B, T), or what repeats to it: (T), (1, T), (B, 1). Default 0, 1, 2, …; not beside caches (B, T, W/2). */
  readonly positions?: WholeNumbers
  /** Default 10000. */
  readonly base?: number
  /** True: coordinates 2i and 2i + 1 turn together (Su et al. 2021). False, the default: i and i + W/2. */
  readonly interleaved?: boolean
  /** W, even: how many of the first coordinates turn. Default H, or what the caches say. */
  readonly width?: number
  /** Cosines, (positions, W/2) to be looked up by position, or (B, T, W/2) or (1, T, W/2); with `sin`, and then no base. */
  readonly cos?: Tensor
  readonly sin?: Tensor
  readonly scaling?: RotaryScalingOptions
}

/** The encodings of positions that there are. */
export type PositionKind = (typeof positionKinds)[number]

/** The sizes of an encoding of positions, and what each kind of it needs. */
export interface PositionOptions {
  /** T. With `positions`, their number. */
  readonly length?: number
  /** C of the sinusoidal kinds, W of 'rotary'. */
  readonly width?: number
  /** Of 'sinusoidal' and 'rotary'. Default 10000. */
  readonly base?: number
  /** The position of the first query. Default 0. */
  readonly first?: number
  /** Of 'sinusoidal': sines and cosines in turn (Vaswani et al. 2017, the default), or all sines first. */
  readonly layout?: 'interleaved' | 'halves'
  readonly scaling?: RotaryScalingOptions
  /** N of 'alibi'. */
  readonly heads?: number
  /** S of 'alibi' and 't5'. Default first + T. */
  readonly keys?: number
  /** 'learned': (P, C). 't5': (buckets, N). */
  readonly table?: Tensor
  /** Of 'learned'; whole numbers below P. Default first, first + 1, … */
  readonly positions?: WholeNumbers
  /** Of 't5'. Distances from here on share a bucket. Default 128. */
  readonly maxDistance?: number
  /** Of 't5'. Keys ahead have buckets of their own. Default true. */
  readonly bidirectional?: boolean
}

/** The encoding; for 'rotary' its parts too, as `rotary` takes them, and for 'alibi' its slopes (N). */
export interface PositionEncoding extends Tensor {
  /** (T, W/2) */
  readonly cos?: Tensor
  readonly sin?: Tensor
  readonly slopes?: Tensor
}
