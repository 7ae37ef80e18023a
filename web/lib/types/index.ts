/**
 * The public types of the package.
 *
 * Dimension letters, used in every shape below and in the engine: B batch, L layers, T queries, S keys, N query heads,
 * K key/value heads, H head width, C model width, F feed-forward width, V vocabulary. "Pattern" is the attention
 * weights after the normaliser.
 */

import type { Part } from './traces.js'

export type * from './calls.js'
export type * from './edits.js'
export type * from './effects.js'
export type * from './traces.js'

/** A dense row-major array of float32 with its shape. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** One token and the part of the text it stands for: `start` and `end` count UTF-16 units of the text. */
export interface Token {
  readonly id: number
  /** What the token stands for, in whole characters: `text.slice(start, end)`, or the token's own name if it is special. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** True for a token of a pair's second text, which its span is in. */
  readonly ofPair?: true
  /** True for a token such as the start of the text, which stands for none of its characters. */
  readonly special?: boolean
}

/**
 * How matrices are held in the engine: 'auto' as the file stores them, the package's own 8 bits in 8 bits and all else in
 * float32; 'f32' all in float32; 'f16' all in half precision, 'int8' all in 8 bits, both rounded as they load where they
 * are stored otherwise. Vectors are float32, and so is all arithmetic but that of 'int8'.
 */
export type Dtype = 'f32' | 'f16' | 'int8' | 'auto'

/** Which build of the engine runs: SIMD128 alone, or with relaxed SIMD's fused multiply-add. */
export type Variant = 'base' | 'relaxed'

/**
 * Where a model comes from: the URL of a folder, a Hugging Face id 'org/name', the folder's files as the user dropped
 * them, or (in Node) a path. The folder is a standard one: config.json, tokenizer.json, model.safetensors (or shards
 * with model.safetensors.index.json). A URL or a path may also be that of a model in one file: GGUF, or llama2.c's .bin.
 */
export type ModelSource = string | URL | readonly File[]

/** What a load reports while it goes. `total` is undefined while it is not known. */
export interface Progress {
  /** The file in hand, such as 'model.safetensors'. */
  readonly file: string
  /** Bytes read so far, over all files. */
  readonly loaded: number
  /** Bytes of all files, where known. */
  readonly total?: number
}

/** How a source is reached. */
export interface SourceOptions {
  /** Sent as a bearer token to the source's own origin, and to no other that it redirects to. */
  token?: string
  /** Where Hugging Face ids are looked up; https://huggingface.co unless told. */
  hub?: string
}

/** How a model is loaded. */
export interface LoadOptions extends SourceOptions {
  dtype?: Dtype
  /**
   * Threads that share the engine's work, at most the machine's; default 1. More than one need a page that is isolated
   * (`crossOriginIsolated`) and relaxed SIMD; elsewhere, and in Node, there is one. `info.threads` says how many run.
   */
  threads?: number
  /** Told as the files come. */
  onProgress?: (progress: Progress) => void
  signal?: AbortSignal
  /**
   * Keep fetched files, by their etag, so that they are not fetched twice, go on where they broke off, and serve without
   * a network: in Cache Storage, or in Node in the folder ATTENSCOPE_CACHE (else ~/.cache/attenscope). Default true.
   */
  cache?: boolean
  /** Forces a build of the engine, for tests and comparisons; the default is the best that the machine runs. */
  variant?: Variant
  /** Where the worker runs: its own thread (the default in a page) or the caller's (the default in Node). */
  thread?: 'worker' | 'caller'
}

/** How a checkpoint is looked at. */
export interface InspectOptions extends SourceOptions {
  /** Ends the reading. */
  signal?: AbortSignal
  /** Told as the files come. */
  onProgress?: (progress: Progress) => void
}

/**
 * What a model is: a 'decoder' goes on with a text (generate), an 'encoder-decoder' writes another one (translate,
 * generate, run with a target), a 'classifier' names its kind (classify), an 'encoder' reads it. All of them run().
 */
export type ModelKind = 'decoder' | 'encoder-decoder' | 'classifier' | 'encoder'

