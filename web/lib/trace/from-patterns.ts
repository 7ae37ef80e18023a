/**
 * Rollout, flow and the summaries of heads, computed from patterns alone: for a saved trace, and for patterns of any other
 * origin. The formulas are those of src/insight.
 */

import { AttenscopeError } from '../errors.js'
import type { HeadSummary, PatternSource, Tensor } from '../types/index.js'
import { checkIndex } from './captured-trace.js'
import { largestFlow } from './largest-flow.js'

/** The largest number of rows and of columns of a picture. */
const pictureSize = 64
/** After this time in milliseconds, a long computation lets other work of the page run. */
const sliceMs = 12

/** True if queries and keys are the same tokens. */
function isWithinOne({ part, queryTokens }: PatternSource): boolean {
  return part !== 'cross' && queryTokens.length > 0
}

/** The number of tokens S. Throws 'option' unless queries and keys are the same tokens, and all queries are there. */
function tokensOf(what: string, source: PatternSource): number {
  if (!isWithinOne(source)) {
    throw new AttenscopeError('option', `${what}: expected queries and keys that are the same tokens`)
  }
  checkWhole(what, source)
  return source.keyCount
}

function checkWhole(what: string, { queries, keyCount, queryTokens, part }: PatternSource): void {
  if (queries.first === 0 && (part === 'cross' || queryTokens.length === 0 || queries.count === keyCount)) return
  throw new AttenscopeError(
    'not-captured',
    `${what} needs the rows of all queries, but the patterns have ${queries.count} from query ${queries.first} on`
  )
}

/** The mixing matrix (S, S) of a layer: ½ (mean over heads + I), with each row normalised. */
function mixingMatrix(source: PatternSource, layer: number, S: number): Float64Array {
  const mixing = new Float64Array(S * S)
  for (let head = 0; head < source.headCount; head++) {
    const { data } = source.pattern(layer, head)
    for (let i = 0; i < mixing.length; i++) mixing[i]! += data[i] ?? 0
  }
  for (let t = 0; t < S; t++) {
    const row = mixing.subarray(t * S, (t + 1) * S)
    row[t]! += source.headCount
    const sum = row.reduce((all, weight) => all + weight, 0)
    for (let s = 0; s < S; s++) row[s]! /= sum
  }
  return mixing
}

/**
 * Attention rollout (Abnar & Zuidema 2020), (T, S): the product of the mixing matrices of all layers. Throws 'option' unless
 * queries and keys are the same tokens, and 'not-captured' if a layer or a query is missing.
 */
export async function rolloutOf(source: PatternSource): Promise<Tensor> {
  const S = tokensOf('rollout', source)
  let rows = Float64Array.from({ length: S * S }, (_, i) => (i % (S + 1) === 0 ? 1 : 0))
  for (const layer of [...source.layers].reverse()) {
    const mixing = mixingMatrix(source, layer, S)
    const product = new Float64Array(S * S)
    for (let t = 0; t < S; t++) {
      for (let k = 0; k < S; k++) {
        const weight = rows[t * S + k] ?? 0
        if (weight !== 0) for (let s = 0; s < S; s++) product[t * S + s]! += weight * (mixing[k * S + s] ?? 0)
      }
    }
    rows = product
  }
  return { data: Float32Array.from(rows), shape: [S, S] }
}

const mixings = new WeakMap<PatternSource, { readonly S: number; readonly layers: readonly Float64Array[] }>()

/**
 * Attention flow (Abnar & Zuidema 2020), (1, S): the maximum flow from each token through all layers to one query. A
 * decoder's query has keys up to itself. Throws as `rolloutOf` does.
 */
export async function flowOf(source: PatternSource, query: number, signal?: AbortSignal): Promise<Tensor> {
  const S = tokensOf('flow', source)
  checkIndex('query', query, S)
  let known = mixings.get(source)
  if (known?.S !== S) {
    known = { S, layers: source.layers.map((layer) => mixingMatrix(source, layer, S)) }
    mixings.set(source, known)
  }
  const keys = source.part === 'decoder' ? query + 1 : S
  const data = new Float32Array(keys)
  let since = performance.now()
  for (let key = 0; key < keys; key++) {
    data[key] = largestFlow(known.layers, S, query, key)
    if (performance.now() - since < sliceMs) continue
    await new Promise((resolve) => setTimeout(resolve))
    signal?.throwIfAborted()
    since = performance.now()
  }
  return { data, shape: [1, keys] }
}

/** The summaries of all heads, layer by layer. Throws 'not-captured' if a layer or a query is missing. */
export async function headsOf(source: PatternSource): Promise<readonly HeadSummary[]> {
  checkWhole('the summary of the heads', source)
  const { layers, headCount } = source
  return layers.flatMap((layer) =>
    Array.from({ length: headCount }, (_, head) => ({ layer, head, ...summaryOf(source, source.pattern(layer, head)) }))
  )
}

function summaryOf(source: PatternSource, pattern: Tensor): Omit<HeadSummary, 'layer' | 'head'> {
  const { data, shape } = pattern
  const [T = 0, S = 0] = shape
  const isWithin = isWithinOne(source)
  const idAt = (index: number) => source.tokens[index]?.id
  const sums = { entropy: 0, distance: 0, previousToken: 0, firstToken: 0, duplicateToken: 0, induction: 0 }
  let repeats = 0
  for (let t = 0; t < T; t++) {
    const row = data.subarray(t * S, (t + 1) * S)
    let isRepeat = false
    row.forEach((weight, s) => {
      if (weight > 0) sums.entropy -= weight * Math.log2(weight)
      sums.distance += weight * Math.abs(t - s)
      if (!isWithin || s >= t || idAt(s) !== idAt(t)) return
      isRepeat = true
      sums.duplicateToken += weight
      sums.induction += row[s + 1] ?? 0
    })
    if (isRepeat) repeats++
    sums.firstToken += row[0] ?? 0
    if (t > 0 && t <= S) sums.previousToken += row[t - 1] ?? 0
  }
  const queries = Math.max(T, 1)
  return {
    entropy: sums.entropy / queries,
    distance: sums.distance / queries,
    // Queries t with 0 < t ≤ S have a token before them among the keys.
    previousToken: sums.previousToken / Math.max(1, Math.min(T - 1, S)),
    firstToken: sums.firstToken / queries,
    duplicateToken: sums.duplicateToken / Math.max(repeats, 1),
    induction: sums.induction / Math.max(repeats, 1),
    picture: pictureOf(data, T, S)
  }
}

/** The largest weight of each block, at most 64 × 64 blocks. */
function pictureOf(data: Float32Array, T: number, S: number): Tensor {
  const block = Math.max(1, Math.ceil(Math.max(T, S) / pictureSize))
  const shape = [Math.ceil(T / block), Math.ceil(S / block)] as const
  const cells = new Float32Array(shape[0] * shape[1])
  for (let t = 0; t < T; t++) {
    for (let s = 0; s < S; s++) {
      const at = Math.floor(t / block) * shape[1] + Math.floor(s / block)
      cells[at] = Math.max(cells[at] ?? 0, data[t * S + s] ?? 0)
    }
  }
  return { data: cells, shape }
}
