/** Made-up patterns for the gallery: each head attends in one of the ways that heads of real models do. */
import type { PatternSource, Tensor, Token } from 'attenscope'

/** A small seeded generator, so that the gallery looks the same each time. */
function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Unnormalised liking of a query for a key, a habit a head. */
const HABITS: readonly ((query: number, key: number, noise: number) => number)[] = [
  (query, key) => Math.exp(-1.2 * Math.abs(query - 1 - key)),
  (_, key, noise) => (key === 0 ? 3 : 0.1) + 0.2 * noise,
  (_, __, noise) => 0.2 + noise,
  (query, key, noise) => Math.exp(-0.15 * (query - key)) * (0.3 + noise),
  (query, key, noise) => ((query - key) % 7 === 0 ? 2 : 0.02) + 0.05 * noise,
  (_, __, noise) => noise ** 12 * 20 + 0.01
]

class MadeUpPatterns implements PatternSource {
  readonly part = 'decoder'
  readonly queries: PatternSource['queries']
  readonly layers: readonly number[]
  private readonly _rows = new Map<string, Float32Array>()

  constructor(
    readonly tokens: readonly Token[],
    layerCount: number,
    readonly headCount: number,
    queryCount: number
  ) {
    this.queries = { first: 0, count: queryCount }
    this.layers = Array.from({ length: layerCount }, (_, layer) => layer)
  }

  get queryTokens(): readonly Token[] {
    return this.tokens
  }

  get keyCount(): number {
    return this.queries.count
  }

  row(layer: number, head: number, query: number): Float32Array {
    const name = `${layer}/${head}/${query}`
    let row = this._rows.get(name)
    if (!row) {
      const random = mulberry32(query * 1009 + layer * 31 + head)
      const habit = HABITS[(layer + head) % HABITS.length]
      row = Float32Array.from({ length: query + 1 }, (_, key) => habit?.(query, key, random()) ?? 1)
      const sum = row.reduce((total, weight) => total + weight, 0)
      row = row.map((weight) => weight / sum)
      this._rows.set(name, row)
    }
    return row
  }

  pattern(layer: number, head: number): Tensor {
    const { count } = this.queries
    const data = new Float32Array(count * count)
    for (let query = 0; query < count; query++) data.set(this.row(layer, head, query), query * count)
    return { data, shape: [count, count] }
  }
}

const START: Token = { id: 0, text: '<|endoftext|>', start: 0, end: 0, special: true }

/** Patterns over a text cut at words, spaces kept in front, as the model's own tokens are. */
export function madeUpPatterns(
  text: string,
  { layers = 6, heads = 6, pieces = /\s*[\p{L}\p{N}]+|\s*[^\s\p{L}\p{N}]+|\s+/gu } = {}
): PatternSource {
  const tokens: Token[] = [START]
  for (const piece of text.matchAll(pieces)) {
    tokens.push({ id: tokens.length, text: piece[0], start: piece.index, end: piece.index + piece[0].length })
  }
  return new MadeUpPatterns(tokens, layers, heads, tokens.length)
}
