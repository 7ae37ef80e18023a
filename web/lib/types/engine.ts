/**
 * The types of the engine's data, derived from its generated bindings. Families, sessions and the engine's wrapper
 * share them.
 */

import type { MainModule, Model, Run } from '../generated/attenscope-module.js'
import type { Tensor } from './tensors.js'
import type { GenerationEnd } from './calls.js'
import type { Token } from './tokens.js'
import type { Variant } from './loading.js'

/** The config of a Transformer, as the engine takes it. */
export type TransformerConfig = Parameters<MainModule['Model']['transformer']>[0]
/** The config of a recurrent model, as the engine takes it. */
export type RecurrentConfig = Parameters<MainModule['Model']['recurrent']>[0]
/** The config of one of the engine's two kinds of model. */
export type EngineConfig = { readonly transformer: TransformerConfig } | { readonly recurrent: RecurrentConfig }
/** The strides and offset by which a parameter is read from a stored tensor of another layout. */
export type TensorLayout = Parameters<Model['setLaidOut']>[2]
/** Token ids with their types and their mask. */
export type EngineTokens = Parameters<Run['append']>[0]
/** The settings of a beam search, all of them filled in. */
export type BeamOptions = Required<Parameters<Model['createBeamSearch']>[1]>
/**
 * An edit in the engine's form; see src/trace/edits.h. Without a head, query or key, the edit changes all heads,
 * queries or keys.
 */
export type EngineEdit = Parameters<Run['setEdits']>[0][number]

/** A tensor with a buffer of its own, so that the buffer can be transferred to another thread. */
export interface OwnedTensor extends Tensor {
  readonly data: Float32Array<ArrayBuffer>
}

/** The settings of sampling, all of them filled in. */
export interface SamplingOptions {
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly seed: number
}

/** Makes the token of a sampled id. `end` is the reason if the generation ends with this token. */
export type Decode = (id: number, end: GenerationEnd['reason'] | undefined) => Token

/** The WebAssembly modules of the package: builds of the engine for one thread and for several, and the attention library. */
export type WasmBuild = Variant | 'threads' | `ops-${Variant}`

/** A WebAssembly module's file: its address, or its bytes. */
export type WasmFile = string | Uint8Array<ArrayBuffer>

/** The files from which the engine is created. */
export interface EngineFiles {
  readonly variant: Variant
  /** The largest number of threads; see LoadOptions. */
  readonly threads: number
  /** The build for one thread. */
  readonly single: WasmFile
  /** The build for several threads; absent if the page wants one thread. */
  readonly several?: WasmFile | undefined
}
