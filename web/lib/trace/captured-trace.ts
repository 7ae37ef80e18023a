/** What every trace has: tensors at hand by their names, and patterns read from them. */

import { AttenscopeError } from '../errors.js'
import { unknownName } from '../capture.js'
import type { Edit, HeadSummary, ModelInfo, Part, QueryRange, Tensor, Token, Trace } from '../types.js'

/** All that a trace holds and knows, whether it comes from a run or from a file. */
export interface TraceContents {
  readonly info: ModelInfo
  readonly tokens: readonly Token[]
  readonly queries: QueryRange
  readonly edits: readonly Edit[]
  readonly captured: ReadonlyMap<string, Tensor>
}

export abstract class CapturedTrace implements Trace {
  readonly info: ModelInfo
  readonly tokens: readonly Token[]
  readonly queries: QueryRange
  readonly edits: readonly Edit[]
  protected readonly captured: ReadonlyMap<string, Tensor>

  constructor({ info, tokens, queries, edits, captured }: TraceContents) {
    this.info = info
    this.tokens = tokens
    this.queries = queries
    this.edits = edits
    this.captured = captured
  }

  abstract names(): readonly string[]
  abstract compute(name: string, options?: { head?: number; signal?: AbortSignal }): Promise<Tensor>
  abstract rollout(options?: { part?: Part; signal?: AbortSignal }): Promise<Tensor>
  abstract heads(options?: { part?: Part; signal?: AbortSignal }): Promise<readonly HeadSummary[]>
  abstract save(): Promise<Blob>
  /** What to do to get a tensor that is not at hand. */
  protected abstract adviceFor(name: string): string

  get layerCount(): number {
    return this.info.L
  }

  get headCount(): number {
    return this.info.N
  }

  has(name: string): boolean {
    return this.captured.has(name)
  }

  get(name: string): Tensor {
    const tensor = this.captured.get(name)
    if (tensor) return tensor
    this.checkName(name)
    throw new AttenscopeError('not-captured', `'${name}' was not captured; ${this.adviceFor(name)}`)
  }

  pattern(layer: number, head: number, options: { part?: Part } = {}): Tensor {
    const { data, shape } = this.get(this._patternName(layer, options.part))
    checkIndex('head', head, this.headCount)
    const [, T = 0, S = 0] = shape
    return { data: data.subarray(head * T * S, (head + 1) * T * S), shape: [T, S] }
  }

  row(layer: number, head: number, query: number, options: { part?: Part } = {}): Float32Array {
    const { first, count } = this.queries
    checkIndex('query', query, first + count, first)
    const { data, shape } = this.pattern(layer, head, options)
    const [, S = 0] = shape
    return data.subarray((query - first) * S, (query - first + 1) * S)
  }

  protected checkName(name: string): void {
    if (!this.names().includes(name)) throw unknownName('trace', name, this.names())
  }

  protected checkPart(part: Part | undefined): void {
    if (part !== undefined && part !== 'decoder') {
      throw new AttenscopeError(
        'option',
        `part is '${String(part)}', but this model is a decoder alone: its only part is 'decoder'`
      )
    }
  }

  private _patternName(layer: number, part: Part | undefined): string {
    this.checkPart(part)
    checkIndex('layer', layer, this.layerCount)
    return `blocks.${layer}.attn.pattern`
  }
}

export function checkIndex(what: string, value: number, limit: number, from = 0): void {
  if (!Number.isInteger(value) || value < from || value >= limit) {
    throw new AttenscopeError('option', `${what} is ${value}, expected an integer from ${from} to ${limit - 1}`)
  }
}
