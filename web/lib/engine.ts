/** The one file that talks to the WebAssembly module: loads it, copies results out of its memory, names its errors. */

import type { ParameterStore } from './checkpoint.js'
import { AttenscopeError, describe, goneRunError, type ErrorCode } from './errors.js'
import type { EngineConfig, MainModule, Model, Run } from './generated/attenscope-module.js'
import { instantiationFromDisk } from './node-instantiation.js'
import { isNode } from './sources/node-modules.js'
import type { HeadSummary, Tensor, Variant } from './types.js'

export type { EngineConfig }
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
    const model = this.call(() => this._module.Model.transformer(config))
    if (!model) throw new AttenscopeError('worker', 'the engine made no model')
    return new ModelHandle(this, model)
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

/** A model in the engine's memory. */
export class ModelHandle implements ParameterStore {
  private readonly _engine: Engine
  private readonly _model: Model

  constructor(engine: Engine, model: Model) {
    this._engine = engine
    this._model = model
  }

  parameterNames(): readonly string[] {
    return this._engine.call(() => this._model.parameterNames())
  }

  parameterShape(name: string): readonly number[] {
    return this._engine.call(() => this._model.parameterShape(name))
  }

  /** A view of the engine's memory, valid until the next call. */
  stage(byteLength: number): Uint8Array {
    return this._engine.call(() => this._model.stage(byteLength))
  }

  setParameter(name: string, dtype: 'F32' | 'F16' | 'BF16'): void {
    this._engine.call(() => this._model.setParameter(name, dtype))
  }

  finish(): void {
    this._engine.call(() => this._model.finish())
  }

  parameters(): number {
    return this._engine.call(() => this._model.parameters())
  }

  bytes(): number {
    return this._engine.call(() => this._model.bytes())
  }

  traceNames(): readonly string[] {
    return this._engine.call(() => this._model.traceNames())
  }

  traceShape(name: string, queries: number, keys: number): readonly number[] {
    return this._engine.call(() => this._model.traceShape(name, queries, keys))
  }

  createRun(capacity: number): RunHandle {
    const run = this._engine.call(() => this._model.createRun(capacity, 0))
    if (!run) throw new AttenscopeError('worker', 'the engine made no run')
    return new RunHandle(this._engine, run)
  }

  delete(): void {
    this._engine.release(this._model)
  }
}

/** One sequence in the engine's memory. Once deleted, every call is refused as 'disposed'. */
export class RunHandle {
  private readonly _engine: Engine
  private _run: Run | undefined

  constructor(engine: Engine, run: Run) {
    this._engine = engine
    this._run = run
  }

  setEdits(edits: EngineEdit[]): void {
    this._call((run) => run.setEdits(edits))
  }

  append(ids: readonly number[], logits: 'all' | 'last' | 'none'): void {
    this._call((run) => run.append(Int32Array.from(ids), logits))
  }

  /** One unit of work; false when nothing is left to do. */
  step(): boolean {
    return this._call((run) => run.step())
  }

  progress(): { done: number; total: number } {
    return this._call((run) => run.progress())
  }

  /** Tokens computed so far. */
  length(): number {
    return this._call((run) => run.length())
  }

  logits(): Float32Array<ArrayBuffer> {
    return this._call((run) => run.logits().data.slice())
  }

  sample(options: SamplingOptions): number {
    return this._call((run) => run.sample(options))
  }

  /** `head` −1: all of them. */
  compute(name: string, head: number, firstQuery: number, queries: number): OwnedTensor {
    return this._call((run) => copy(run.compute(name, head, firstQuery, queries)))
  }

  rollout(firstQuery: number, queries: number): OwnedTensor {
    return this._call((run) => copy(run.rollout('decoder', firstQuery, queries)))
  }

  headSummaries(layer: number): HeadSummary[] {
    return this._call((run) =>
      run
        .headSummaries('decoder', layer)
        .map(({ picture, ...numbers }, head) => ({ layer, head, ...numbers, picture: copy(picture) }))
    )
  }

  delete(): void {
    const run = this._run
    this._run = undefined
    if (run) this._engine.release(run)
  }

  private _call<T>(use: (run: Run) => T): T {
    const run = this._run
    if (!run) throw goneRunError()
    return this._engine.call(() => use(run))
  }
}

/** A view dies when the engine's memory grows: it is copied before anything else happens. */
function copy({ data, shape }: { data: Float32Array; shape: number[] }): OwnedTensor {
  return { data: data.slice(), shape: [...shape] }
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
