/** The interface of the attention library that `loadOps` returns. */

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

/** The options of `loadOps`. */
export interface LoadOpsOptions {
  /** The build of the engine, for tests and comparisons. Default: the fastest that the machine supports. */
  readonly variant?: Variant
}

/** An operation's options and `gradOutput`, the gradient at its result, of the result's shape. */
export type WithGradient<Options> = Options & { readonly gradOutput: Tensor }

/**
 * The attention library. Every call is synchronous and returns new tensors. A gradient takes the options of its operation and
 * `gradOutput`, the gradient at the operation's result.
 *
 * Every call throws AttenscopeError: 'shape' for wrong tensors or tensors that do not fit, 'option' for unknown options or
 * values out of range, 'memory' when the memory is not enough.
 */
export interface Ops {
  /** The build of the engine in use. */
  readonly variant: Variant

  /** q (B, N, T, H), k (B, K, S, H), v (B, K, S, Hv) → output (B, N, T, Hv), pattern (B, N, T, S), stages. */
  attention(options: AttentionOptions): AttentionResult
  /** Gradients of `attention` at q, k, v, the score's parameters, the scale, the past and a float mask. */
  attentionGradient(options: AttentionGradientOptions): AttentionGradients

  /** x (B, T, C), context (B, S, Cc) → output (B, T, Co), heads (B, N, T, Hv), pattern (B, N, T, S). */
  multiHeadAttention(options: MultiHeadOptions): MultiHeadResult
  /** Gradients of `multiHeadAttention` at x, the context, the past, a float mask and the parameters. */
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
  /** Gradients of `linearAttention`. `gradState` (B, K, H, Hv) is the gradient at its last state, by default zeros. */
  linearAttentionGradient(
    options: WithGradient<LinearAttentionOptions> & { readonly gradState?: Tensor }
  ): LinearAttentionGradients

  /** x of any shape → a tensor of the same shape. Default axis: the last. */
  softmax(x: Tensor, axis?: number): Tensor
  /** The gradient of `softmax` at x, of x's shape. */
  softmaxGradient(x: Tensor, options: WithGradient<{ readonly axis?: number }>): { gradX: Tensor }
  /** The logarithm of `softmax`, computed without rounding small probabilities to 0. x of any shape → the same shape. */
  logSoftmax(x: Tensor, axis?: number): Tensor
  /** The gradient of `logSoftmax` at x, of x's shape. */
  logSoftmaxGradient(x: Tensor, options: WithGradient<{ readonly axis?: number }>): { gradX: Tensor }

  /** x of any shape → the same shape, normalised over all dimensions from the axis on (Ba et al. 2016). */
  layerNorm(x: Tensor, options?: NormOptions): NormResult
  /** Gradients of `layerNorm` at x, the weight and the bias. */
  layerNormGradient(x: Tensor, options: WithGradient<NormOptions>): NormGradients
  /**
   * x of any shape → the same shape, divided by its root mean square over all dimensions from the axis on (Zhang &
   * Sennrich 2019).
   */
  rmsNorm(x: Tensor, options?: Omit<NormOptions, 'bias'>): NormResult
  /** Gradients of `rmsNorm` at x and the weight. */
  rmsNormGradient(x: Tensor, options: WithGradient<Omit<NormOptions, 'bias'>>): NormGradients

  /** x (B, N, T, H) → the same shape, rotated by its positions (Su et al. 2021). */
  rotary(x: Tensor, options?: RotaryOptions): Tensor
  /** The gradient of `rotary` at x, of x's shape. */
  rotaryGradient(x: Tensor, options: WithGradient<RotaryOptions>): { gradX: Tensor }

  /** An encoding (T, C), a bias (N, T, S) to add to the scores for 'alibi' and 't5', or (2, T, W/2) for 'rotary'. */
  positionalEncoding(kind: PositionKind, options: PositionOptions): PositionEncoding
  /** The gradient of the table of 'learned' or 't5', of the table's shape. */
  positionalEncodingGradient(kind: 'learned' | 't5', options: WithGradient<PositionOptions>): { gradTable: Tensor }

  /** A mask (T, S) of 0 and 1 for sparse attention. */
  sparseMask(kind: SparseMaskKind, options: SparseMaskOptions): MaskTensor & { readonly data: Uint8Array }
}
