/** The base class of every trace: captured tensors by name, and the patterns among them. */

import { AttenscopeError } from '../errors.js'
import { checkNames } from '../known-options.js'
import { unknownName } from './capture.js'
import type {
  Edit,
  LensReading,
  ModelInfo,
  Part,
  PatternSource,
  QueryRange,
  Tensor,
  Token,
  Trace
} from '../types/index.js'
import { attendingParts, choosePart, attentionName, sequencesOf, type Sequences } from './parts.js'

/** The data of a trace, from a run or a file. */
export interface TraceContents extends Sequences {
  readonly info: ModelInfo
  readonly edits: readonly Edit[]
  readonly captured: ReadonlyMap<string, Tensor>
  /** The readings of the lens in a saved trace. */
  readonly lens?: readonly LensReading[]
}

/** Answers the questions that need captured tensors only. The subclasses implement the other methods of Trace. */
export abstract class CapturedTrace {
  readonly info: ModelInfo
  readonly tokens: readonly Token[]
  readonly targetTokens?: readonly Token[]
  readonly edits: readonly Edit[]
  protected readonly contents: TraceContents
  private readonly _views = new Map<Part, PatternSource>()

  constructor(contents: TraceContents) {
    this.contents = contents
    this.info = contents.info
    this.tokens = contents.tokens
    if (contents.targetTokens) this.targetTokens = contents.targetTokens
    this.edits = contents.edits
  }

  abstract names(): readonly string[]
  /** The advice in the error 'not-captured': how to get the tensor. */
  protected abstract adviceFor(name: string): string

  get parts(): readonly Part[] {
    return attendingParts(this.info)
  }

  get part(): Part {
    return this.view().part
  }

  get keyCount(): number {
    return this.view().keyCount
  }

  get queryTokens(): readonly Token[] {
    return this.view().queryTokens
  }

  get queries(): QueryRange {
    return this.view().queries
  }

  get layers(): readonly number[] {
    return this.view().layers
  }

  get headCount(): number {
    return this.view().headCount
  }

  /** The patterns of a part, or of the default part. */
  view(part?: Part): PatternSource {
    const chosen = choosePart(this.info, part)
    let view = this._views.get(chosen.part)
    if (!view) {
      view = new PartView(this, chosen.part, this.contents)
      this._views.set(chosen.part, view)
    }
    return view
  }

  has(name: string): boolean {
    return this.contents.captured.has(name)
  }

  get(name: string): Tensor {
    const tensor = this.contents.captured.get(name)
    if (tensor) return tensor
    this.checkName(name)
    throw new AttenscopeError('not-captured', `'${name}' was not captured; ${this.adviceFor(name)}`)
  }

  pattern(layer: number, head: number, options: { part?: Part } = {}): Tensor {
    checkNames('trace.pattern', options)
    return this.view(options.part).pattern(layer, head)
  }

  row(layer: number, head: number, query: number, options: { part?: Part } = {}): Float32Array {
    checkNames('trace.row', options)
    return this.view(options.part).row(layer, head, query)
  }

  protected checkName(name: string): void {
    if (!this.names().includes(name)) throw unknownName('trace', name, this.names())
  }
}

/** One part of a trace. */
class PartView implements PatternSource {
  readonly part: Part
  readonly tokens: readonly Token[]
  readonly keyCount: number
  readonly queryTokens: readonly Token[]
  readonly queries: QueryRange
  readonly layers: readonly number[]
  readonly headCount: number
  private readonly _trace: Pick<Trace, 'info' | 'get'>

  constructor(trace: Pick<Trace, 'info' | 'get'>, part: Part, sequences: Sequences) {
    const { size } = choosePart(trace.info, part)
    const { tokens, keyCount, queryTokens, queries } = sequencesOf(part, size, sequences)
    this.part = part
    this.tokens = tokens
    this.keyCount = keyCount
    this.queryTokens = queryTokens
    this.queries = queries
    this.layers = size.layers
    this.headCount = size.N
    this._trace = trace
  }

  pattern(layer: number, head: number): Tensor {
    checkLayer(layer, this.layers)
    const { data, shape } = this._trace.get(attentionName(this._trace.info, this.part, layer))
    checkIndex('head', head, this.headCount)
    const [, T = 0, S = 0] = shape
    return { data: data.subarray(head * T * S, (head + 1) * T * S), shape: [T, S] }
  }

  row(layer: number, head: number, query: number): Float32Array {
    const { first, count } = this.queries
    checkIndex('query', query, first + count, first)
    const { data, shape } = this.pattern(layer, head)
    const [, S = 0] = shape
    return data.subarray((query - first) * S, (query - first + 1) * S)
  }
}

/** Throws 'option' for a layer without attention. */
export function checkLayer(layer: number, layers: readonly number[]): void {
  if (layers.includes(layer)) return
  const isGapless = layers.every((each, at) => each === at)
  throw new AttenscopeError(
    'option',
    isGapless && layers.length > 1
      ? `layer ${layer} of ${layers.length}: layers are 0 to ${layers.length - 1}`
      : `layer ${layer}: the layers with attention are ${layers.join(', ')}`
  )
}

/** Throws 'option' unless the value is an integer from `from` to limit − 1. */
export function checkIndex(what: string, value: number, limit: number, from = 0): void {
  if (!Number.isInteger(value) || value < from || value >= limit) {
    throw new AttenscopeError('option', `${what} is ${value}, expected an integer from ${from} to ${limit - 1}`)
  }
}
