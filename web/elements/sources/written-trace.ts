/**
 * The attention of a text that is written from another. Its patterns grow, and each query of 'cross' is named by the
 * token it wrote.
 */
import { TraceRecorder } from 'attenscope'
import type { GenerationStep, ModelInfo, Part, PatternSource, QueryRange, Token, Trace, Translation } from 'attenscope'

type Parts = ReadonlyMap<Part, PatternSource>

/**
 * The query that wrote 猫 had the token before it as its input. A reader wants to see what the model attended to when it
 * wrote 猫, so here that query has the name of the token it wrote.
 */
export class WrittenTrace implements Pick<Trace, 'info' | 'parts' | 'view'> {
  readonly info: ModelInfo
  readonly parts: readonly Part[]
  /** The trace of the patterns; `undefined` while there is none. */
  readonly whole: () => Trace | undefined
  /** How many tokens of the text are shown. */
  shown = Infinity
  private readonly _views: ReadonlyMap<Part, ShownPart>

  /** `written` may grow, as the parts may; each of its tokens has one query. */
  constructor(
    info: ModelInfo,
    parts: Parts,
    readonly written: readonly Token[],
    whole: () => Trace | undefined = () => undefined
  ) {
    this.whole = whole
    this.info = info
    this.parts = [...parts.keys()]
    this._views = new Map(Array.from(parts, ([part, source]) => [part, new ShownPart(this, source)]))
  }

  view(part: Part = this.parts[0] ?? 'cross'): ShownPart {
    const view = this._views.get(part)
    if (!view) throw new RangeError(`part '${part}' is not among ${this.parts.join(', ')}`)
    return view
  }
}

/** One part, up to the tokens that are shown. */
class ShownPart implements PatternSource {
  readonly part: Part
  readonly layers: readonly number[]
  readonly headCount: number
  private _queryTokens: readonly Token[] = []

  constructor(
    private readonly _text: Pick<WrittenTrace, 'shown' | 'written'>,
    private readonly _source: PatternSource
  ) {
    this.part = _source.part
    this.layers = _source.layers
    this.headCount = _source.headCount
  }

  get tokens(): readonly Token[] {
    return this.part === 'decoder' ? this.queryTokens : this._source.tokens
  }

  get keyCount(): number {
    return this.part === 'decoder' ? this.queries.count : this._source.keyCount
  }

  get queryTokens(): readonly Token[] {
    const { part, _source: source } = this
    // An encoder reads the whole text at once, and a learnt query is no token.
    if (part === 'encoder' || source.queryTokens.length === 0) return source.queryTokens
    const { count } = this.queries
    if (this._queryTokens.length !== count)
      this._queryTokens = (part === 'cross' ? this._text.written : source.queryTokens).slice(0, count)
    return this._queryTokens
  }

  get queries(): QueryRange {
    const { part, _source: source } = this
    const { first, count } = source.queries
    return part === 'encoder' ? { first, count } : { first, count: Math.min(count, this._text.shown) }
  }

  row(layer: number, head: number, query: number): Float32Array {
    return this._source.row(layer, head, query)
  }

  pattern(layer: number, head: number) {
    const { data, shape } = this._source.pattern(layer, head)
    const { count } = this.queries
    const [, width = 0] = shape
    return { data: data.subarray(0, count * width), shape: [count, width] }
  }
}

export function writtenByTranslation({ trace, tokens }: Pick<Translation, 'trace' | 'tokens'>): WrittenTrace {
  return new WrittenTrace(trace.info, new Map(trace.parts.map((part) => [part, trace.view(part)])), tokens, () => trace)
}

/** Adds the steps of a generation to the parts of a trace. */
export class WrittenRecorder {
  readonly trace: WrittenTrace
  private readonly _recorders: readonly TraceRecorder[]
  private readonly _written: Token[] = []

  constructor(info: ModelInfo, { parts }: Pick<Trace, 'parts'>) {
    this._recorders = parts.map((part) => new TraceRecorder(info, { part }))
    this.trace = new WrittenTrace(
      info,
      new Map(this._recorders.map((recorder) => [recorder.part, recorder])),
      this._written,
      () => this._recorders[0]?.whole()
    )
  }

  add(step: GenerationStep): void {
    for (const recorder of this._recorders) recorder.add(step)
    this._written.push(step.token)
  }
}
