/** What multi-head attention, pooling, combination and linear attention take and give. Letters as in attention-types.ts. */

import type { Tensor } from '../types/index.js'
import type { AttentionChoices, MaskTensor, StageName, VisibilityChoices, WholeNumbers } from './attention-types.js'

/** y = activation(x Wᵀ + b). */
export interface ProjectionParameters {
  /** (out, in) */
  readonly weight: Tensor
  /** (out) */
  readonly bias?: Tensor
  /** Default 'none'. */
  readonly activation?: 'none' | 'relu' | 'tanh' | 'sigmoid'
}

/** Gradients at a projection's weight (out, in) and bias (out). */
export interface ProjectionGradients {
  readonly weight: Tensor
  readonly bias?: Tensor
}

export interface MultiHeadOptions extends AttentionChoices, VisibilityChoices {
  /** (B, T, C) */
  readonly x: Tensor
  /** (B, S, Cc), which keys and values are taken of. Default: x. */
  readonly context?: Tensor
  /**
   * query (N·H, C), key (K·H, Cc), value (K·Hv, Cc), output (Co, N·Hv). Without output the heads side by side are the result.
   * 'shared': query, key and value are of one head's width. 'chained': output (Co, Hv).
   */
  readonly parameters: {
    readonly query: ProjectionParameters
    readonly key: ProjectionParameters
    readonly value: ProjectionParameters
    readonly output?: ProjectionParameters
  }
  /** N */
  readonly heads: number
  /** K, of which N is a multiple. Default N. */
  readonly keyValueHeads?: number
  /** The same by its short name. */
  readonly kvHeads?: number
  /**
   * 'separate' (default): each head has its part of the projections (Vaswani et al. 2017). 'shared': all heads use one.
   * 'chained': head n + 1 takes head n's output for its query's input (Sukhbaatar et al. 2015, hops), so that C = Hv.
   */
  readonly sharing?: 'separate' | 'shared' | 'chained'
  readonly score?: 'scaled-dot' | 'dot' | 'cosine'
  /** Repeats to (B, N, T, P + S): 0 and 1, or floats to be added, as ALiBi and T5's bias are. */
  readonly mask?: MaskTensor
  /** Keys of each sequence that are there (B), those of the past included; those after are padding. */
  readonly keyLengths?: WholeNumbers
  /** (B, K, P, H), keys before the context's: `presentKey` of an earlier call. */
  readonly pastKey?: Tensor
  /** (B, K, P, Hv), values before the context's: `presentValue` of an earlier call. */
  readonly pastValue?: Tensor
  readonly over?: 'keys' | 'queries'
  /** Stages to give out; one or several. */
  readonly capture?: StageName | 'pattern' | readonly (StageName | 'pattern')[]
  /** Whether the pattern is given. Default: up to 16 777 216 weights. */
  readonly pattern?: boolean
}

/** What multi-head attention gives. */
export interface MultiHeadResult {
  /** (B, T, Co) */
  readonly output: Tensor
  /** Each head's own output (B, N, T, Hv), before the output projection. */
  readonly heads: Tensor
  /** (B, N, T, P + S) */
  readonly pattern: Tensor | undefined
  /** Each captured stage (B, N, T, P + S). */
  readonly stages: { readonly [Name in StageName]?: Tensor }
  /** (B, K, P + S, H): all keys, projected; the past of a call to come. */
  readonly presentKey: Tensor
  /** (B, K, P + S, Hv) */
  readonly presentValue: Tensor
}

/** Gradients of multi-head attention, each of the shape of what it is at. */
export interface MultiHeadGradients {
  /** Of x, as query input and, where there is no context, as context. */
  readonly gradX: Tensor
  readonly gradContext?: Tensor
  readonly gradPastKey?: Tensor
  readonly gradPastValue?: Tensor
  /** Of a float mask, summed over what it was repeated along. */
  readonly gradMask?: Tensor
  readonly gradParameters: {
    readonly query: ProjectionGradients
    readonly key: ProjectionGradients
    readonly value: ProjectionGradients
    readonly output?: ProjectionGradients
  }
}

