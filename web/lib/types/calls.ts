/** The public types of the calls on a model: their options and their results. */

import type { Trace } from './traces.js'
import type { HeadEffectOptions, HeadEffects, PatchEffectOptions, PatchEffects } from './effects.js'
import type { Edit } from './edits.js'
import type { ModelInfo } from './models.js'
import type { Tensor } from './tensors.js'
import type { Input, Target, Token } from './tokens.js'

/** The options of a run. */
export interface RunOptions {
  /** The text that the decoder of an encoder–decoder reads. Such a model needs a target; other models refuse one. */
  target?: Target
  /**
   * The tensors to return with the run: kinds ('pattern', 'q', 'scores', …) or trace names. In a name, * matches any
   * text between two dots.
   */
  capture?: readonly string[]
  /** The tokens whose logits are returned. Default: 'all' where these logits take at most 64 MB, else 'last'. */
  logits?: 'all' | 'last' | 'none'
  /** Changes to the model during this run. */
  edits?: readonly Edit[]
  /**
   * The number of tokens that are a prompt, for a decoder. The `step` of an edit is counted from there, as in a
   * generation.
   */
  promptTokens?: number
  /** Cancels the run. The promise then rejects with 'aborted'. */
  signal?: AbortSignal
  /** Receives the number of tokens computed so far and the number of all tokens. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** The options of a generation. */
export interface GenerateOptions {
  /**
   * The most tokens to generate. Without a number the generation continues until the model ends the text or its context is
   * full, with at most 2,048 tokens. The engine reserves memory for all of these tokens at the start.
   */
  maxNewTokens?: number
  /** Divides the logits before sampling. 0 (the default) takes the likeliest token in every step. */
  temperature?: number
  /** Samples among the k likeliest tokens; 0 (the default) samples among all tokens. */
  topK?: number
  /**
   * Samples among the likeliest tokens that together reach this probability; 1 (the default) samples among all tokens.
   */
  topP?: number
  /** The seed of the sampling. The same seed gives the same text. Default 0. */
  seed?: number
  /** Texts that end the generation when the generated text contains one of them. */
  stop?: readonly string[]
  /** The tensors to return with each step: kinds or trace names, as for a run. */
  capture?: readonly string[]
  /** Changes to the model during this generation. */
  edits?: readonly Edit[]
  /**
   * The number of tokens of the input that are a prompt, for a decoder: the rest was generated earlier. The `step` of an
   * edit is counted from there. Default: all tokens of the input.
   */
  promptTokens?: number
  /** Cancels the generation. The next step then rejects with 'aborted'. */
  signal?: AbortSignal
}

/**
 * Logits, one row for each token of the sequence, or of the target in an encoder–decoder: (T, V) for 'all', (1, V) for
 * 'last', (0, V) for 'none'. A sequence classifier returns (labels), a token classifier (T, labels), and a model without a
 * head (0, 0).
 */
export interface Logits extends Tensor {
  /** Question answering, whose data is (T, 2), only. The logits (T) that the answer starts at each token. */
  readonly start?: Tensor
  /** Question answering only. The logits (T) that the answer ends at each token. */
  readonly end?: Tensor
}

/**
 * The result of a run. The engine keeps the last four runs of a model. The trace of an older run holds only the captured
 * tensors.
 */
export interface Run {
  /** The tokens of the input. */
  readonly tokens: readonly Token[]
  /** The inputs of an encoder–decoder's decoder, with the start token first. Their spans are in the target text. */
  readonly targetTokens?: readonly Token[]
  readonly logits: Logits
  readonly trace: Trace
  /** Milliseconds that the run took. */
  readonly elapsedMs: number
  /** Frees the memory of the run in the engine. Captured tensors remain. */
  dispose(): Promise<void>
}

/** One step of a generation: the sampled token and the computation that predicted it. */
export interface GenerationStep {
  /**
   * The token that was sampled. Its span is in the prompt with the generated text, or in the target text of an
   * encoder–decoder.
   */
  readonly token: Token
  /** The tokens of the prompt, or of the source text of an encoder–decoder. Present in the first step only. */
  readonly promptTokens?: readonly Token[]
  /** (V): the logits from which `token` was sampled, before the temperature is applied. */
  readonly logits: Tensor
  /**
   * The trace of this step. Its queries are the tokens that the step computed: the whole prompt in the first step (the
   * start token of an encoder–decoder), then one token a step. `token` is not one of them.
   */
  readonly trace: Trace
  /** The number of this step, from 0. */
  readonly index: number
  /** Milliseconds that the step took. */
  readonly elapsedMs: number
}

/**
 * The end of a generation. The reasons: the model ended the text ('end'), maxNewTokens was reached ('length'), the model's
 * context is full ('context'), or a stop text appeared ('stop').
 */
export interface GenerationEnd {
  readonly reason: 'end' | 'length' | 'context' | 'stop'
}

/** The options of a translation by beam search. */
export interface TranslateOptions {
  /**
   * The number of hypotheses in each step; 1 is greedy search. Default: num_beams of generation_config.json, else 4.
   */
  numBeams?: number
  /**
   * Scores are divided by the length to this power. Values above 0 favour long texts. Default: length_penalty, else 1.
   */
  lengthPenalty?: number
  /** The longest target in tokens, with its start token. Default: max_length, else the model's context. */
  maxLength?: number
  /** No sequence of this many tokens appears twice; 0 allows repetition. Default: no_repeat_ngram_size, else 0. */
  noRepeatNgramSize?: number
  /** The tensors to return with the trace of the best text: kinds or trace names, as for a run. */
  capture?: readonly string[]
  /** Changes to the model, both in the search and in the run of the best text. */
  edits?: readonly Edit[]
  /** Cancels the translation. The promise then rejects with 'aborted'. */
  signal?: AbortSignal
  /** Receives the number of target tokens searched so far and the largest possible number. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** The best text that a beam search found. */
export interface Translation {
  readonly text: string
  /** The generated tokens, with the end token. Spans are in `text`. Target query i of the trace predicted tokens[i]. */
  readonly tokens: readonly Token[]
  /**
   * The sum of the tokens' log probabilities (natural logarithm), divided by their number to the power lengthPenalty.
   */
  readonly score: number
  /**
   * The run of the source with this text as its target: trace.tokens is the source, trace.targetTokens the decoder's
   * inputs.
   */
  readonly trace: Trace
  /** Milliseconds that the search and the run took together. */
  readonly elapsedMs: number
  /** Frees the memory of the run in the engine. Captured tensors remain. */
  dispose(): Promise<void>
}

/** The options of an embedding; they mean the same as for a run. */
export type EmbedOptions = Pick<RunOptions, 'capture' | 'edits' | 'signal' | 'onProgress'>

/**
 * The vector of a text: (C), or several vectors of C numbers after one another where the model has several poolings.
 */
export interface Embedding extends Tensor {
  readonly trace: Trace
  /** Milliseconds that the run took. */
  readonly elapsedMs: number
  /** Frees the memory of the run in the engine. Captured tensors remain. */
  dispose(): Promise<void>
}

/** The options of a classification; they mean the same as for a run. */
export type ClassifyOptions = Pick<RunOptions, 'capture' | 'edits' | 'signal' | 'onProgress'>

/** The result of a classification. */
export interface Classification {
  /** Every label with its score, the highest first. A score is a probability unless `info.scores` is 'none'. */
  readonly labels: readonly { readonly label: string; readonly score: number }[]
  readonly trace: Trace
  /** Milliseconds that the run took. */
  readonly elapsedMs: number
  /** Frees the memory of the run in the engine. Captured tensors remain. */
  dispose(): Promise<void>
}

/**
 * A loaded model. Several calls may run at once: the engine works on each for a few milliseconds at a time, in the order
 * in which they came. The model remains usable after a call was aborted or failed. A method that does not suit the kind of
 * model throws 'unsupported'. Wrong options throw 'option' and name the option.
 */
export interface Model {
  readonly info: ModelInfo
  /** Runs a text through the model. The result has the logits and a trace of every tensor that the run computes. */
  run(input: Input, options?: RunOptions): Promise<Run>
  /**
   * Continues a text. Each next() computes one token. Leaving the loop, or aborting, frees the memory of the
   * generation.
   */
  generate(input: Input, options?: GenerateOptions): AsyncGenerator<GenerationStep, GenerationEnd, void>
  /** Translates a text by beam search. Only an encoder–decoder can translate. */
  translate(input: Input, options?: TranslateOptions): Promise<Translation>
  /** Gives the score of each label for a text. Only a classifier can classify. */
  classify(input: Input, options?: ClassifyOptions): Promise<Classification>
  /**
   * Makes one vector of a text: the last states, pooled as the checkpoint's 1_Pooling folder says, else their mean. An
   * encoder–decoder has no embedding.
   */
  embed(input: Input, options?: EmbedOptions): Promise<Embedding>
  /** The tokens of these ids, each by itself: the text of each token, without a position in any text. */
  tokens(ids: readonly number[]): Promise<readonly Token[]>
  /**
   * Finds the heads that matter: removes one head after another and measures the change of a logit, or of a difference
   * of two logits.
   */
  headEffects(input: Input, options?: HeadEffectOptions): Promise<HeadEffects>
  /**
   * Finds the layers and tokens that matter: puts the vector of another text at one layer and token after another, and
   * measures the change of a logit, or of a difference of two logits.
   */
  patchEffects(input: Input, options: PatchEffectOptions): Promise<PatchEffects>
  /** Frees the model. Every later call throws 'disposed'. */
  dispose(): Promise<void>
}
