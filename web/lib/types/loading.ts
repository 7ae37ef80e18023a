/** The public types of loading: the source of a model and the format of its weights. */

import type { dtypes, threadKinds, variants } from '../choices.js'

/**
 * The format of a model's matrices in the engine:
 * - 'auto': matrices in the package's own 8-bit format stay in 8 bits, all others become float32.
 * - 'f32': all matrices become float32.
 * - 'f16': all matrices become half precision; others are rounded as they load.
 * - 'int8': all matrices become 8 bits; others are rounded as they load.
 *
 * Vectors are always float32. All arithmetic is in float32, except products with 'int8' matrices.
 */
export type Dtype = (typeof dtypes)[number]

/** The build of the engine: 'base' uses SIMD128, 'relaxed' uses the fused multiply-add of relaxed SIMD too. */
export type Variant = (typeof variants)[number]

/**
 * The source of a model: the URL of a folder, a Hugging Face id such as 'org/name' or 'gpt2', the files of a folder (dropped
 * by the user, say), or a path in Node. The folder holds config.json, tokenizer.json and model.safetensors (or shards with
 * model.safetensors.index.json). A URL or a path may also name a model in one file: GGUF, or a .bin of llama2.c.
 *
 * A bare name is an id: a folder beside the page is './name/'. In Node a folder of that name comes before the hub.
 */
export type ModelSource = string | URL | readonly File[]

/** The progress of a load, in bytes. */
export interface Progress {
  /** The file that is being read, such as 'model.safetensors'. */
  readonly file: string
  /** Bytes read so far, over all files. */
  readonly loaded: number
  /** Bytes of all files; absent until it is known. */
  readonly total?: number
}

/** The options for access to a source. */
export interface SourceOptions {
  /** A bearer token. It is sent to the source's own origin only, never to another origin after a redirect. */
  token?: string
  /** The address of the hub that resolves Hugging Face ids; default https://huggingface.co. */
  hub?: string
  /**
   * How long a server may send nothing before the download fails with 'network', in milliseconds; Infinity for no limit.
   * Default 60,000.
   */
  stallMs?: number
}

/** The options of a load. */
export interface LoadOptions extends SourceOptions {
  /** The format of the matrices in the engine. Default 'auto'. */
  dtype?: Dtype
  /**
   * The number of threads that share the engine's work, at most the machine's own number; default 1. More than one thread
   * needs an isolated page (`crossOriginIsolated`) and relaxed SIMD; elsewhere, and in Node, one thread runs.
   * `info.threads` is the number that runs.
   */
  threads?: number
  /** Receives the progress while files are read. */
  onProgress?: (progress: Progress) => void
  /** Cancels the load. The promise then rejects with 'aborted'. */
  signal?: AbortSignal
  /**
   * Stores fetched files with their etag: in Cache Storage, or in Node in the folder of the environment variable
   * ATTENSCOPE_CACHE (else ~/.cache/attenscope). A stored file is not fetched again, a broken download continues, and a
   * model loads without a network. Default true.
   */
  cache?: boolean
  /** The build of the engine, for tests and comparisons; the default is the best build that the machine supports. */
  variant?: Variant
  /**
   * The thread of the engine: a worker, or the caller's own thread (the default in Node). By default a page starts a worker,
   * and where no worker can start, the page's own thread runs the model; `info.notices` then says so.
   */
  thread?: Thread
  /**
   * The address of the package's worker.js, for bundlers that leave the file out; relative addresses are relative to the page.
   * The default is the file beside the package's index.js. The address may be of another origin that allows CORS.
   */
  workerUrl?: string | URL
  /**
   * The address of the folder with the package's .wasm files, ending with '/', or of one of these files, whose build then
   * runs. The default is the folder of the package's index.js.
   */
  wasmUrl?: string | URL
}

/** The thread of an engine: a worker, or the caller's own thread. */
export type Thread = (typeof threadKinds)[number]

/** The settings of a whole page, for `configure`. */
export type PageSettings = Pick<LoadOptions, 'thread' | 'workerUrl' | 'wasmUrl' | 'stallMs'>

/** The options of openTrace. */
export interface OpenTraceOptions {
  /** Cancels the download. The promise then rejects with 'aborted'. */
  signal?: AbortSignal
  /**
   * How long a server may send nothing before the download fails with 'network', in milliseconds; Infinity for no limit.
   * The default is that of the page (`configure`), else 60,000.
   */
  stallMs?: number
}

/** The options of an inspection. */
export interface InspectOptions extends SourceOptions {
  /** Cancels the inspection. The promise then rejects with 'aborted'. */
  signal?: AbortSignal
  /** Receives the progress while files are read. */
  onProgress?: (progress: Progress) => void
}
