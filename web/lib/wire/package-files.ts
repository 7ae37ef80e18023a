/**
 * The package's own files that a page fetches: the worker's script and the WebAssembly modules.
 *
 * Bundlers find the files by the literal addresses below. Some bundlers leave the files out all the same, and some pages
 * cannot fetch them; `inlined` then has a copy inside JavaScript, which every bundler follows.
 */

import type { WasmBuild } from '../types/engine.js'

/** A file of the package. */
export interface PackageFile {
  /** The file's address; absent where the package is one file. */
  readonly address?: () => URL
  /** The file's copy as a text: a script as it is, a binary compressed with gzip and encoded in base64. */
  readonly inlined?: () => Promise<{ readonly default: string }>
}

/** The worker's script. It needs no other file. */
export const workerFile: PackageFile = {
  address: () => new URL('./worker.js', import.meta.url),
  inlined: () => import('./inlined-worker.js')
}

/** The WebAssembly modules. The build with threads has no copy: a page without it runs one thread. */
export const wasmFiles: Readonly<Record<WasmBuild, PackageFile>> = {
  base: {
    address: () => new URL('./attenscope-base.wasm', import.meta.url),
    inlined: () => import('./inlined-attenscope-base.js')
  },
  relaxed: {
    address: () => new URL('./attenscope-relaxed.wasm', import.meta.url),
    inlined: () => import('./inlined-attenscope-relaxed.js')
  },
  threads: { address: () => new URL('./attenscope-threads.wasm', import.meta.url) },
  'ops-base': {
    address: () => new URL('./attenscope-ops-base.wasm', import.meta.url),
    inlined: () => import('./inlined-attenscope-ops-base.js')
  },
  'ops-relaxed': {
    address: () => new URL('./attenscope-ops-relaxed.wasm', import.meta.url),
    inlined: () => import('./inlined-attenscope-ops-relaxed.js')
  }
}