export interface PoolOptions extends AttentionChoices {
  /** (B, S, C) */
  readonly x: Tensor
  /**
   * `query` (C): scores are query · x. Or `weight` (A, C), `hidden` (A) and perhaps `bias` (A): hidden · tanh(W x + b) (Yang et
   * al. 2016).
   */
  readonly parameters: PoolParameters
  /** With a `query`: 'dot' (default), 'scaled-dot' or 'cosine'. */
  readonly score?: 'scaled-dot' | 'dot' | 'cosine' | 'additive'
  /** (B, S) or what repeats to it: 0 and 1, or floats to be added to the scores. */
  readonly mask?: MaskTensor
  /** How much of each sequence is there (B); what comes after is padding. */
  readonly keyLengths?: WholeNumbers
}

/** What a pooling scores with: `query`, or `weight`, `hidden` and perhaps `bias`. */
export interface PoolParameters {
  readonly query?: Tensor
  readonly weight?: Tensor
  readonly hidden?: Tensor
  readonly bias?: Tensor
}

/** What attention pooling gives. */
export interface PoolResult {
  /** (B, C) */
  readonly output: Tensor
  /** (B, S) */
  readonly pattern: Tensor
}

/** Gradients of attention pooling, each of the shape of what it is at. */
export interface PoolGradients {
  readonly gradX: Tensor
  readonly gradParameters: PoolParameters
  /** Of a float mask, summed over what it was repeated along. */
  readonly gradMask?: Tensor
}

/** How a state and its context become one. */
export interface CombineOptions {
  /**
   * 'concat': activation(W [state; context] + b), or the two side by side without parameters (Luong et al. 2015). 'sum':
   * state + context. 'gate': g · state + (1 − g) · context with g = sigmoid(W [state; context] + b).
   */
  readonly how: 'concat' | 'sum' | 'gate'
  /** weight (Co, Cs + Cc); for 'gate' Co = Cs = Cc. The activation counts for 'concat'. */
  readonly parameters?: ProjectionParameters
}

/** Gradients of `combine`, each of the shape of what it is at. */
export interface CombineGradients {
  readonly gradState: Tensor
  readonly gradContext: Tensor
  readonly gradParameters: { readonly weight?: Tensor; readonly bias?: Tensor }
}

/** How the state of linear attention takes up a token: adds to it, forgets first, corrects what its key had, or both. */
export type LinearRuleName = 'linear' | 'gated' | 'delta' | 'gated-delta'

/** What linear attention takes. */
export interface LinearAttentionOptions {
  /** (B, N, T, H) */
  readonly q: Tensor
  /** (B, K, T, H); N is a multiple of K. */
  readonly k: Tensor
  /** (B, K, T, Hv) */
  readonly v: Tensor
  /**
   * Logarithms of what is kept, (B, K, T, H), or one a head, (B, K, T, 1) or (B, K, T). ONNX's packed forms (B, T, K·H) and
   * (B, T, K) are told by their shape and taken too; where both fit, as with T = K, it is the first. The rules that do not forget
   * leave it unread.
   */
  readonly decay?: Tensor
  /**
   * How much of the new is taken, (B, K, T), or (B, 1, T) for all heads; a last dimension of 1 may follow. ONNX's layout,
   * (B, T, K) or (B, T, 1), is told by its shape as above. The rules 'linear' and 'gated' leave it unread.
   */
  readonly beta?: Tensor
  /** (B, K, H, Hv). Default zeros. */
  readonly pastState?: Tensor
  /** Default: by what is given, 'gated-delta' for both decay and beta. ONNX's spelling 'gated_delta' is taken too. */
  readonly rule?: LinearRuleName | 'gated_delta'
  /** What outputs are multiplied by. Default 1/√H, for which 0 stands too, as in ONNX. */
  readonly scale?: number
}

/** What linear attention gives. */
export interface LinearAttentionResult {
  /** (B, N, T, Hv) */
  readonly output: Tensor
  /** (B, K, H, Hv), to go on from. */
  readonly state: Tensor
}

/** Gradients of linear attention, each of the shape of what it is at. */
export interface LinearAttentionGradients {
  readonly gradQ: Tensor
  readonly gradK: Tensor
  readonly gradV: Tensor
  readonly gradDecay?: Tensor
  readonly gradBeta?: Tensor
  readonly gradPastState?: Tensor
}
