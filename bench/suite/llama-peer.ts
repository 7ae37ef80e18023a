/** The peer's side of the rows with models: prefill and decode in sessions of onnxruntime-web. */

import type { EngineConfig } from '../../web/lib/generated/attenscope-module.js'
import type { Side } from './contest.js'
import type { Text } from './engine.js'
import type { Ort } from './modules.js'
import { llamaGraph, pastNames, presentNames } from './onnx/llama-graph.js'
import type { Held, Weights } from './weights.js'

type Feeds = Ort.InferenceSession.OnnxValueMapType

/**
 * Creates the peer's prefill in its fastest form: without a cache as input or output. Merged projections would not be
 * faster.
 */
export async function peerPrefill(
  ort: typeof Ort,
  config: EngineConfig,
  weights: Weights,
  held: Held,
  ids: readonly number[]
): Promise<Side> {
  const graph = llamaGraph(config, weights, { tokens: ids.length, cache: false, merged: false, held })
  const session = await ort.InferenceSession.create(graph)
  return { run: async () => logitsOf(await session.run(tokenFeeds(ort, ids, 0))) }
}

/** Creates the peer's decoding: the keys and values that one token outputs are inputs of the next. */
export async function peerDecode(
  ort: typeof Ort,
  config: EngineConfig,
  weights: Weights,
  held: Held,
  { prompt, stream }: Text
): Promise<Side> {
  const graph = llamaGraph(config, weights, { tokens: 1, cache: true, merged: true, held })
  // Packed float32 weights make products of many rows faster. A single row is up to a seventh faster without packing.
  const extra = held === 'f32' ? { extra: { session: { disable_prepacking: '1' } } } : {}
  const session = await ort.InferenceSession.create(graph, extra)
  const append = appending(ort, session, config)

  const last = prompt.length - 1
  const { cache: before } = await append(noCache(ort, config), prompt.slice(0, last), 0)
  let cache = before
  return {
    prepare: async () => {
      ;({ cache } = await append(before, prompt.slice(last), last))
    },
    run: async () => logitsOf((await append(cache, stream, prompt.length)).results)
  }
}

/** Returns the logits after a text of one token, from a graph at a URL. */
export async function firstLogits(
  ort: typeof Ort,
  config: EngineConfig,
  url: string,
  id: number
): Promise<Float32Array> {
  const append = appending(ort, await ort.InferenceSession.create(url), config)
  return logitsOf((await append(noCache(ort, config), [id], 0)).results)
}

/** Returns a function that appends tokens to a cache one by one, from a position on. */
function appending(ort: typeof Ort, session: Ort.InferenceSession, config: EngineConfig) {
  return async (cache: Feeds, ids: readonly number[], first: number) => {
    let results: Feeds = {}
    for (const [i, id] of ids.entries()) {
      results = await session.run({ ...cache, ...tokenFeeds(ort, [id], first + i) })
      cache = cacheOf(results, config)
    }
    return { cache, results }
  }
}

function tokenFeeds(ort: typeof Ort, ids: readonly number[], first: number): Feeds {
  const tensor = (numbers: readonly number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, numbers.length])
  return { ids: tensor(ids), positions: tensor(ids.map((_, i) => first + i)) }
}

function noCache(ort: typeof Ort, config: EngineConfig): Feeds {
  const empty = () => new ort.Tensor('float32', new Float32Array(0), [1, config.keyValueHeads, 0, config.headWidth])
  return Object.fromEntries(layersOf(config).flatMap((layer) => pastNames(layer).map((name) => [name, empty()])))
}

/** Renames the outputs of a call to the inputs of the next call. */
function cacheOf(results: Feeds, config: EngineConfig): Feeds {
  return Object.fromEntries(
    layersOf(config).flatMap((layer) => {
      const present = presentNames(layer)
      return pastNames(layer).map((name, i) => [name, results[present[i]!]!])
    })
  )
}

const layersOf = (config: EngineConfig): number[] => Array.from({ length: config.layers }, (_, layer) => layer)

function logitsOf(results: Feeds): Float32Array {
  return results.logits!.data as Float32Array
}
