/** A group's patterns as the reader wants to see them: as far as a text was written, and without the first token's share. */
import type { PatternSource, QueryRange, Tensor, Token } from 'attenscope'
import { isFetched } from './long-trace.js'

/** What the reader turned on, for all views of a group. */
export interface Tuning {
  /** How many queries are shown, as when the text was that far written. */
  readonly shown: number
  /** Leaves the first token's weight out and scales the others up to a sum of 1: it often takes nearly all. */
  readonly withoutFirst: boolean
}

export const UNTUNED: Tuning = { shown: Infinity, withoutFirst: false }

/** The mean over all heads stands beside them, as one more. */
export function meanHeadOf({ headCount }: Pick<PatternSource, 'headCount'>): number {
  return headCount
}

/** How many heads there are to choose from: the mean counts where it is not the only head itself. */
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

  /** Whether a head's weights are at hand; what is not is asked for. */
  isReady(layer: number, head: number): boolean {
    const { _source: source } = this
    return !isFetched(source) || source.isReady(layer, head)
  }

  /** Why weights that are not at hand cannot be had. */
  get failure(): unknown {
    return isFetched(this._source) ? this._source.failure : undefined
  }

  /** Of a long text, the small picture of a head; undefined where the weights themselves serve. */
  get pictures(): ((layer: number, head: number) => Tensor | undefined) | undefined {
    const { _source: source } = this
    return isFetched(source) ? (layer, head) => source.picture(layer, head) : undefined
  }

  /** Grows with each picture that was fetched. */
  get arrivals(): number {
    return isFetched(this._source) ? this._source.arrivals : 0
  }

  get queries(): QueryRange {
    const { first, count } = this._source.queries
    // An encoder reads all at once.
    return this.part === 'encoder' ? { first, count } : { first, count: Math.min(count, this._tuning.shown) }
  }

  /** Whether less is shown than there is. */
  get isCut(): boolean {
    return this.queries.count < this._source.queries.count
  }

  /** How many tokens are looked at, as far as is shown. */
  get keyCount(): number {
    const { first, count } = this.queries
    return this.part === 'decoder' && this.isCut ? first + count : this._source.keyCount
  }

  get tokens(): readonly Token[] {
    const { tokens } = this._source
    // Of a text that was being written, the token that was just chosen, too.
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

/** A row that gives all to the first token is left with nothing. */
function withoutFirst(row: Float32Array): Float32Array {
  let rest = 0
  for (let key = 1; key < row.length; key++) rest += row[key]!
  return row.map((weight, key) => (key === 0 || rest <= 0 ? 0 : weight / rest))
}
