/** The types of the engine's data, from its generated bindings. They stand below the families and the engine alike. */

import type { MainModule, Model, Run } from '../generated/attenscope-module.js'
import type { Tensor } from './tensors.js'
import type { GenerationEnd } from './calls.js'
import type { Token } from './tokens.js'

export type TransformerConfig = Parameters<MainModule['Model']['transformer']>[0]
export type RecurrentConfig = Parameters<MainModule['Model']['recurrent']>[0]
/** The config of one of the engine's two kinds of model. */
export type EngineConfig = { readonly transformer: TransformerConfig } | { readonly recurrent: RecurrentConfig }
/** The place of a parameter's numbers in a tensor of another layout. */
export type TensorLayout = Parameters<Model['setLaidOut']>[2]
/** Token ids with their types and their mask. */
export type EngineTokens = Parameters<Run['append']>[0]
export type BeamOptions = Required<Parameters<Model['createBeamSearch']>[1]>
/** An edit in the engine's words. Without a head, query or key the edit changes all of them: see src/trace/edits.h. */
export type EngineEdit = Parameters<Run['setEdits']>[0][number]

/** A tensor in memory of its own, which can be transferred. */
export interface OwnedTensor extends Tensor {
  readonly data: Float32Array<ArrayBuffer>
}

export interface SamplingOptions {
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly seed: number
}

/** Gives the token of a sampled id; `end` is the reason where the token ends the text. */
export type Decode = (id: number, end: GenerationEnd['reason'] | undefined) => Token
