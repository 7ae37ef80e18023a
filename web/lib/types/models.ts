/** The public types that describe a model: its kind, its sizes and its parts. */

import type { Variant } from './loading.js'
import type { Part } from './traces.js'

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
