/** The WebAssembly module of the attention library. */

import type { OwnedTensor, WasmFile } from '../types/engine.js'
import type { MainModule } from '../generated/attenscope-ops-module.js'
import type { Variant } from '../types/index.js'
import { instantiate, WasmInstance } from './wasm-instance.js'

/** A function of the attention library. */
export type OpName = keyof MainModule['Ops']
/** The tensors of a call, by the names that src/bindings/ops_*.cpp read. */
export type OpTensors = Parameters<MainModule['Ops']['attention']>[0]
/** The settings of a call, by the names that src/bindings/ops_*.cpp read. */
export type OpSettings = Parameters<MainModule['Ops']['attention']>[1]

/** Creates the attention library of this variant from its file. */
export async function loadOpsEngine(variant: Variant, file: WasmFile): Promise<OpsEngine> {
  const module = await instantiate(
    `the attention library's WebAssembly module (${variant})`,
    () => (variant === 'relaxed' ? import('./attenscope-ops-relaxed.mjs') : import('./attenscope-ops-base.mjs')),
    file
  )
  return new OpsEngine(module, variant)
}

export class OpsEngine extends WasmInstance<Pick<MainModule, 'Ops'>> {
  /** Calls a function of the attention library. Its results are copies. */
  op(name: OpName, tensors: OpTensors, settings: OpSettings): Readonly<Record<string, OwnedTensor>> {
    return this.call(() => this._module.Ops[name](tensors, settings))
  }
}
