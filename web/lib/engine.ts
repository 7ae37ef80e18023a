/** Loads the WebAssembly module, calls it, and names its errors. */

import { ModelHandle } from './engine-handles.js'
import { AttenscopeError, describe, type ErrorCode } from './errors.js'
import type { MainModule, Model, Run } from './generated/attenscope-module.js'
import { instantiationFromDisk } from './node-instantiation.js'
import { isNode } from './sources/node-modules.js'
import type { Tensor, Variant } from './types.js'

export type TransformerConfig = Parameters<MainModule['Model']['transformer']>[0]
export type RecurrentConfig = Parameters<MainModule['Model']['recurrent']>[0]
/** What the engine is to make: one of its two kinds of model. */
export type EngineConfig = { readonly transformer: TransformerConfig } | { readonly recurrent: RecurrentConfig }
export type BeamOptions = Required<Parameters<Model['createBeamSearch']>[1]>
/** −1 for head, query or key: any. */
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
  try {
    // Written out, so that every bundler sees which two files there are.
    const { default: createModule } =
      variant === 'relaxed' ? await import('./attenscope-relaxed.mjs') : await import('./attenscope-base.mjs')
    return new Engine(
      await createModule(
        isNode ? await instantiationFromDisk(new URL(`./attenscope-${variant}.wasm`, import.meta.url)) : {}
      ),
      variant
    )
  } catch (error) {
    throw new AttenscopeError(
      'worker',
      `the engine's WebAssembly module (${variant}) did not load: ${describe(error)}`,
      { cause: error }
    )
  }
}

/** What this file uses of the module. */
type EngineModule = Pick<MainModule, 'Model' | 'Ops'>
/** A function of the attention library. */
export type OpName = keyof EngineModule['Ops']
/** Tensors and settings by the names that src/bindings/ops_*.cpp read. */
export type OpTensors = Parameters<EngineModule['Ops']['attention']>[0]
export type OpSettings = Parameters<EngineModule['Ops']['attention']>[1]

/** One instance of the module. A trap breaks it for good, and with it only the one model that it holds. */
export class Engine {
  readonly variant: Variant
  private readonly _module: EngineModule
  private _broken: AttenscopeError | undefined

  constructor(module: EngineModule, variant: Variant) {
    this._module = module
    this.variant = variant
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

  /** Calls a function of the attention library; what it answers is a copy of its own. */
  op(name: OpName, tensors: OpTensors, settings: OpSettings): Readonly<Record<string, OwnedTensor>> {
    return this.call(() => this._module.Ops[name](tensors, settings))
  }

  /** True once the module trapped: every call is refused from then on. */
  get isBroken(): boolean {
    return this._broken !== undefined
  }

  /** Runs a call into the module; whatever it throws becomes an AttenscopeError. */
  call<T>(run: () => T): T {
    if (this._broken) throw this._broken
    try {
      return run()
    } catch (error) {
      throw this._translate(error)
    }
  }

  /** Gives an object's memory back; a broken engine's goes with the engine. */
  release(object: { delete(): void }): void {
    if (!this._broken) this.call(() => object.delete())
  }

  private _translate(error: unknown): AttenscopeError {
    if (error instanceof AttenscopeError) return error
    const code = codeOf(error)
    if (code) return new AttenscopeError(code, describe(error))
    // A trap or an abort: the module's memory may be in any state now.
    this._broken = new AttenscopeError('worker', `the engine stopped (${describe(error)}); load the model again`, {
      cause: error
    })
    return this._broken
  }
}

const engineCodes: readonly ErrorCode[] = [
  'bad-model',
  'unsupported',
  'shape',
  'option',
  'too-long',
  'memory',
  'not-captured'
]

function codeOf(error: unknown): ErrorCode | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return engineCodes.find((code) => code === error.code)
}