/** What its logits are of; 'none' where a checkpoint has no head, and no logits. */
export type Task =
  | 'causal-lm'
  | 'masked-lm'
  | 'seq2seq-lm'
  | 'sequence-classification'
  | 'token-classification'
  | 'question-answering'
  | 'none'

/** How `embed` makes one vector of a text's: as the checkpoint's 1_Pooling says, else the mean. */
export interface Pooling {
  /** Whose results stand one after another. */
  readonly modes: readonly PoolingMode[]
  /** Whether the vector is brought to length 1. */
  readonly normalize: boolean
}

/** What a text's vector is: that of its first token or its last, or the largest or a mean of all. */
export type PoolingMode = 'cls' | 'max' | 'mean' | 'mean-sqrt-length' | 'weighted-mean' | 'last'

/** One part of a model: how deep it is, and where it attends. */
export interface PartInfo {
  /** Layers. */
  readonly L: number
  /** Query heads of a layer that attends. */
  readonly N: number
  /** The layers that attend, as trace names count them. All of a Transformer's; of an LSTM's the last, or none. */
  readonly layers: readonly number[]
  /** Set where its one query was learnt and stands for no token: attention pooling. */
  readonly learnedQuery?: true
}

/**
 * What a model is: its family, its sizes by the dimension letters, and what it costs. The letters of an encoder–decoder
 * are its decoder's; those of an LSTM its attention's, C being the width of a state, and F is 0.
 */
export interface ModelInfo {
  readonly family: string
  readonly kind: ModelKind
  readonly task: Task
  /** Its parts: 'decoder' alone, 'encoder' alone (a classifier), or all three of an encoder–decoder. */
  readonly parts: Readonly<Partial<Record<Part, PartInfo>>>
  readonly L: number
  readonly N: number
  readonly K: number
  readonly H: number
  readonly C: number
  readonly F: number
  readonly V: number
  /** The longest sequence the positions allow; of an encoder–decoder, on either side. */
  readonly context: number
  /** What a classifier's logits stand for, in their order; of a text, or of each token. */
  readonly labels?: readonly string[]
  /** How a text's probabilities follow from a classifier's logits: softmax where nothing is said. */
  readonly scores?: 'softmax' | 'sigmoid' | 'none'
  readonly parameters: number
  /** Bytes that the weights take in the engine. */
  readonly bytes: number
  /** 'int8' where any matrix is held in 8 bits, 'f16' where any is in half precision. */
  readonly dtype: 'f32' | 'f16' | 'int8'
  readonly variant: Variant
  readonly threads: number
  readonly hasTokenizer: boolean
}

/** A checkpoint's facts, read without its weights. */
export interface ModelInspection {
  readonly family: string
  readonly config: Readonly<Record<string, unknown>>
  readonly info: Omit<ModelInfo, 'variant' | 'threads' | 'dtype' | 'bytes'>
  readonly tensors: readonly {
    readonly name: string
    readonly dtype: string
    readonly shape: readonly number[]
    readonly file: string
  }[]
  /** Bytes of the weights as stored. */
  readonly storedBytes: number
}

/**
 * A text; a pair of them (a question and where its answer may be, say); token ids, which are taken as they are: a start
 * token is the caller's; or messages, for a model with a chat template. Spans of tokens are then places in the text that
 * the template makes of them.
 */
export type Input = string | TextPair | TokenIds | { readonly messages: readonly ChatMessage[] }

/** Two texts that a model reads as one input. */
export interface TextPair {
  readonly text: string
  readonly pair?: string
}

/** An input that is tokens already. */
export interface TokenIds {
  readonly ids: readonly number[]
  /** The kind of each token, for models that tell them apart; default all 0. */
  readonly typeIds?: readonly number[]
  /** 0 where a token is padding, which no other looks at; default all 1. */
  readonly attentionMask?: readonly number[]
}

/** One turn of a conversation, put into the model's own form by its chat template. */
export interface ChatMessage {
  /** 'user', 'assistant' or 'system', mostly. */
  readonly role: string
  readonly content: string
}

/**
 * The decoder's side of a run. Of a text the decoder's inputs are the start token and the text's tokens; ids are the
 * inputs themselves, the start token included.
 */
export type Target = string | Pick<TokenIds, 'ids'>
