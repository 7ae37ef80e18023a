/** An instance of one of the WebAssembly modules: loads it, calls it, and names its errors. */

import { AttenscopeError, describe, type ErrorCode } from '../errors.js'
import { instantiationFromDisk } from './node-instantiation.js'
import { isNode } from '../sources/node-modules.js'
import type { Variant } from '../types/index.js'

/**
 * Fetches and compiles a module. `importModule` imports the script, and `binary` is where the .wasm stands: each caller
 * writes both out, so that every bundler sees which files there are. `settings` go to the script, in a page.
 */
export async function instantiate<Module>(
  what: string,
  importModule: () => Promise<{ default: (options?: unknown) => Promise<Module> }>,
  binary: () => URL,
  settings: object = {}
): Promise<Module> {
  try {
    const { default: createModule } = await importModule()
    return await createModule(isNode ? await instantiationFromDisk(binary()) : settings)
  } catch (error) {
    throw new AttenscopeError('worker', `${what} did not load: ${describe(error)}`, { cause: error })
  }
}

/** One instance of a module. A trap breaks it for good, and with it only what it holds. */
export class WasmInstance<Module> {
  readonly variant: Variant
  protected readonly _module: Module
  private _broken: AttenscopeError | undefined

  constructor(module: Module, variant: Variant) {
    this._module = module
    this.variant = variant
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
