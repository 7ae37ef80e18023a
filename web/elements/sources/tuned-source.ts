/** A group's patterns as the reader tuned them: up to a moment of the text, with or without the first token's share. */
import type { PatternSource, QueryRange, Tensor, Token } from 'attenscope'
import { isFetched } from './long-trace.js'

/** The reader's settings for all views of a group. */
export interface Tuning {
  /** How many queries are shown, as at the moment when the text had that length. */
  readonly shown: number
  /** Leaves out the first token's weight, which is often the largest by far, and scales the others up to a sum of 1. */
  readonly withoutFirst: boolean
}

export const UNTUNED: Tuning = { shown: Infinity, withoutFirst: false }

/** The index of the mean over all heads, which follows the last head. */
export function meanHeadOf({ headCount }: Pick<PatternSource, 'headCount'>): number {
  return headCount
}

/** How many heads a reader can choose from: all heads, and their mean if there are several. */
export function choosableHeads({ headCount }: Pick<PatternSource, 'headCount'>): number {
  return headCount > 1 ? headCount + 1 : headCount
}

/** Patterns as a reader tuned them. */
export class TunedSource implements PatternSource {
  readonly part: PatternSource['part']
  readonly layers: readonly number[]
  readonly headCount: number

  constructor(
    private readonly _source: PatternSource,
    private readonly _tuning: Tuning
  ) {
    this.part = _source.part
    this.layers = _source.layers
    this.headCount = _source.headCount
  }

  /** True if a head's weights are here; if not, they are fetched. */
  isReady(layer: number, head: number): boolean {
    const { _source: source } = this
    return !isFetched(source) || source.isReady(layer, head)
  }

  /** The reason why weights cannot be fetched. */
  get failure(): unknown {
    return isFetched(this._source) ? this._source.failure : undefined
  }

  /** The small pictures of a long text's heads; `undefined` if the weights themselves are here. */
  get pictures(): ((layer: number, head: number) => Tensor | undefined) | undefined {
    const { _source: source } = this
    return isFetched(source) ? (layer, head) => source.picture(layer, head) : undefined
  }

  /** How many pictures have arrived. */
  get arrivals(): number {
    return isFetched(this._source) ? this._source.arrivals : 0
  }

  get queries(): QueryRange {
    const { first, count } = this._source.queries
    // An encoder reads the whole text at once.
    return this.part === 'encoder' ? { first, count } : { first, count: Math.min(count, this._tuning.shown) }
  }

  /** True if not all queries are shown. */
  get isCut(): boolean {
    return this.queries.count < this._source.queries.count
  }

  /** How many keys are shown. */
  get keyCount(): number {
    const { first, count } = this.queries
    return this.part === 'decoder' && this.isCut ? first + count : this._source.keyCount
  }

  get tokens(): readonly Token[] {
    const { tokens } = this._source
    // A text at an earlier moment also shows the token that the last query chose.
    return this.part === 'decoder' && this.isCut ? tokens.slice(0, this.keyCount + 1) : tokens
  }

  get queryTokens(): readonly Token[] {
    const { queryTokens } = this._source
    if (!this.isCut) return queryTokens
    return this.part === 'decoder' ? this.tokens : queryTokens.slice(0, this.queries.first + this.queries.count)
  }

  row(layer: number, head: number, query: number): Float32Array {
    const { _source: source } = this
    const isAtHand = head < this.headCount || isFetched(source)
    const row = isAtHand ? source.row(layer, head, query) : this._mean(layer, query)
    return this._tuning.withoutFirst ? withoutFirst(row) : row
  }

  pattern(layer: number, head: number) {
    const { first, count } = this.queries
    const { keyCount } = this
    const data = new Float32Array(count * keyCount)
    for (let at = 0; at < count; at++) data.set(this.row(layer, head, first + at).subarray(0, keyCount), at * keyCount)
    return { data, shape: [count, keyCount] }
  }

  private _mean(layer: number, query: number): Float32Array {
    const { headCount, _source: source } = this
    const mean = Float32Array.from(source.row(layer, 0, query))
    for (let head = 1; head < headCount; head++) {
      const row = source.row(layer, head, query)
      for (let key = 0; key < mean.length; key++) mean[key]! += row[key] ?? 0
    }
    return mean.map((sum) => sum / headCount)
  }
}

/** A row that gives all its weight to the first token becomes 0. */
function withoutFirst(row: Float32Array): Float32Array {
  let rest = 0
  for (let key = 1; key < row.length; key++) rest += row[key]!
  return row.map((weight, key) => (key === 0 || rest <= 0 ? 0 : weight / rest))
}
