/** A beam search with four hypotheses in the shape of the project's translator: 12 source tokens, 12 target tokens. */

import type { Contest, Side } from './contest.js'
import { engineSearch, randomModel } from './engine.js'
import { loadEngine, loadPeer, type Ort, type Variant } from './modules.js'
import { cacheNames, sourceGraph, targetGraph } from './onnx/post-norm-graph.js'
import { Random } from './random.js'
import { translatorConfig } from './shapes.js'
import type { Weights } from './weights.js'

const beams = 4
const sourceTokens = 12
const targetTokens = 12
const startToken = 2

type Feeds = Ort.InferenceSession.OnnxValueMapType

const { layers, heads, headWidth, width, vocabulary } = translatorConfig

export async function searchContest(variant: Variant): Promise<Contest> {
  const source = new Random(sourceTokens).integers(sourceTokens, vocabulary)
  const { model, weights } = randomModel(await loadEngine(variant), translatorConfig, 'f32')
  const options = { numBeams: beams, maxLength: targetTokens + 1, startToken, endTokens: [], lengthPenalty: 1 }
  return {
    ours: engineSearch(model, source, options),
    peer: await peerSearch(await loadPeer(), weights, source),
    // The results are the ids of the best hypothesis, which are either equal or not.
    tolerance: 0
  }
}

/**
 * The same search in JavaScript. Keys and values are outputs of each step and inputs of the next, reordered by beam.
 */
async function peerSearch(ort: typeof Ort, weights: Weights, source: readonly number[]): Promise<Side> {
  const encoder = await ort.InferenceSession.create(sourceGraph(translatorConfig, weights, sourceTokens))
  const decoder = await ort.InferenceSession.create(targetGraph(translatorConfig, weights, beams, sourceTokens))
  const ids = (numbers: readonly number[], shape: number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(numbers, BigInt), shape)
  const positions = (first: number, count: number) =>
    new ort.Tensor('float32', sinusoids(first, count), [1, count, width])
  const empty = () => new ort.Tensor('float32', new Float32Array(0), [beams, heads, 0, headWidth])
  /** Returns the rows of the beams' tensors in another order. */
  const reordered = (tensor: Ort.Tensor, parents: readonly number[]) => {
    const data = tensor.data as Float32Array
    const row = data.length / tensor.dims[0]!
    const result = new Float32Array(row * parents.length)
    parents.forEach((parent, i) => result.set(data.subarray(parent * row, (parent + 1) * row), i * row))
    return new ort.Tensor('float32', result, [parents.length, ...tensor.dims.slice(1)])
  }
  const eachCache = (make: (layer: number, part: 0 | 1) => [string, Ort.Tensor]): Feeds =>
    Object.fromEntries(
      Array.from({ length: layers }, (_, layer) => ([0, 1] as const).map((part) => make(layer, part))).flat()
    )

  return {
    run: async () => {
      const encoded = await encoder.run({ ids: ids(source, [1, sourceTokens]), positions: positions(0, sourceTokens) })
      const alike = Array.from({ length: beams }, () => 0)
      const cross = eachCache((layer, part) => {
        const name = cacheNames('cross', layer)[part]
        return [name, reordered(encoded[name]!, alike)]
      })
      let past = eachCache((layer, part) => [cacheNames('past', layer)[part], empty()])
      let open = alike.map((_, beam) => ({ ids: [startToken], score: beam === 0 ? 0 : -1e9 }))
      for (let step = 0; step < targetTokens; step++) {
        const last = open.map((beam) => beam.ids[step]!)
        const results = await decoder.run({
          ids: ids(last, [beams, 1]),
          positions: positions(step, 1),
          ...cross,
          ...past
        })
        const best = bestOf(results.logits!.data as Float32Array, open)
        open = best.map(({ beam, id, score }) => ({ ids: [...open[beam]!.ids, id], score }))
        past = eachCache((layer, part) => [
          cacheNames('past', layer)[part],
          reordered(
            results[cacheNames('present', layer)[part]]!,
            best.map(({ beam }) => beam)
          )
        ])
      }
      return Float32Array.from(open[0]?.ids ?? [])
    }
  }
}

interface Candidate {
  readonly beam: number
  readonly id: number
  readonly score: number
}

/** Returns the likeliest continuations of all beams, as many as there are beams. */
function bestOf(logits: Float32Array, open: readonly { score: number }[]): Candidate[] {
  const best: Candidate[] = []
  for (const [beam, { score: before }] of open.entries()) {
    const row = logits.subarray(beam * vocabulary, (beam + 1) * vocabulary)
    let most = -Infinity
    for (const logit of row) most = Math.max(most, logit)
    let sum = 0
    for (const logit of row) sum += Math.exp(logit - most)
    const offset = before - most - Math.log(sum)
    for (let id = 0; id < vocabulary; id++) {
      const score = row[id]! + offset
      if (best.length === beams && score <= best[beams - 1]!.score) continue
      if (best.length === beams) best.pop()
      const place = best.findIndex((each) => score > each.score)
      best.splice(place < 0 ? best.length : place, 0, { beam, id, score })
    }
  }
  return best
}

/** Marian's table of positions: sines in the first half of the columns, cosines in the second. */
function sinusoids(first: number, count: number): Float32Array {
  const half = width / 2
  return Float32Array.from({ length: count * width }, (_, i) => {
    const column = i % width
    const angle = (first + Math.floor(i / width)) * 10000 ** (-(2 * (column % half)) / width)
    return column < half ? Math.sin(angle) : Math.cos(angle)
  })
}
