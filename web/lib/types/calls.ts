/** The public types of the calls on a model: their options and what they give. */

import type { Trace } from './traces.js'
import type { HeadEffectOptions, HeadEffects, PatchEffectOptions, PatchEffects } from './effects.js'
import type { Edit } from './edits.js'
import type { ModelInfo } from './models.js'
import type { Tensor } from './tensors.js'
import type { Input, Target, Token } from './tokens.js'

/** How a text is run. */
export interface RunOptions {
  /** What the decoder of an encoder–decoder reads; needed there, and refused elsewhere. */
  target?: Target
  /** Kinds ('pattern', 'q', 'scores', …) or trace names, in which * stands for any part. */
  capture?: readonly string[]
  /** Default: 'all' up to 64 MB of them, else 'last'. */
  logits?: 'all' | 'last' | 'none'
  edits?: readonly Edit[]
  /** Of a decoder's text, how many tokens are a prompt: the steps of edits count from there, as in a generation. */
  promptTokens?: number
  signal?: AbortSignal
  /** Tokens computed so far and in all. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** How a text is gone on with. */
export interface GenerateOptions {
  /** Default: until the model ends the text or its context is full, at most 2,048: room is taken for as many at once. */
  maxNewTokens?: number
  /** 0 (the default) takes the likeliest token each time. */
  temperature?: number
  /** Sample among the k likeliest; 0 (the default) among all. */
  topK?: number
  /** Sample among the likeliest that together reach this probability; 1 (the default) among all. */
  topP?: number
  /** The same seed gives the same text. Default 0. */
  seed?: number
  /** Texts that end the generation when they appear in what was generated. */
  stop?: readonly string[]
  capture?: readonly string[]
  edits?: readonly Edit[]
  signal?: AbortSignal
}

/**
 * (T, V) of the sequence, or of the target where there is one; (1, V) under 'last', (0, V) under 'none'. A sequence
 * classifier's: (labels); a token classifier's: (T, labels). Of a model without a head: (0, 0).
 */
export interface Logits extends Tensor {
  /** Question answering, whose data is (T, 2): whether the answer starts, and ends, at each token; (T) each. */
  readonly start?: Tensor
  readonly end?: Tensor
}

/** A text that went through the model. The engine keeps the last four runs of a model; an older one's trace holds only what was captured. */
export interface Run {
  /** The input's tokens. */
  readonly tokens: readonly Token[]
  /** The decoder's inputs, the start token first, of an encoder–decoder; their spans are in the target text. */
  readonly targetTokens?: readonly Token[]
  readonly logits: Logits
  readonly trace: Trace
  readonly elapsedMs: number
  /** Gives the engine's memory back; what was captured stays. */
  dispose(): Promise<void>
}

/** One token of a generation and the computation that predicted it. */
export interface GenerationStep {
  /** The token that was just sampled; its span is in the whole text, the prompt and what was generated, or in the target text alone. */
  readonly token: Token
  /** The prompt's (an encoder–decoder's: the source's) tokens, in the first step only. */
  readonly promptTokens?: readonly Token[]
  /** (V): what `token` was sampled from, before temperature. */
  readonly logits: Tensor
  /**
   * Its queries are the tokens computed in this step: the whole prompt at first (an encoder–decoder's start token), then
   * one. `token` is not among them.
   */
  readonly trace: Trace
  /** 0, 1, 2, … */
  readonly index: number
  readonly elapsedMs: number
}

/** Why a generation ended: the model ended the text, maxNewTokens, the model's context is full, or a stop text came. */
export interface GenerationEnd {
  readonly reason: 'end' | 'length' | 'context' | 'stop'
}

/** How a text's counterpart is searched for. */
export interface TranslateOptions {
  /** Hypotheses that are followed at once; 1 is greedy. Default: generation_config.json's num_beams, else 4. */
  numBeams?: number
  /** Scores are divided by the length to this power: above 0 favours long texts. Default: length_penalty, else 1. */
  lengthPenalty?: number
  /** The longest target in tokens, its start token included. Default: max_length, else the model's context. */
  maxLength?: number
  /** No run of so many tokens comes twice; 0 lets them. Default: no_repeat_ngram_size, else 0. */
  noRepeatNgramSize?: number
  /** As for a run: what of the winning text's run is given out with the trace. */
  capture?: readonly string[]
  /** Of the search and of the winning text's run alike. */
  edits?: readonly Edit[]
  signal?: AbortSignal
  /** Target tokens searched so far, and how many there can be. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** The best text that a beam search found. */
export interface Translation {
  readonly text: string
  /** What was generated, the end token included; spans are in `text`. Query i of the trace's target predicted tokens[i]. */
  readonly tokens: readonly Token[]
  /** The sum of the tokens' log probabilities, divided by their count to the power lengthPenalty. */
  readonly score: number
  /** The run of the source with this text as its target: trace.tokens is the source, trace.targetTokens the decoder's inputs. */
  readonly trace: Trace
  readonly elapsedMs: number
}

/** What a run takes, as far as it concerns an embedding. */
export type EmbedOptions = Pick<RunOptions, 'capture' | 'edits' | 'signal' | 'onProgress'>

/** A text as one vector, (C) or several of that size one after another. */
export interface Embedding extends Tensor {
  readonly trace: Trace
  readonly elapsedMs: number
}

/** What a run takes, as far as it concerns a classification. */
export type ClassifyOptions = Pick<RunOptions, 'capture' | 'edits' | 'signal' | 'onProgress'>

/** What a classifier says of a text. */
export interface Classification {
  /** Every label with its probability, the likeliest first. */
  readonly labels: readonly { readonly label: string; readonly score: number }[]
  readonly trace: Trace
  readonly elapsedMs: number
}

/**
 * A model in the engine. Calls may overlap: they take turns, a few milliseconds each, in the order they came.
 * An aborted or failed call leaves the model usable; one that this kind of model has not is refused as 'unsupported'.
 */
export interface Model {
  readonly info: ModelInfo
  /** Runs a text through the model: logits, and a trace of all that was computed on the way. */
  run(input: Input, options?: RunOptions): Promise<Run>
  /** One token is computed for each next(); leaving the loop, or aborting, frees what it held. */
  generate(input: Input, options?: GenerateOptions): AsyncGenerator<GenerationStep, GenerationEnd, void>
  /** Writes the input's counterpart by beam search; for an encoder–decoder. */
  translate(input: Input, options?: TranslateOptions): Promise<Translation>
  /** For a classifier. */
  classify(input: Input, options?: ClassifyOptions): Promise<Classification>
  /** One vector of a text, of its last states as the checkpoint's 1_Pooling says, else their mean; not for an encoder–decoder. */
  embed(input: Input, options?: EmbedOptions): Promise<Embedding>
  /** Tokens of the vocabulary, each by itself: its text, and no place in one. */
  tokens(ids: readonly number[]): Promise<readonly Token[]>
  /** Which heads matter: what the loss of each one, in turn, changes about a logit or the difference of two. */
  headEffects(input: Input, options?: HeadEffectOptions): Promise<HeadEffects>
  /** Which places matter: what another text's vector, at each layer and token in turn, changes about the same. */
  patchEffects(input: Input, options: PatchEffectOptions): Promise<PatchEffects>
  /** Frees the model; every later call is refused as 'disposed'. */
  dispose(): Promise<void>
}
