/** The public types of a trace and of the questions that it answers. */

import type { Edit } from './edits.js'
import type { ModelInfo } from './models.js'
import type { Tensor } from './tensors.js'
import type { Token } from './tokens.js'

/**
 * A part of a model with its attention: the decoder's self-attention, the encoder's self-attention, or the
 * cross-attention from decoder to encoder.
 */
export type Part = 'decoder' | 'encoder' | 'cross'

/** A summary of one head. Each number is a mean over the queries. */
export interface HeadSummary {
  readonly layer: number
  readonly head: number
  /** Shannon entropy of a row of the pattern, in bits. */
  readonly entropy: number
  /** The mean distance from query t to key s, in tokens: Σ_s pattern(t, s) · (t − s). */
  readonly distance: number
  /** The weight on the previous token, over the queries that have one. */
  readonly previousToken: number
  /** The weight on the first token. */
  readonly firstToken: number
  /**
   * The weight on earlier tokens with the query's own id, over the queries with such a token; 0 if there is no such
   * query.
   */
  readonly duplicateToken: number
  /**
   * The weight on the tokens that follow those earlier tokens. It is high in an induction head (Olsson et al. 2022).
   */
  readonly induction: number
  /** A small picture of the pattern: the maximum of each block, at most 64 × 64. */
  readonly picture: Tensor
}

/**
 * How much of its weight a head gives to some places: for each place the mean weight over the queries, 0 to 1.
 * `headScores` computes it from the pattern alone.
 */
export interface HeadScores {
  /** The weight on the previous token, over the queries that have one. */
  readonly previousToken: number
  /** The weight on the first token. */
  readonly firstToken: number
  /** The weight on the query's own token. */
  readonly ownToken: number
  /** The weight on earlier tokens with the query's own id, over the queries with such a token. */
  readonly duplicateToken: number
  /** The weight on the tokens that follow those earlier tokens (Olsson et al. 2022), over the same queries. */
  readonly induction: number
  /** The number of queries. */
  readonly queries: number
  /** The number of queries with an earlier token of the same id. */
  readonly queriesWithCopy: number
}

/** The name that a head earns by a high score: the place that it attends to most. */
export type HeadName = 'previous-token' | 'first-token' | 'own-token' | 'induction' | 'duplicate-token'

/** A head's name, with the score that earned it. */
export interface NamedHead {
  readonly name: HeadName
  /** The share of the head's weight that goes to the named place, 0 to 1. */
  readonly score: number
}

/** A candidate for the next token. */
export interface Guess {
  readonly token: Token
  readonly logit: number
  readonly probability: number
}

/**
 * A prediction of the logit lens (nostalgebraist 2020): the model's prediction at a token if the model ended after a
 * layer.
 */
export interface LensReading {
  readonly layer: number
  readonly query: number
  /** The likeliest tokens, the likeliest first. */
  readonly top: readonly Guess[]
  /** Shannon entropy of the probabilities of all tokens, in bits. */
  readonly entropy: number
  /** The token of the option `token`, with its rank among all tokens, from 1 for the likeliest. */
  readonly asked?: Guess & { readonly rank: number }
}

/**
 * Direct logit attribution (Elhage et al. 2021): the terms of one logit. Each head and each feed-forward layer adds a
 * vector to the residual stream. Its term is this vector, scaled by the final norm of this query, times the token's
 * unembedding vector. All terms sum to `logit`.
 */
export interface DirectLogits {
  readonly query: number
  readonly token: Token
  /** (L, N) */
  readonly heads: Tensor
  /** (L, N) for a decoder with cross-attention, else (0, N). */
  readonly crossHeads: Tensor
  /** (L) */
  readonly feedForward: Tensor
  /** The term of the embedding. */
  readonly embedding: number
  /** The sum of the terms of all biases: of the output projections, the final norm and the logits. */
  readonly bias: number
  readonly logit: number
}

/** The queries and keys of a head in the plane of their first two principal components. */
export interface Plane {
  /** (T, 2) */
  readonly queries: Tensor
  /**
   * (S, 2). All keys are moved by one vector, so that their mean is the mean of the queries. This changes no softmax.
   */
  readonly keys: Tensor
  /** The share of the variance that lies in the plane, 0 to 1. */
  readonly explained: number
}

/** A range of queries in a sequence: `count` tokens from the token at index `first`. */
export interface QueryRange {
  readonly first: number
  readonly count: number
}

/**
 * The patterns of one part: of a run, of a growing generation, or of a saved file. Heads, queries and keys are counted
 * from 0. A PatternSource is enough for every view of a pattern.
 */
