/** Made-up patterns for the gallery: each head attends in one of the ways that heads of real models do. */
import type { Part, PatternSource, Tensor, Token } from 'attenscope'

/** A small generator of random numbers with a seed, so that the gallery looks the same each time. */
export function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A weight, not yet normalised, from a query to a key. */
type Habit = (query: number, key: number, noise: number) => number

/** One habit for each head. */
const HABITS: readonly Habit[] = [
  (query, key) => Math.exp(-1.2 * Math.abs(query - 1 - key)),
  (_, key, noise) => (key === 0 ? 3 : 0.1) + 0.2 * noise,
  (_, __, noise) => 0.2 + noise,
  (query, key, noise) => Math.exp(-0.15 * (query - key)) * (0.3 + noise),
  (query, key, noise) => ((query - key) % 7 === 0 ? 2 : 0.02) + 0.05 * noise,
  (_, __, noise) => noise ** 12 * 20 + 0.01
]

interface MadeUp {
  readonly part: Part
  readonly tokens: readonly Token[]
  readonly queryTokens: readonly Token[]
  readonly queryCount: number
  readonly layerCount: number
  readonly headCount: number
  readonly habits: readonly Habit[]
}

class MadeUpPatterns implements PatternSource {
  readonly part: Part
  readonly tokens: readonly Token[]
  readonly queryTokens: readonly Token[]
  readonly queries: PatternSource['queries']
  readonly layers: readonly number[]
  readonly headCount: number
  private readonly _habits: readonly Habit[]
  private readonly _rows = new Map<string, Float32Array>()

  constructor({ part, tokens, queryTokens, queryCount, layerCount, headCount, habits }: MadeUp) {
    this.part = part
    this.tokens = tokens
    this.queryTokens = queryTokens
    this.queries = { first: 0, count: queryCount }
    this.layers = Array.from({ length: layerCount }, (_, layer) => layer)
    this.headCount = headCount
    this._habits = habits
  }

  get keyCount(): number {
    return this.tokens.length
  }

  row(layer: number, head: number, query: number): Float32Array {
    const name = `${layer}/${head}/${query}`
    let row = this._rows.get(name)
    if (!row) {
      const random = mulberry32(query * 1009 + layer * 31 + head)
      const habit = this._habits[(layer + head) % this._habits.length]
      const length = this.part === 'decoder' ? query + 1 : this.keyCount
      row = Float32Array.from({ length }, (_, key) => habit?.(query, key, random()) ?? 1)
      const sum = row.reduce((total, weight) => total + weight, 0)
      row = row.map((weight) => weight / sum)
      this._rows.set(name, row)
    }
    return row
  }

  pattern(layer: number, head: number): Tensor {
    const { count } = this.queries
    const data = new Float32Array(count * this.keyCount)
    for (let query = 0; query < count; query++) data.set(this.row(layer, head, query), query * this.keyCount)
    return { data, shape: [count, this.keyCount] }
  }
}

export const START: Token = { id: 0, text: '<|endoftext|>', start: 0, end: 0, special: true }
const END: Token = { id: 1, text: '</s>', start: 0, end: 0, special: true }
/** Words with the space before them, single Chinese characters, punctuation. */
export const PIECES = /\s*(?:(?!\p{sc=Han})[\p{L}\p{N}\p{M}])+|\p{sc=Han}|\s*[^\s\p{L}\p{N}]+|\s+/gu

export function madeUpTokens(text: string, pieces = PIECES): Token[] {
  return Array.from(text.matchAll(pieces), ({ 0: piece, index }, id) => ({
    ...{ id: id + 2, text: piece },
    ...{ start: index, end: index + piece.length }
  }))
}

/** Patterns over a text that is cut at words, with the space in front of each word, as the model's own tokens are. */
export function madeUpPatterns(
  text: string,
  {
    layers = 6,
    heads = 6,
    pieces = PIECES,
    part = 'decoder'
  }: { layers?: number; heads?: number; pieces?: RegExp; part?: Part } = {}
): PatternSource {
  const tokens = [START, ...madeUpTokens(text, pieces)]
  const counts = { queryCount: tokens.length, layerCount: layers, headCount: heads }
  return new MadeUpPatterns({ part, tokens, queryTokens: tokens, ...counts, habits: HABITS })
}

/** Cross-attention: each query attends mostly to the key at the same point of the other text. */
export function madeUpCross(
  source: string,
  written: string,
  { layers = 4, heads = 4, pieces = PIECES } = {}
): PatternSource & { readonly written: readonly Token[] } {
  const tokens = [...madeUpTokens(source, pieces), END]
  const queryTokens = [...madeUpTokens(written, pieces), END]
  const at = (query: number, key: number) =>
    Math.abs(query / Math.max(1, queryTokens.length - 1) - key / Math.max(1, tokens.length - 1)) * tokens.length
  const habits: Habit[] = [
    (query, key, noise) => Math.exp(-1.6 * at(query, key)) + 0.04 * noise,
    (query, key, noise) => Math.exp(-0.7 * at(query, key)) * (0.2 + noise),
    (_, key, noise) => (key === tokens.length - 1 ? 2 : 0.05) + 0.1 * noise,
    (_, __, noise) => noise ** 6 + 0.02
  ]
  const counts = { queryCount: queryTokens.length, layerCount: layers, headCount: heads }
  const patterns = new MadeUpPatterns({ part: 'cross', tokens, queryTokens, ...counts, habits })
  return Object.assign(patterns, { written: queryTokens })
}

/** Attention pooling by a learnt query: a few words have large weights, most do not. */
export function madeUpPooling(text: string, pieces = PIECES): PatternSource {
  const tokens = madeUpTokens(text, pieces)
  const counts = { queryCount: Math.min(1, tokens.length), layerCount: 1, headCount: 1 }
  const habits: Habit[] = [(_, __, noise) => noise ** 8 + 0.01]
  return new MadeUpPatterns({ part: 'encoder', tokens, queryTokens: [], ...counts, habits })
}
