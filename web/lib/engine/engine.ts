/** The engine: the WebAssembly module that runs models. */

import { ModelHandle } from './engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { MainModule } from '../generated/attenscope-module.js'
import { isNode } from '../sources/node-modules.js'
import type { EngineConfig, EngineFiles, WasmFile } from '../types/engine.js'
import type { Variant } from '../types/index.js'
import { instantiate, WasmInstance } from './wasm-instance.js'

/** Starts one thread of the engine: a worker that calls `runThread`. */
export type StartThread = () => Worker

/** Creates the engine from its files, with threads if the page allows more than one and `startThread` is given. */
export async function loadEngine(
  { variant, threads, single, several }: EngineFiles,
  startThread?: StartThread
): Promise<Engine> {
  const wanted = mayShareMemory() ? Math.min(threads, navigator.hardwareConcurrency) : 1
  if (wanted > 1 && several !== undefined && startThread) {
    try {
      return await loadThreads(wanted, several, startThread)
    } catch {
      // Memory for sharing or for the threads is missing. One thread needs neither.
    }
  }
  const module = await instantiate(
    `the engine's WebAssembly module (${variant})`,
    () => (variant === 'relaxed' ? import('./attenscope-relaxed.mjs') : import('./attenscope-base.mjs')),
    single
  )
  return new Engine(module, variant)
}

function mayShareMemory(): boolean {
  return !isNode && globalThis.crossOriginIsolated
}

async function loadThreads(threads: number, file: WasmFile, startThread: StartThread): Promise<Engine> {
  const module = await instantiate(
    "the engine's WebAssembly module (threads)",
    () => import('./attenscope-threads.mjs'),
    file,
    { otherThreads: threads - 1, startThread }
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

/** Makes this worker a thread of the engine: the script of the build with threads sees the worker's name and waits for work. */
export async function runThread(): Promise<void> {
  await import('./attenscope-threads.mjs')
}
