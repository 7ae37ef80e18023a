/** The engine: the WebAssembly module that runs models. */

import { ModelHandle } from './engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { MainModule } from '../generated/attenscope-module.js'
import { isNode } from '../sources/node-modules.js'
import type { EngineConfig } from '../types/engine.js'
import type { Variant } from '../types/index.js'
import { instantiate, WasmInstance } from './wasm-instance.js'

/** Fetches and compiles the build of the engine for this variant, with threads if the page allows more than one. */
export async function loadEngine(variant: Variant, threads = 1): Promise<Engine> {
  const wanted = variant === 'relaxed' && mayShareMemory() ? Math.min(threads, navigator.hardwareConcurrency) : 1
  if (wanted > 1) {
    try {
      return await loadThreads(wanted)
    } catch {
      // Memory for sharing or for the threads is missing. One thread needs neither.
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

/** One instance of the engine, which holds one model. A trap breaks only this instance and its model. */
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
