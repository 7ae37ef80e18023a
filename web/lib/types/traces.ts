/** The public types of what was seen in a model: patterns, heads, traces. */

import type { Edit } from './edits.js'
import type { ModelInfo } from './models.js'
import type { Tensor } from './tensors.js'
import type { Token } from './tokens.js'

/** Which attention is meant: a decoder's own, an encoder's, or the one from decoder to encoder. */
export type Part = 'decoder' | 'encoder' | 'cross'

/** One head in numbers, each a mean over the queries. */
export interface HeadSummary {
  readonly layer: number
  readonly head: number
  /** Shannon entropy of a row of the pattern, in bits. */
  readonly entropy: number
  /** How many tokens back it looks: Σ_s pattern · (t − s). */
  readonly distance: number
  /** Weight on the token before, over the queries that have one. */
  readonly previousToken: number
  /** Weight on the first token. */
  readonly firstToken: number
  /** Weight on earlier tokens that are the same, over the queries that have one; 0 where none has. */
  readonly duplicateToken: number
  /** Weight on the tokens that follow such a one: how an induction head copies. */
  readonly induction: number
  /** The pattern in small: block maxima, at most 64 × 64. */
  readonly picture: Tensor
}

/** A token that a model might say next. */
export interface Guess {
  readonly token: Token
  readonly logit: number
  readonly probability: number
}

/** What the model would say at a token if it ended after a layer: the logit lens (nostalgebraist 2020). */
export interface LensReading {
  readonly layer: number
  readonly query: number
  /** The likeliest first. */
  readonly top: readonly Guess[]
  /** Shannon entropy of all probabilities, in bits. */
  readonly entropy: number
  /** The token that was asked for, and its place among all, counted from 1. */
  readonly asked?: Guess & { readonly rank: number }
}

/**
 * What one logit is the sum of: each term is what a part of the model adds to the residual stream, seen through the final
 * norm as it scaled this token and the token's unembedding (Elhage et al. 2021).
 */
export interface DirectLogits {
  readonly query: number
  readonly token: Token
  /** (L, N) */
  readonly heads: Tensor
  /** (L, N) of a decoder with cross-attention, else (0, N). */
  readonly crossHeads: Tensor
  /** (L) */
  readonly feedForward: Tensor
  readonly embedding: number
  /** Of output projections, of the final norm and of the logits. */
  readonly bias: number
  readonly logit: number
}

/** A head's queries and keys in the plane in which they differ most: principal components. */
export interface Plane {
  /** (T, 2) */
  readonly queries: Tensor
  /** (S, 2): moved as one so that their mean is the queries', which changes no softmax. */
  readonly keys: Tensor
  /** The part of the variance that the plane keeps, 0 to 1. */
  readonly explained: number
}

/** Which of a sequence's tokens were queries: `count` of them from the token at index `first` on. */
export interface QueryRange {
  readonly first: number
  readonly count: number
}

/**
 * One part's patterns to look at, whatever they come from: a run, a generation as it grows, or a saved file. Heads,
 * queries and keys are counted from 0. Views need nothing but this.
 */
export interface PatternSource {
  /** Whose attention it is. A 'decoder' looks back only. */
  readonly part: Part
  /** What is looked at. Keys are tokens 0 … keyCount − 1; a token just sampled may follow them. */
  readonly tokens: readonly Token[]
  readonly keyCount: number
  /**
   * What looks: `tokens` itself within one sequence, the target's tokens in 'cross'. Empty where the one query was learnt
   * and stands for no token, as in attention pooling.
   */
  readonly queryTokens: readonly Token[]
  /** Which of queryTokens have rows. */
  readonly queries: QueryRange
  /** The layers that attend, as their names count them. */
  readonly layers: readonly number[]
  readonly headCount: number
  /**
   * The weights that a query, named by its token's index in queryTokens, gives to the keys from 0 on; a key past the
   * row's end weighs 0. A view: not to be written. Throws an AttenscopeError 'not-captured' where the pattern is not at hand.
   */
  row(layer: number, head: number, query: number): Float32Array
  /** All rows of a head, (T, S) with T = queries.count and S = keyCount. */
  pattern(layer: number, head: number): Tensor
}

