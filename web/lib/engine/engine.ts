/** The engine: the WebAssembly module that runs models. */

import { ModelHandle } from './engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { MainModule, Model, Run } from '../generated/attenscope-module.js'
import { isNode } from '../sources/node-modules.js'
import type { Tensor, Variant } from '../types/index.js'
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
/** What is left out is as src/trace/edits.h has it: all heads, queries, keys. */
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

/** Fetches and compiles the build of the engine for this variant, with threads where more than one can be had. */
export async function loadEngine(variant: Variant, threads = 1): Promise<Engine> {
  const wanted = variant === 'relaxed' && mayShareMemory() ? Math.min(threads, navigator.hardwareConcurrency) : 1
  if (wanted > 1) {
    try {
      return await loadThreads(wanted)
    } catch {
      // Room for shared memory or for the threads themselves is not there: one thread needs neither.
    }
  }
  const module = await instantiate(
    `the engine's WebAssembly module (${variant})`,
    () => (variant === 'relaxed' ? import('./attenscope-relaxed.mjs') : import('./attenscope-base.mjs')),
    () => new URL(`./attenscope-${variant}.wasm`, import.meta.url)
  )
  return new Engine(module, variant)
}

function mayShareMemory(): boolean {
  return !isNode && globalThis.crossOriginIsolated
}

async function loadThreads(threads: number): Promise<Engine> {
  const module = await instantiate(
    "the engine's WebAssembly module (threads)",
    () => import('./attenscope-threads.mjs'),
    () => new URL('./attenscope-threads.wasm', import.meta.url),
    { otherThreads: threads - 1 }
  )
  return new Engine(module, 'relaxed', module.setThreads(threads))
}

/** One instance of the engine. A trap breaks it for good, and with it only the one model that it holds. */
export class Engine extends WasmInstance<Pick<MainModule, 'Model'>> {
  constructor(
    module: Pick<MainModule, 'Model'>,
    variant: Variant,
    readonly threads = 1
  ) {
    super(module, variant)
  }

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
