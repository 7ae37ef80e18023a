/** The engine: the WebAssembly module that runs models. */

import { ModelHandle } from './engine-handles.js'
import { AttenscopeError } from './errors.js'
import type { MainModule, Model, Run } from './generated/attenscope-module.js'
import type { Tensor, Variant } from './types.js'
import { instantiate, WasmInstance } from './wasm-instance.js'

export type TransformerConfig = Parameters<MainModule['Model']['transformer']>[0]
export type RecurrentConfig = Parameters<MainModule['Model']['recurrent']>[0]
/** What the engine is to make: one of its two kinds of model. */
export type EngineConfig = { readonly transformer: TransformerConfig } | { readonly recurrent: RecurrentConfig }
/** Where a parameter's numbers lie in a tensor of another layout. */
export type TensorLayout = Parameters<Model['setLaidOut']>[2]
/** Ids, and what else comes with them. */
export type EngineTokens = Parameters<Run['append']>[0]
export type BeamOptions = Required<Parameters<Model['createBeamSearch']>[1]>
/** What is left out is as trace/edits.h has it: all heads, queries, keys. */
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

/** Fetches and compiles the build of the engine for this variant. */
export async function loadEngine(variant: Variant): Promise<Engine> {
  const module = await instantiate(
    `the engine's WebAssembly module (${variant})`,
    () => (variant === 'relaxed' ? import('./attenscope-relaxed.mjs') : import('./attenscope-base.mjs')),
    () => new URL(`./attenscope-${variant}.wasm`, import.meta.url)
  )
  return new Engine(module, variant)
}

/** One instance of the engine. A trap breaks it for good, and with it only the one model that it holds. */
export class Engine extends WasmInstance<Pick<MainModule, 'Model'>> {
  createModel(config: EngineConfig): ModelHandle {
    return new ModelHandle(
      this,
      this.call(() => {
        const { Model } = this._module
        const model =
          'transformer' in config ? Model.transformer(config.transformer) : Model.recurrent(config.recurrent)
        if (!model) throw new AttenscopeError('worker', 'the engine made no model')
        return model
      })
    )
  }
}
