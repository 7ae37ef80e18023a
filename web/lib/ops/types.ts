/** The attention library as `loadOps` gives it. */

import type { Tensor, Variant } from '../types/index.js'
import type {
  AttentionGradientOptions,
  AttentionGradients,
  AttentionOptions,
  AttentionResult,
  MaskTensor
} from './attention-types.js'
import type {
  CombineGradients,
  CombineOptions,
  LinearAttentionGradients,
  LinearAttentionOptions,
  LinearAttentionResult,
  MultiHeadGradients,
  MultiHeadOptions,
  MultiHeadResult,
  PoolGradients,
  PoolOptions,
  PoolResult
} from './layer-types.js'
import type {
  NormGradients,
  NormOptions,
  NormResult,
  PositionEncoding,
  PositionKind,
  PositionOptions,
  RotaryOptions,
  SparseMaskKind,
  SparseMaskOptions
} from './row-types.js'

export type * from './attention-types.js'
export type * from './layer-types.js'
export type * from './row-types.js'

/** How the attention library is loaded. */
export interface LoadOpsOptions {
  /** Forces a build of the engine, for tests and comparisons; the default is the best that the machine runs. */
  readonly variant?: Variant
}

/** What an operation takes, and `gradOutput`, the gradient at its result and of its shape. */
export type WithGradient<Options> = Options & { readonly gradOutput: Tensor }

/**
 * The attention library: every call is synchronous and answers with tensors of its own. A gradient takes what its operation
 * takes and, as `gradOutput`, the gradient at its result.
 *
 * Every call throws AttenscopeError: 'shape' for tensors that are none or do not fit, 'option' for options that are unknown or
 * out of range, 'memory' for what cannot be held.
 */
export interface Ops {
  /** Which build of the engine computes. */
  readonly variant: Variant

  /** q (B, N, T, H), k (B, K, S, H), v (B, K, S, Hv) → output (B, N, T, Hv), pattern (B, N, T, S), stages. */
  attention(options: AttentionOptions): AttentionResult
  /** Gradients of `attention` at q, k, v, and at whatever else it was given that has one. */
  attentionGradient(options: AttentionGradientOptions): AttentionGradients

  /** x (B, T, C), context (B, S, Cc) → output (B, T, Co), heads (B, N, T, Hv), pattern (B, N, T, S). */
  multiHeadAttention(options: MultiHeadOptions): MultiHeadResult
  /** Gradients of `multiHeadAttention` at its texts and its parameters. */
  multiHeadAttentionGradient(options: WithGradient<MultiHeadOptions>): MultiHeadGradients

  /** x (B, S, C) → output (B, C), pattern (B, S). */
  attentionPool(options: PoolOptions): PoolResult
  /** Gradients of `attentionPool` at x and its parameters. */
  attentionPoolGradient(options: WithGradient<PoolOptions>): PoolGradients

  /** state (…, Cs), context (…, Cc) → (…, Co). */
  combine(state: Tensor, context: Tensor, options: CombineOptions): Tensor
  /** Gradients of `combine` at the state, the context and the parameters. */
  combineGradient(state: Tensor, context: Tensor, options: WithGradient<CombineOptions>): CombineGradients

  /** q (B, N, T, H), k (B, K, T, H), v (B, K, T, Hv) → output (B, N, T, Hv), state (B, K, H, Hv). */
  linearAttention(options: LinearAttentionOptions): LinearAttentionResult
  /** Gradients of `linearAttention`; `gradState` is the gradient at the state that it ends with, zeros unless given. */
  linearAttentionGradient(
    options: WithGradient<LinearAttentionOptions> & { readonly gradState?: Tensor }
  ): LinearAttentionGradients

  /** x of any shape → the same; the axis is the last by default. */
  softmax(x: Tensor, axis?: number): Tensor
  /** The gradient of `softmax` at x, of its shape. */
  softmaxGradient(x: Tensor, options: WithGradient<{ readonly axis?: number }>): { gradX: Tensor }
  /** The logarithm of `softmax`, without its rounding to 0; of the same shape. */
  logSoftmax(x: Tensor, axis?: number): Tensor
  /** The gradient of `logSoftmax` at x, of its shape. */
  logSoftmaxGradient(x: Tensor, options: WithGradient<{ readonly axis?: number }>): { gradX: Tensor }

  /** x of any shape → the same, normalised over all dimensions from the axis on. */
  layerNorm(x: Tensor, options?: NormOptions): NormResult
  /** Gradients of `layerNorm` at x, its weight and its bias. */
  layerNormGradient(x: Tensor, options: WithGradient<NormOptions>): NormGradients
  /** x of any shape → the same, divided by its root mean square over all dimensions from the axis on (Zhang & Sennrich 2019). */
  rmsNorm(x: Tensor, options?: Omit<NormOptions, 'bias'>): NormResult
  /** Gradients of `rmsNorm` at x and its weight. */
  rmsNormGradient(x: Tensor, options: WithGradient<Omit<NormOptions, 'bias'>>): NormGradients

  /** x (B, N, T, H) → the same, turned. */
  rotary(x: Tensor, options?: RotaryOptions): Tensor
  /** The gradient of `rotary` at x, of its shape. */
  rotaryGradient(x: Tensor, options: WithGradient<RotaryOptions>): { gradX: Tensor }

  /** (T, C), or a bias (N, T, S) for scores, or (2, T, W/2) for 'rotary'. */
  positionalEncoding(kind: PositionKind, options: PositionOptions): PositionEncoding
  /** The gradient at the table of a kind that has one, of the table's shape. */
  positionalEncodingGradient(kind: 'learned' | 't5', options: WithGradient<PositionOptions>): { gradTable: Tensor }

  /** A mask (T, S) of 0 and 1 for sparse attention. */
  sparseMask(kind: SparseMaskKind, options: SparseMaskOptions): MaskTensor & { readonly data: Uint8Array }
}
