/** A long text's attention, fetched head by head as somebody looks: all at once it would not fit in a page. */
import type { HeadSummary, ModelInfo, Part, PatternSource, QueryRange, Tensor, Token, Trace } from 'attenscope'

/** Patterns of more bytes than this are not fetched all at once. */
const MOST_BYTES = 64 * 2 ** 20
/** Heads whose patterns are kept, the one used longest ago given up first. */
const KEPT_HEADS = 8

/** A source whose patterns may still be on their way, and which has a small picture of each head. */
export interface FetchedSource extends PatternSource {
  /** Asks for what is not there yet; `onArrival` is told then. */
  isReady(layer: number, head: number): boolean
  /** Block maxima, at most 64 × 64; undefined until it is there. */
  picture(layer: number, head: number): Tensor | undefined
}

export function isFetched(source: PatternSource): source is FetchedSource {
  return 'picture' in source
}

/** How many bytes all patterns of a text of so many tokens would take. */
export function isLong({ parts }: Pick<ModelInfo, 'parts'>, tokens: number): boolean {
  const heads = Object.values(parts).reduce((sum, part) => sum + (part ? part.N * part.layers.length : 0), 0)
  return 4 * heads * tokens * tokens > MOST_BYTES
}

export class LongTrace extends EventTarget implements Pick<Trace, 'info' | 'parts' | 'view'> {
  readonly info: ModelInfo
  readonly parts: readonly Part[]
  private readonly _views = new Map<Part, LongPart>()

  constructor(private readonly _trace: Trace) {
    super()
    this.info = _trace.info
    this.parts = _trace.parts
  }

  whole(): Trace {
    return this._trace
  }

  view(part: Part = this.parts[0] ?? 'decoder'): LongPart {
    let view = this._views.get(part)
    if (!view) {
      view = new LongPart(this._trace, part, () => this.dispatchEvent(new Event('arrival')))
      this._views.set(part, view)
    }
    return view
  }
}

class LongPart implements FetchedSource {
  readonly part: Part
  readonly tokens: readonly Token[]
  readonly queryTokens: readonly Token[]
  readonly keyCount: number
  readonly queries: QueryRange
  readonly layers: readonly number[]
  readonly headCount: number
  private readonly _patterns = new Map<string, Tensor>()
  private readonly _asked = new Set<string>()
  private _heads?: readonly HeadSummary[]
  private _hasAskedHeads = false

  constructor(
    private readonly _trace: Trace,
    part: Part,
    private readonly _onArrival: () => void
  ) {
    const view = _trace.view(part)
    this.part = part
    this.tokens = view.tokens
    this.queryTokens = view.queryTokens
    this.keyCount = view.keyCount
    this.queries = view.queries
    this.layers = view.layers
    this.headCount = view.headCount
  }

  isReady(layer: number, head: number): boolean {
    const name = `${layer}/${head}`
    const known = this._patterns.get(name)
    if (known) {
      // Used now: the last to be given up.
      this._patterns.delete(name)
      this._patterns.set(name, known)
      return true
    }
    if (!this._asked.has(name)) void this._fetch(name, layer, head)
    return false
  }

  picture(layer: number, head: number): Tensor | undefined {
    if (!this._hasAskedHeads) {
      this._hasAskedHeads = true
      this._trace.heads({ part: this.part }).then(
        (heads) => {
          this._heads = heads
          this._onArrival()
        },
        () => {}
      )
    }
    return this._heads?.find((each) => each.layer === layer && each.head === head)?.picture
  }

  /** Zeros for as long as it is not ready. */
  row(layer: number, head: number, query: number): Float32Array {
    const pattern = this._patterns.get(`${layer}/${head}`)
    if (!pattern) return new Float32Array(this.keyCount)
    const [, columns = 0] = pattern.shape
    const at = query - this.queries.first
    return pattern.data.subarray(at * columns, (at + 1) * columns)
  }

  pattern(layer: number, head: number): Tensor {
    const { count } = this.queries
    return (
      this._patterns.get(`${layer}/${head}`) ?? {
        data: new Float32Array(count * this.keyCount),
        shape: [count, this.keyCount]
      }
    )
  }

  private async _fetch(name: string, layer: number, head: number): Promise<void> {
    this._asked.add(name)
    const stack = this._trace.info.kind !== 'encoder-decoder' ? '' : this.part === 'encoder' ? 'encoder.' : 'decoder.'
    const attention = this.part === 'cross' ? 'cross' : 'attn'
    try {
      this._patterns.set(name, await this._trace.compute(`${stack}blocks.${layer}.${attention}.pattern`, { head }))
      const [oldest] = this._patterns.keys()
      if (this._patterns.size > KEPT_HEADS && oldest !== undefined) this._patterns.delete(oldest)
      this._onArrival()
    } finally {
      this._asked.delete(name)
    }
  }
}