/**
 * What was seen in one run, or in one step of a generation. Where a call takes a part, the default is the model's only
 * one, and 'cross' of an encoder–decoder; as a PatternSource it shows that part.
 */
export interface Trace extends PatternSource {
  readonly info: ModelInfo
  /** The input's tokens: the whole sequence of a decoder, the source of an encoder–decoder. */
  readonly tokens: readonly Token[]
  /** The decoder's inputs, the start token first, of an encoder–decoder. */
  readonly targetTokens?: readonly Token[]
  /** The parts that attend. */
  readonly parts: readonly Part[]
  /** The patterns of a part, for a view. */
  view(part: Part): PatternSource
  /** The edits under which it was computed. */
  readonly edits: readonly Edit[]
  /** Every name that compute() can give (of a saved file: that it holds). */
  names(): readonly string[]
  /** True where get(name) would answer. */
  has(name: string): boolean
  /** A captured tensor, such as (N, T, S) for 'blocks.0.attn.pattern'; else an AttenscopeError 'not-captured'. */
  get(name: string): Tensor
  /** One head's pattern, (T, S), a view of get(). */
  pattern(layer: number, head: number, options?: { part?: Part }): Tensor
  row(layer: number, head: number, query: number, options?: { part?: Part }): Float32Array
  /**
   * Any tensor, from the engine, captured or not; with `head`, that head's alone, (T, S) or (T, H), or the mean over
   * them; with `queries`, for those of the run's queries instead of the trace's own. A 'picture' of the mean is the mean
   * pattern in small.
   */
  compute(
    name: string,
    options?: { head?: number | 'mean'; queries?: QueryRange; signal?: AbortSignal }
  ): Promise<Tensor>
  /** The same run over all its queries up to the last of these: of a generation's step, all that was read until then. */
  whole(): Trace
  /**
   * Attention rollout, (T, S): how much each token flows into each last vector, judged by the patterns alone. Of 'cross':
   * how much each source token flows into each of the target's, as shares of what comes from the source. Rows sum to one.
   */
  rollout(options?: { part?: Part; signal?: AbortSignal }): Promise<Tensor>
  /**
   * Every head in numbers and as a small picture, layer by layer. Of a generation's step: over all queries that the
   * generation has computed by now.
   */
  heads(options?: { part?: Part; signal?: AbortSignal }): Promise<readonly HeadSummary[]>
  /**
   * Attention flow (Abnar & Zuidema 2020), (1, S): the most that each token can send through all layers to one query, the
   * last unless told. Not of 'cross'.
   */
  flow(options?: { part?: Part; query?: number; signal?: AbortSignal }): Promise<Tensor>
  /** The logit lens of each layer at each of the queries (default: the trace's own): layer by layer, query by query. */
  lens(options?: {
    /** How many guesses of each; default 5. */
    top?: number
    queries?: QueryRange
    /** A token's id, whose rank is asked for. */
    token?: number
    signal?: AbortSignal
  }): Promise<readonly LensReading[]>
  /**
   * What each head adds to the logit of a token (default: the likeliest) at a query (default: the last). Refused as
   * 'unsupported' where a model normalises after each layer: there the logit is no sum.
   */
  directLogits(options?: { query?: number; token?: number; signal?: AbortSignal }): Promise<DirectLogits>
  /** A head's queries and keys in one plane. */
  plane(layer: number, head: number, options?: { part?: Part; signal?: AbortSignal }): Promise<Plane>
  /**
   * What was captured, as a safetensors file that openTrace() reads. `also`: kinds or names to compute and save with it;
   * `lens`: how many guesses of the lens to save, default none.
   */
  save(options?: { also?: readonly string[]; lens?: number; signal?: AbortSignal }): Promise<Blob>
}
