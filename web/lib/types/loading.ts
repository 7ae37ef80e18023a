/** The public types of loading: where a model comes from and how its weights are kept. */

import type { dtypes, variants } from '../choices.js'

/**
 * How matrices are held in the engine: 'auto' as the file stores them, the package's own 8 bits in 8 bits and all else in
 * float32; 'f32' all in float32; 'f16' all in half precision, 'int8' all in 8 bits, both rounded as they load where they
 * are stored otherwise. Vectors are float32, and so is all arithmetic but that of 'int8'.
 */
export type Dtype = (typeof dtypes)[number]

/** Which build of the engine runs: SIMD128 alone, or with relaxed SIMD's fused multiply-add. */
export type Variant = (typeof variants)[number]

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
