/** Chooses the WebAssembly files of an engine: the package's own, those that the page names, or the inlined copies. */

import { AttenscopeError } from '../errors.js'
import { isNode } from '../sources/node-modules.js'
import type { EngineFiles, WasmBuild, WasmFile } from '../types/engine.js'
import type { Variant } from '../types/index.js'
import { unpack } from './inlined-files.js'
import { wasmFiles } from './package-files.js'

/** The build that a file's name ends with, before a hash that a bundler adds; undefined if there is none. */
export function buildOf({ pathname }: URL): WasmBuild | undefined {
  return /attenscope-((?:ops-)?(?:base|relaxed)|threads)\b[^/]*$/.exec(pathname)?.[1] as WasmBuild | undefined
}

/** Whether the address names a folder. */
const isFolder = ({ pathname }: URL) => pathname.endsWith('/')

/**
 * The variant of an engine whose file the page names; undefined if the page names a folder, no file, or a file without the
 * package's name. Throws 'option' for a file that is no engine for one thread.
 */
export function variantOf(given: URL | undefined): Variant | undefined {
  const build = given && !isFolder(given) ? buildOf(given) : undefined
  if (build === undefined || build === 'base' || build === 'relaxed') return build
  throw new AttenscopeError(
    'option',
    `wasmUrl names the build '${build}', expected a folder that ends with '/', or the file of 'base' or 'relaxed'`
  )
}

/** The address of a build's file; undefined where the package is one file. */
function addressOf(build: WasmBuild, given: URL | undefined): string | undefined {
  if (given === undefined) return wasmFiles[build].address?.().href
  return isFolder(given) ? new URL(`attenscope-${build}.wasm`, given).href : given.href
}

/** Makes an engine or a library from the file of a build. The inlined copy is used if the package's file cannot be. */
export async function fromFile<Made>(
  build: WasmBuild,
  given: URL | undefined,
  make: (file: WasmFile) => Promise<Made>,
  onInlined: (reason: string) => void
): Promise<Made> {
  const address = addressOf(build, given)
  const { inlined } = wasmFiles[build]
  const isFallback = inlined !== undefined && given === undefined && !isNode
  if (address !== undefined) {
    try {
      return await make(address)
    } catch (error) {
      if (!isFallback || !(error instanceof AttenscopeError) || error.code !== 'worker') throw error
      onInlined(error.message)
    }
  }
  if (!inlined) throw new AttenscopeError('worker', `the package has no file of the build '${build}'`)
  return make(await unpack((await inlined()).default))
}

/** The file for several threads, if the page can have and wants more than one. */
export function severalThreads(
  { variant, threads }: Pick<EngineFiles, 'variant' | 'threads'>,
  given: URL | undefined
): string | undefined {
  const isPossible = threads > 1 && variant === 'relaxed' && !isNode && globalThis.crossOriginIsolated
  return isPossible && (given === undefined || isFolder(given)) ? addressOf('threads', given) : undefined
}
