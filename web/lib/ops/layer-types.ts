/**
 * The options and results of multi-head attention, pooling, combination and linear attention. Letters as in
 * attention-types.ts.
 */

import type { Tensor } from '../types/index.js'
import type { AttentionChoices, MaskTensor, StageName, VisibilityChoices, WholeNumbers } from './attention-types.js'

/** A projection: y = activation(x Wᵀ + b). */
export interface ProjectionParameters {
  /** (out, in) */
  readonly weight: Tensor
  /** (out) */
  readonly bias?: Tensor
  /** Default 'none'. */
  readonly activation?: 'none' | 'relu' | 'tanh' | 'sigmoid'
}

/** The gradients of a projection's weight (out, in) and bias (out). */
export interface ProjectionGradients {
  readonly weight: Tensor
  readonly bias?: Tensor
}

/** The options of multi-head attention. */
export interface MultiHeadOptions extends AttentionChoices, VisibilityChoices {
  /** (B, T, C) */
  readonly x: Tensor
  /** (B, S, Cc), the input of the keys and values. Default: x. */
  readonly context?: Tensor
  /**
   * query (N·H, C), key (K·H, Cc), value (K·Hv, Cc), output (Co, N·Hv). Without an output projection the result is the
   * concatenated heads. With sharing 'shared', query, key and value have one head's width; with 'chained', output is (Co, Hv).
   */
  readonly parameters: {
    readonly query: ProjectionParameters
    readonly key: ProjectionParameters
    readonly value: ProjectionParameters
    readonly output?: ProjectionParameters
  }
  /** N */
  readonly heads: number
  /** K; N is a multiple of K. Default N. */
  readonly keyValueHeads?: number
  /** Another name of `keyValueHeads`. */
  readonly kvHeads?: number
  /**
   * 'separate' (default): each head has its own part of the projections (Vaswani et al. 2017). 'shared': all heads use the
   * same projections. 'chained': the output of head n is the query input of head n + 1 (the hops of Sukhbaatar et al. 2015),
   * which needs C = Hv.
   */
  readonly sharing?: 'separate' | 'shared' | 'chained'
  readonly score?: 'scaled-dot' | 'dot' | 'cosine'
  /** Broadcast to (B, N, T, P + S): 0 and 1, or floats that are added to the scores, such as the biases of ALiBi and T5. */
  readonly mask?: MaskTensor
  /** The number of keys of each sequence (B), past keys included. Later keys are padding. */
  readonly keyLengths?: WholeNumbers
  /** (B, K, P, H), keys before the context's keys: `presentKey` of an earlier call. */
  readonly pastKey?: Tensor
  /** (B, K, P, Hv), values before the context's values: `presentValue` of an earlier call. */
  readonly pastValue?: Tensor
  /** The dimension of the normaliser. Default 'keys'. */
  readonly over?: 'keys' | 'queries'
  /** One or several stages to return. */
  readonly capture?: StageName | 'pattern' | readonly (StageName | 'pattern')[]
  /** Whether the pattern is returned. Default: when it has at most 16 777 216 weights. */
  readonly pattern?: boolean
}

/** The result of multi-head attention. */
export interface MultiHeadResult {
  /** (B, T, Co) */
  readonly output: Tensor
  /** Each head's output (B, N, T, Hv), before the output projection. */
  readonly heads: Tensor
  /** (B, N, T, P + S) */
  readonly pattern: Tensor | undefined
  /** Each captured stage (B, N, T, P + S). */
  readonly stages: { readonly [Name in StageName]?: Tensor }
  /** (B, K, P + S, H), all projected keys: `pastKey` of the next call. */
  readonly presentKey: Tensor
  /** (B, K, P + S, Hv) */
  readonly presentValue: Tensor
}

/** The gradients of multi-head attention. Each has the shape of its input. */
export interface MultiHeadGradients {
  /** The gradient of x as the queries' input and, without a context, as the context too. */
  readonly gradX: Tensor
  readonly gradContext?: Tensor
  readonly gradPastKey?: Tensor
  readonly gradPastValue?: Tensor
  /** The gradient of a float mask, summed over the dimensions of the broadcast. */
  readonly gradMask?: Tensor
  readonly gradParameters: {
    readonly query: ProjectionGradients
    readonly key: ProjectionGradients
    readonly value: ProjectionGradients
    readonly output?: ProjectionGradients
  }
}

