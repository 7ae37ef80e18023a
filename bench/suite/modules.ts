/** Loads the WebAssembly modules of both sides from the folder of this bundle. */

import type { Wllama } from '@wllama/wllama/esm/index.js'
import type * as Ort from 'onnxruntime-web'
import type * as Package from '../../web/lib/index.js'
import type { MainModule } from '../../web/lib/generated/attenscope-module.js'
import { instantiationFromDisk } from '../../web/lib/engine/node-instantiation.js'
import { importNodeModule, isNode } from '../../web/lib/sources/node-modules.js'

export type Variant = 'base' | 'relaxed'
export type { Ort }

/** Creates a Llama form of these sizes. */
type MakeLlama = (
  layers: number,
  width: number,
  heads: number,
  feedForwardWidth: number,
  vocabulary: number,
  context: number
) => number

/** The plain C functions of bench/cpp. An address is a number; 0 means that memory is short. */
export interface KernelModule {
  readonly HEAPF32: Float32Array<ArrayBuffer>
  readonly HEAP32: Int32Array<ArrayBuffer>
  _bench_allocate(floats: number): number
  _bench_weight(rows: number, columns: number, w: number): number
  _bench_matmul(tokens: number, x: number, weight: number, y: number): void
  _bench_attention_op(heads: number, tokens: number, headWidth: number, causal: number): number
  _bench_attention(op: number, q: number, k: number, v: number, output: number): void
  readonly _bench_llama: MakeLlama
  _bench_llama_run(model: number, holds: number, ids: number, prompt: number, stream: number): number
}

/** The plain C functions of bench/cpp/plain_llama.h. */
export interface PlainLlamaModule {
  readonly HEAPF32: Float32Array<ArrayBuffer>
  readonly _plain_llama: MakeLlama
  _plain_llama_weights(model: number): number
  _plain_llama_forward(model: number, token: number, position: number): number
}

const here = (file: string): string => new URL(file, import.meta.url).href

/** The bundler must not include these files: they are copied beside the bundle unchanged. */
const load = (file: string): Promise<any> => import(/* @vite-ignore */ here(file))

/** Creates an instance of one of the project's modules. */
async function instance(name: string, settings: object = {}): Promise<any> {
  const { default: create } = await load(`${name}.mjs`)
  return create(isNode ? await instantiationFromDisk(new URL(`${name}.wasm`, import.meta.url)) : settings)
}

async function read(url: string): Promise<ArrayBuffer> {
  if (!isNode) return (await fetch(url)).arrayBuffer()
  const { readFile } = await importNodeModule('fs/promises')
  return new Uint8Array(await readFile(new URL(url))).buffer
}

/** Returns the files of the engine that a page loads, as in the package. */
export function moduleFiles(variant: Variant): Promise<ArrayBuffer[]> {
  const names = ['mjs', 'wasm'].map((extension) => `attenscope-${variant}.${extension}`)
  return Promise.all(names.map((name) => read(here(`package/${name}`))))
}

/** The kernels, with tensors that stay at a fixed address. */
export class Kernels {
  readonly module: KernelModule

  private constructor(module: KernelModule) {
    this.module = module
  }

  static async load(variant: Variant): Promise<Kernels> {
    return new Kernels(await instance(`attenscope-bench-${variant}`))
  }

  allocate(floats: number): number {
    return this.known(this.module._bench_allocate(floats))
  }

  /** Returns the address, or throws when it is 0. */
  known(address: number): number {
    if (address === 0) throw new Error('the benchmark module is out of memory')
    return address
  }

  write(address: number, data: Float32Array): void {
    this.module.HEAPF32.set(data, address / Float32Array.BYTES_PER_ELEMENT)
  }

  read(address: number, floats: number): Float32Array {
    const start = address / Float32Array.BYTES_PER_ELEMENT
    return this.module.HEAPF32.slice(start, start + floats)
  }
}

/** Loads the package as published. */
export function loadPackage(): Promise<typeof Package> {
  return load('package/index.js')
}

export function loadPlainLlama(variant: Variant): Promise<PlainLlamaModule> {
  return instance(`plain-llama-${variant}`)
}

export function loadEngine(variant: Variant): Promise<MainModule> {
  return instance(`attenscope-${variant}`)
}

/** Loads the engine with threads, in an isolated page. */
export async function loadThreads(threads: number): Promise<MainModule> {
  const module: MainModule = await instance('attenscope-threads', { otherThreads: threads - 1 })
  if (module.setThreads(threads) !== threads) throw new Error(`the engine did not start ${threads} threads`)
  return module
}

/** Loads onnxruntime-web with its WebAssembly backend and one thread. */
export async function loadPeer(): Promise<typeof Ort> {
  const ort = (await load('onnxruntime/ort.wasm.min.mjs')) as typeof Ort
  ort.env.wasm.numThreads = 1
  ort.env.wasm.wasmPaths = here('onnxruntime/')
  ort.env.logLevel = 'error'
  return ort
}

/** Loads wllama in the build of its package. Its other build, for older browsers, would come from a CDN. */
export async function loadWllama(): Promise<Wllama> {
  const { Wllama: Peer, LoggerWithoutDebug: logger } = await load('wllama/index.js')
  const wllama: Wllama = new Peer({ default: here('wllama/wllama.wasm') }, { logger, suppressNativeLog: true })
  wllama.setCompat(null)
  return wllama
}