export interface PatternSource {
  /** The part of the model. In a 'decoder' a query sees no later keys. */
  readonly part: Part
  /** The tokens of the keys, which are tokens 0 … keyCount − 1. A token that was just sampled may follow them. */
  readonly tokens: readonly Token[]
  readonly keyCount: number
  /**
   * The tokens of the queries: `tokens` in a self-attention, the target's tokens in 'cross'. The list is empty for
   * attention pooling, whose one query was learnt and belongs to no token.
   */
  readonly queryTokens: readonly Token[]
  /** The range of queryTokens that have rows. */
  readonly queries: QueryRange
  /** The layers with attention, by their number in trace names. */
  readonly layers: readonly number[]
  readonly headCount: number
  /**
   * The weights of one query, from key 0 on. `query` is the index of its token in queryTokens. A key after the end of the
   * row has weight 0. The result is a view of the pattern, so do not write to it. Throws 'not-captured' if the pattern was
   * not captured, and 'option' for a layer, head or query that does not exist.
   */
  row(layer: number, head: number, query: number): Float32Array
  /** The pattern of a head, (T, S) with T = queries.count and S = keyCount. Throws as `row` does. */
  pattern(layer: number, head: number): Tensor
}

/**
 * The trace of one run, or of one step of a generation. Methods with a `part` take the model's only part by default, or
 * 'cross' for an encoder–decoder. As a PatternSource the trace shows this default part.
 *
 * A saved trace answers only the questions whose answers are in its file; for others it throws 'not-captured'. A trace
 * whose run was freed answers from its captured tensors; for other questions it throws 'disposed'.
 */
export interface Trace extends PatternSource {
  readonly info: ModelInfo
  /** The tokens of the input: the whole sequence of a decoder, the source of an encoder–decoder. */
  readonly tokens: readonly Token[]
  /** The inputs of an encoder–decoder's decoder, with the start token first. */
  readonly targetTokens?: readonly Token[]
  /** The parts with attention. */
  readonly parts: readonly Part[]
  /** The patterns of a part. Throws 'option' if the model has no such part. */
  view(part: Part): PatternSource
  /** The edits of the run. */
  readonly edits: readonly Edit[]
  /** The names of all tensors that compute() can return. For a saved trace, the names in its file. */
  names(): readonly string[]
  /** True if the tensor was captured, so that get(name) returns it. */
  has(name: string): boolean
  /**
   * A captured tensor, such as (N, T, S) for 'blocks.0.attn.pattern'. Throws 'not-captured' if the tensor was not captured,
   * and 'option' if the model has no tensor of this name.
   */
  get(name: string): Tensor
  /** The captured pattern of one head, (T, S): a view of the tensor from get(), so do not write to it. */
  pattern(layer: number, head: number, options?: { part?: Part }): Tensor
  /** The captured weights of one query, as in a PatternSource. */
  row(layer: number, head: number, query: number, options?: { part?: Part }): Float32Array
  /**
   * Any tensor of the run, captured or not. With `head` the tensor of this head alone, (T, S) or (T, H), or the mean over
   * all heads. With `queries` the rows of these queries in place of the trace's own. A 'picture' for the head 'mean' is a
   * picture of the mean pattern.
   */
  compute(
    name: string,
    options?: { head?: number | 'mean'; queries?: QueryRange; signal?: AbortSignal }
  ): Promise<Tensor>
  /**
   * The trace of the same run for all queries up to the last query of this trace. For a step of a generation this
   * includes the prompt and all earlier steps.
   */
  whole(): Trace
  /**
   * Attention rollout (Abnar & Zuidema 2020), (T, S): the share of each input token in each vector of the last layer,
   * computed from the patterns alone. For 'cross', the share of each source token in each target token, among the source
   * tokens. Each row sums to 1.
   */
  rollout(options?: { part?: Part; signal?: AbortSignal }): Promise<Tensor>
  /**
   * The summaries of all heads, layer by layer. For a step of a generation they cover all queries that the generation has
   * computed by now.
   */
  heads(options?: { part?: Part; signal?: AbortSignal }): Promise<readonly HeadSummary[]>
  /**
   * Attention flow (Abnar & Zuidema 2020), (1, S): the maximum flow from each token through all layers to one query
   * (default: the last). It needs queries and keys that are the same tokens, so 'cross' throws 'option'.
   */
  flow(options?: { part?: Part; query?: number; signal?: AbortSignal }): Promise<Tensor>
  /** The logit lens of each layer at each query (default: the queries of the trace): layer by layer, query by query. */
  lens(options?: {
    /** The number of candidates in each reading; default 5. */
    top?: number
    queries?: QueryRange
    /** The id of a token whose rank each reading reports. */
    token?: number
    signal?: AbortSignal
  }): Promise<readonly LensReading[]>
  /**
   * Splits the logit of a token (default: the likeliest) at a query (default: the last) into the terms of heads and
   * feed-forward layers. Throws 'unsupported' for a model with a norm after each layer, whose logit is not such a sum.
   */
  directLogits(options?: { query?: number; token?: number; signal?: AbortSignal }): Promise<DirectLogits>
  /** The queries and keys of a head in one plane. */
  plane(layer: number, head: number, options?: { part?: Part; signal?: AbortSignal }): Promise<Plane>
  /**
   * Writes the captured tensors to a safetensors file, which openTrace() reads. `also` names more tensors to compute and
   * save, by kind or trace name. `lens` is the number of candidates to save with each reading of the lens; default 0 saves
   * no lens.
   */
  save(options?: { also?: readonly string[]; lens?: number; signal?: AbortSignal }): Promise<Blob>
}