/** The options of attention pooling. */
export interface PoolOptions extends AttentionChoices {
  /** (B, S, C) */
  readonly x: Tensor
  /**
   * `query` (C), with scores query · x; or `weight` (A, C), `hidden` (A) and optionally `bias` (A), with scores
   * hidden · tanh(W x + b) (Yang et al. 2016).
   */
  readonly parameters: PoolParameters
  /** With `query`: 'dot' (default), 'scaled-dot' or 'cosine'. With `weight`: 'additive'. */
  readonly score?: 'scaled-dot' | 'dot' | 'cosine' | 'additive'
  /** Broadcast to (B, S): 0 and 1, or floats that are added to the scores. */
  readonly mask?: MaskTensor
  /** The length of each sequence (B). Later vectors are padding. */
  readonly keyLengths?: WholeNumbers
}

/** The parameters of a pooling: `query`, or `weight`, `hidden` and optionally `bias`. */
export interface PoolParameters {
  readonly query?: Tensor
  readonly weight?: Tensor
  readonly hidden?: Tensor
  readonly bias?: Tensor
}

/** The result of attention pooling. */
export interface PoolResult {
  /** (B, C) */
  readonly output: Tensor
  /** (B, S) */
  readonly pattern: Tensor
}

/** The gradients of attention pooling. Each has the shape of its input. */
export interface PoolGradients {
  readonly gradX: Tensor
  readonly gradParameters: PoolParameters
  /** The gradient of a float mask, summed over the dimensions of the broadcast. */
  readonly gradMask?: Tensor
}

/** The options of `combine`. */
export interface CombineOptions {
  /**
   * 'concat': activation(W [state; context] + b), or the concatenation itself without parameters (Luong et al. 2015). 'sum':
   * state + context. 'gate': g · state + (1 − g) · context with g = sigmoid(W [state; context] + b).
   */
  readonly how: 'concat' | 'sum' | 'gate'
  /** weight (Co, Cs + Cc); for 'gate' Co = Cs = Cc. Only 'concat' uses the activation. */
  readonly parameters?: ProjectionParameters
}

/** The gradients of `combine`. Each has the shape of its input. */
export interface CombineGradients {
  readonly gradState: Tensor
  readonly gradContext: Tensor
  readonly gradParameters: { readonly weight?: Tensor; readonly bias?: Tensor }
}

/**
 * How a token updates the state of linear attention: 'linear' adds to it, 'gated' lets it decay first, 'delta' corrects the
 * value that the state has for the key, 'gated-delta' does both.
 */
export type LinearRuleName = 'linear' | 'gated' | 'delta' | 'gated-delta'

/** The options of linear attention. */
export interface LinearAttentionOptions {
  /** (B, N, T, H) */
  readonly q: Tensor
  /** (B, K, T, H); N is a multiple of K. */
  readonly k: Tensor
  /** (B, K, T, Hv) */
  readonly v: Tensor
  /**
   * The logarithm of the share of the state that is kept: (B, K, T, H), or one number per head, (B, K, T, 1) or (B, K, T).
   * ONNX's packed shapes (B, T, K·H) and (B, T, K) are accepted too; a shape that fits both, as with T = K, is read as the
   * first. The rules 'linear' and 'delta' ignore it.
   */
  readonly decay?: Tensor
  /**
   * The rate β of the update: (B, K, T), or (B, 1, T) for all heads; a last dimension of 1 may follow. ONNX's shapes (B, T, K)
   * and (B, T, 1) are accepted too, by the same rule. The rules 'linear' and 'gated' ignore it.
   */
  readonly beta?: Tensor
  /** (B, K, H, Hv). Default zeros. */
  readonly pastState?: Tensor
  /**
   * Default: from the tensors, 'gated-delta' with decay and beta, 'gated' with decay, 'delta' with beta, else 'linear'.
   * ONNX's spelling 'gated_delta' is accepted too.
   */
  readonly rule?: LinearRuleName | 'gated_delta'
  /** The factor of the output. Default 1/√H; 0 means the default too, as in ONNX. */
  readonly scale?: number
}

/** The result of linear attention. */
export interface LinearAttentionResult {
  /** (B, N, T, Hv) */
  readonly output: Tensor
  /** (B, K, H, Hv), the last state: `pastState` of the next call. */
  readonly state: Tensor
}

/** The gradients of linear attention. Each has the shape of its input. */
export interface LinearAttentionGradients {
  readonly gradQ: Tensor
  readonly gradK: Tensor
  readonly gradV: Tensor
  readonly gradDecay?: Tensor
  readonly gradBeta?: Tensor
  readonly gradPastState?: Tensor
}
