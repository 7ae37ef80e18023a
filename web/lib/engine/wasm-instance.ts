/** An instance of a WebAssembly module: loads the module, calls it, and translates its errors. */

import { AttenscopeError, describe, type ErrorCode } from '../errors.js'
import { instantiationFromDisk } from './node-instantiation.js'
import { isNode } from '../sources/node-modules.js'
import type { Variant } from '../types/index.js'

/**
 * Fetches and compiles a module. `importModule` imports the script, and `binary` returns the URL of the .wasm file. Each
 * caller writes both as literals, so that bundlers find the files. `settings` are passed to the script in a page.
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

/** One instance of a module. A trap breaks this instance for good; other instances still work. */
export class WasmInstance<Module> {
  readonly variant: Variant
  protected readonly _module: Module
  private _broken: AttenscopeError | undefined

  constructor(module: Module, variant: Variant) {
    this._module = module
    this.variant = variant
  }

  /** True after a trap. Every later call throws. */
  get isBroken(): boolean {
    return this._broken !== undefined
  }

  /** Runs a call into the module. Every exception becomes an AttenscopeError. */
  call<T>(run: () => T): T {
    if (this._broken) throw this._broken
    try {
      return run()
    } catch (error) {
      throw this._translate(error)
    }
  }

  /** Frees an object. After a trap nothing is freed: the memory goes with the instance. */
  release(object: { delete(): void }): void {
    if (!this._broken) this.call(() => object.delete())
  }

  private _translate(error: unknown): AttenscopeError {
    if (error instanceof AttenscopeError) return error
    const code = codeOf(error)
    if (code) return new AttenscopeError(code, describe(error))
    // After a trap or an abort the module's memory may be in any state.
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
