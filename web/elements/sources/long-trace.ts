/** A long text's attention, fetched head by head when a view needs it: all of it would not fit in a page. */
import type { TraceStage, ModelInfo, Part, PatternSource, QueryRange, Tensor, Token, Trace } from 'attenscope'
import { tensorName } from '../base/layout.js'
import type { HeadRef } from '../base/refs.js'

/** Patterns of more bytes are not fetched all at once. */
const MOST_BYTES = 64 * 2 ** 20
/** How many heads' patterns stay in memory, as far as they fit into so many bytes; the one used longest ago goes first. */
const KEPT_HEADS = 8
const KEPT_BYTES = 256 * 2 ** 20
/** Two views may show two heads. */
const LEAST_KEPT_HEADS = 2

/** A source whose patterns arrive on demand, and which has a small picture of each head. */
export interface FetchedSource extends PatternSource {
  /** The reason why nothing more can be fetched, such as a run that is gone. */
  readonly failure?: unknown
  /** How many pictures have arrived. */
  readonly arrivals: number
  /** True if a head's pattern is here; if not, fetches it and announces its arrival. Head `headCount` is the mean. */
  isReady(layer: number, head: number): boolean
  /** True if a head's pattern is here; fetches nothing. */
  isHere(layer: number, head: number): boolean
  /** The small picture of a head that the engine made during the run; `undefined` until it is here. */
  picture(layer: number, head: number): Tensor | undefined
}

export function isFetched(source: PatternSource): source is FetchedSource {
  return 'picture' in source
}

/** True if all patterns of a text of so many tokens would take too many bytes. */
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

  /** The bytes of the patterns and pictures that were fetched. */
  get fetchedBytes(): number {
    return [...this._views.values()].reduce((sum, view) => sum + view.fetchedBytes, 0)
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
  failure?: unknown
  arrivals = 0
  /** Patterns by head; the mean follows the last head. */
  private readonly _patterns = new Map<number, Tensor>()
  private readonly _pictures = new Map<number, Tensor>()
  /** The pictures that views wait for. */
  private readonly _missing = new Map<number, HeadRef>()
  private _wanted: HeadRef | undefined
  private _isFetching = false

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

  get fetchedBytes(): number {
    return [...this._patterns.values(), ...this._pictures.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
  }

  isReady(layer: number, head: number): boolean {
    const place = this._placeOf(layer, head)
    const known = this._patterns.get(place)
    if (!known) {
      this._wanted = { layer, head }
      void this._fetch()
      return false
    }
    // Used now, so it is dropped last.
    this._patterns.delete(place)
    this._patterns.set(place, known)
    return true
  }

  isHere(layer: number, head: number): boolean {
    return this._patterns.has(this._placeOf(layer, head))
  }

  picture(layer: number, head: number): Tensor | undefined {
    const place = this._placeOf(layer, head)
    let picture = this._pictures.get(place)
    const name = tensorName(this._trace.info, this.part, layer, 'picture')
    if (!picture && head < this.headCount && this._trace.has(name)) {
      const { data, shape } = this._trace.get(name)
      const [, height = 0, width = 0] = shape
      const size = height * width
      picture = { data: data.subarray(head * size, (head + 1) * size), shape: [height, width] }
      this._pictures.set(place, picture)
    }
    if (!picture) {
      this._missing.set(place, { layer, head })
      void this._fetch()
    }
    return picture
  }

  /** Zeros until the pattern is here. */
  row(layer: number, head: number, query: number): Float32Array {
    const pattern = this._patterns.get(this._placeOf(layer, head))
    if (!pattern) return new Float32Array(this.keyCount)
    const [, columns = 0] = pattern.shape
    const at = query - this.queries.first
    return pattern.data.subarray(at * columns, (at + 1) * columns)
  }

  pattern(layer: number, head: number): Tensor {
    const { count } = this.queries
    return (
      this._patterns.get(this._placeOf(layer, head)) ?? {
        data: new Float32Array(count * this.keyCount),
        shape: [count, this.keyCount]
      }
    )
  }

  private _placeOf(layer: number, head: number): number {
    return layer * (this.headCount + 1) + head
  }

  /**
   * Fetches one after another: first the pattern asked for last, then missing pictures. After a failure it fetches no
   * more.
   */
  private async _fetch(): Promise<void> {
    if (this._isFetching || this.failure !== undefined) return
    this._isFetching = true
    try {
      for (;;) {
        if (this._wanted) await this._fetchPattern(this._wanted)
        else if (!(await this._fetchPicture())) return
        this._onArrival()
      }
    } catch (failure) {
      this.failure = failure
      this._onArrival()
    } finally {
      this._isFetching = false
    }
  }

  private async _fetchPattern(wanted: HeadRef): Promise<void> {
    const pattern = await this._compute(wanted, 'pattern')
    const place = this._placeOf(wanted.layer, wanted.head)
    // A view may have asked for another head meanwhile.
    if (this._wanted && this._placeOf(this._wanted.layer, this._wanted.head) === place) this._wanted = undefined
    this._patterns.set(place, pattern)
    const fitting = Math.floor(KEPT_BYTES / Math.max(1, pattern.data.byteLength))
    const kept = Math.min(KEPT_HEADS, Math.max(LEAST_KEPT_HEADS, fitting))
    for (const oldest of [...this._patterns.keys()].slice(0, -kept)) this._patterns.delete(oldest)
  }

  /** False if no picture is missing. */
  private async _fetchPicture(): Promise<boolean> {
    const [next] = this._missing
    if (!next) return false
    const [place, head] = next
    this._pictures.set(place, await this._compute(head, 'picture'))
    this._missing.delete(place)
    this.arrivals += 1
    return true
  }

  private _compute({ layer, head }: HeadRef, stage: TraceStage): Promise<Tensor> {
    const name = tensorName(this._trace.info, this.part, layer, stage)
    return this._trace.compute(name, { head: head < this.headCount ? head : 'mean' })
  }
}
