/** The public types that describe a model: its kind, its sizes and its parts. */

import type { Variant } from './loading.js'
import type { Part } from './traces.js'

/**
 * The kind of a model: a 'decoder' continues a text (generate), an 'encoder-decoder' writes another text (translate,
 * generate), a 'classifier' labels a text (classify), an 'encoder' makes vectors of a text (embed). Every kind has run().
 */
export type ModelKind = 'decoder' | 'encoder-decoder' | 'classifier' | 'encoder'

/** The meaning of a model's logits; 'none' for a checkpoint without a head, which has no logits. */
export type Task =
  | 'causal-lm'
  | 'masked-lm'
  | 'seq2seq-lm'
  | 'sequence-classification'
  | 'token-classification'
  | 'question-answering'
  | 'none'

/** The way in which `embed` makes one vector of a text's states. */
export interface Pooling {
  /** The modes, whose vectors follow one another in the result. */
  readonly modes: readonly PoolingMode[]
  /** True if the vector is scaled to length 1. */
  readonly normalize: boolean
}

/**
 * The vector of a text: the state of its first token ('cls') or of its last, the largest number of each column, or a
 * mean of all states.
 */
export type PoolingMode = 'cls' | 'max' | 'mean' | 'mean-sqrt-length' | 'weighted-mean' | 'last'

/** The sizes of one part of a model. */
export interface PartInfo {
  /** The number of layers. */
  readonly L: number
  /** The number of query heads in a layer with attention. */
  readonly N: number
  /**
   * The layers with attention, by their number in trace names: every layer of a Transformer; the last layer of an LSTM,
   * or none.
   */
  readonly layers: readonly number[]
  /** True for attention pooling: the part has one query, which was learnt and belongs to no token. */
  readonly learnedQuery?: true
}

/**
 * The facts of a loaded model: its family, its sizes by the dimension letters, and its memory. For an encoder–decoder the
 * letters are the sizes of its decoder. For an LSTM they are the sizes of its attention; C is the width of a state, and F
 * is 0.
 */
export interface ModelInfo {
  readonly family: string
  readonly kind: ModelKind
  readonly task: Task
  /** The parts: 'decoder' alone, 'encoder' alone (a classifier, say), or all three for an encoder–decoder. */
  readonly parts: Readonly<Partial<Record<Part, PartInfo>>>
  readonly L: number
  readonly N: number
  readonly K: number
  readonly H: number
  readonly C: number
  readonly F: number
  readonly V: number
  /** The longest sequence in tokens; for an encoder–decoder the longest source and the longest target. */
  readonly context: number
  /** The labels of a classifier's logits, in the order of the logits. */
  readonly labels?: readonly string[]
  /** The function that turns a classifier's logits into the scores of `classify`; default 'softmax'. */
  readonly scores?: 'softmax' | 'sigmoid' | 'none'
  /**
   * The number of parameters: the numbers of every stored tensor that the model reads. A tensor that several places of the
   * model share, such as a head tied to the embedding, counts once. Scales of 8-bit matrices and position tables that the
   * model computes itself do not count. `inspectModel` and `loadModel` count alike.
   */
  readonly parameters: number
  /** The memory of the weights in the engine, in bytes. */
  readonly bytes: number
  /** 'int8' if any matrix is in 8 bits, else 'f16' if any matrix is in half precision. */
  readonly dtype: 'f32' | 'f16' | 'int8'
  readonly variant: Variant
  /** The number of threads that share the engine's work. */
  readonly threads: number
  /** False for a model without a tokenizer, which takes token ids only. */
  readonly hasTokenizer: boolean
  /** How the load differs from the usual one, because the page or its bundler allows no other; absent if it does not. */
  readonly notices?: readonly LoadNotice[]
}

/**
 * A difference from the usual load:
 * - 'page-thread': no worker could start, so the model runs on the page's own thread.
 * - 'inlined-files': the engine's file could not be fetched, so its copy inside the package's JavaScript is used.
 */
export interface LoadNotice {
  readonly code: 'page-thread' | 'inlined-files'
  /** The reason and the remedy, for the page's author. */
  readonly message: string
}

/** The facts of a checkpoint, read without its weights. */
export interface ModelInspection {
  readonly family: string
  /** The checkpoint's config.json, or the config that its file holds. */
  readonly config: Readonly<Record<string, unknown>>
  readonly info: Omit<ModelInfo, 'variant' | 'threads' | 'dtype' | 'bytes' | 'notices'>
  readonly tensors: readonly {
    readonly name: string
    readonly dtype: string
    readonly shape: readonly number[]
    readonly file: string
  }[]
  /** The size of the stored weights, in bytes. */
  readonly storedBytes: number
}
