/** An instance of a WebAssembly module: loads the module, calls it, and translates its errors. */

import { AttenscopeError, describe, type ErrorCode } from '../errors.js'
import { compileFromDisk } from './node-instantiation.js'
import { isNode } from '../sources/node-modules.js'
import type { WasmFile } from '../types/engine.js'
import type { Variant } from '../types/index.js'

/**
 * Compiles a module and starts it. `importModule` imports its script by a literal, so that bundlers find the script.
 * `settings` are passed to the script. Throws 'blocked' if the page's policy forbids WebAssembly, else 'worker'.
 */
export async function instantiate<Module>(
  what: string,
  importModule: () => Promise<{ default: (options?: unknown) => Promise<Module> }>,
  file: WasmFile,
  settings: object = {}
): Promise<Module> {
  try {
    const [{ default: createModule }, compiled] = await Promise.all([importModule(), compile(file)])
    return await new Promise<Module>((resolve, reject) => {
      const instantiateWasm = (
        imports: WebAssembly.Imports,
        receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void
      ): object => {
        // The script waits for ever if it receives no instance, so a failure ends the wait here.
        WebAssembly.instantiate(compiled, imports).then((instance) => receive(instance, compiled), reject)
        return {}
      }
      createModule({ ...settings, instantiateWasm }).then(resolve, reject)
    })
  } catch (error) {
    if (isRefusal(error)) {
      throw new AttenscopeError(
        'blocked',
        "the page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src",
        { cause: error }
      )
    }
    throw new AttenscopeError('worker', `${what} did not load: ${describe(error)}`, { cause: error })
  }
}

/** Compiles a file, while it is fetched where the server names its type. */
async function compile(file: WasmFile): Promise<WebAssembly.Module> {
  if (typeof file !== 'string') return WebAssembly.compile(file)
  if (isNode) return compileFromDisk(new URL(file))
  const response = await fetch(file, { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`${file} answered ${response.status} ${response.statusText}`.trimEnd())
  if (response.headers.get('content-type') === 'application/wasm') return WebAssembly.compileStreaming(response)
  const bytes = new Uint8Array(await response.arrayBuffer())
  // A server of a single-page site answers every address with its page.
  if (!magic.every((byte, at) => bytes[at] === byte)) throw new Error(`${file} is not a WebAssembly module`)
  return WebAssembly.compile(bytes)
}

/** The first bytes of every WebAssembly module: '\0asm'. */
const magic = [0x00, 0x61, 0x73, 0x6d]

/** Whether a Content-Security-Policy caused the error. Browsers name it in their messages only. */
function isRefusal(error: unknown): boolean {
  return /content.security.policy|\bCSP\b|unsafe-eval/i.test(describe(error))
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
