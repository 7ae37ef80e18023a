/** A saved trace, which answers from its file without a model: from what was saved, else from the patterns. */

import { AttenscopeError } from '../errors.js'
import type {
  DirectLogits,
  HeadSummary,
  LensReading,
  Part,
  Plane,
  Tensor,
  Trace,
  TraceQuestionName
} from '../types/index.js'
import { CapturedTrace, type TraceContents } from './captured-trace.js'
import { checkNames } from '../known-options.js'
import { choose } from './choose.js'
import { crossRollout } from './cross-rollout.js'
import { flowOf, headsOf, rolloutOf } from './from-patterns.js'
import { attentionName, choosePart } from './parts.js'
import { readTraceFile, writeTraceFile, type TraceFile } from './trace-file.js'

/** Reads a saved trace. `name` is the name of the file in errors. */
export async function readTrace(blob: Blob, name: string): Promise<Trace> {
  return new FileTrace(await readTraceFile(blob, name))
}

/** A trace of these contents alone, without an engine. */
export function traceOf(contents: TraceContents): Trace {
  return new FileTrace({ contents, summaries: new Map() })
}

class FileTrace extends CapturedTrace implements Trace {
  private readonly _file: TraceFile

  constructor(file: TraceFile) {
    super(file.contents)
    this._file = file
  }

  names(): readonly string[] {
    return [...this.contents.captured.keys()]
  }

  async compute(name: string, options: Parameters<Trace['compute']>[1] = {}): Promise<Tensor> {
    checkNames('trace.compute', options)
    return choose(name, this.get(name), options, (part) => this.view(part), this.info)
  }

  whole(): Trace {
    return this
  }

  answers(question: TraceQuestionName, options: { part?: Part } = {}): boolean {
    checkNames('trace.answers', options)
    const { part, size } = choosePart(this.info, options.part)
    const saved = this._file.summaries.get(part)
    const isWithinOne = part !== 'cross' && !size.learnedQuery
    if (question === 'lens') return this.contents.lens !== undefined
    if (question === 'heads') return saved?.heads !== undefined || this._missing(part) === undefined
    if (question === 'flow') return isWithinOne && this._missing(part) === undefined
    return question === 'rollout' && (saved?.rollout !== undefined || this._missingForRollout(part) === undefined)
  }

  async flow(options: Parameters<Trace['flow']>[0] = {}): Promise<Tensor> {
    checkNames('trace.flow', options)
    const { part } = choosePart(this.info, options.part)
    this._need('attention flow', this._missing(part))
    const view = this.view(part)
    return flowOf(view, options.query ?? view.queries.first + view.queries.count - 1, options.signal)
  }

  async lens(options: Parameters<Trace['lens']>[0] = {}): Promise<readonly LensReading[]> {
    checkNames('trace.lens', options)
    const { top = 5, queries, token } = options
    const { lens } = this.contents
    if (!lens) return this._absent('the lens', 'it was saved without the lens; save({ lens: 5 }) includes it')
    if (token !== undefined) return this._absent(`the lens of token ${token}`, 'it holds the likeliest tokens only')
    const { first, count } = queries ?? this.contents.queries
    return lens
      .filter(({ query }) => query >= first && query < first + count)
      .map((reading) => ({ ...reading, top: reading.top.slice(0, top) }))
  }

  async directLogits(options: Parameters<Trace['directLogits']>[0] = {}): Promise<DirectLogits> {
    checkNames('trace.directLogits', options)
    return this._absent('what each head adds to a logit')
  }

  async plane(_layer: number, _head: number, options: Parameters<Trace['plane']>[2] = {}): Promise<Plane> {
    checkNames('trace.plane', options)
    return this._absent('the plane of queries and keys')
  }

  async rollout(options: Parameters<Trace['rollout']>[0] = {}): Promise<Tensor> {
    checkNames('trace.rollout', options)
    const { part, size } = choosePart(this.info, options.part)
    const saved = this._file.summaries.get(part)?.rollout
    if (saved) return saved
    this._need('the rollout', this._missingForRollout(part))
    if (part !== 'cross' && !size.learnedQuery) return rolloutOf(this.view(part))
    const { decoder, encoder } = this.info.parts
    const layers = size.layers.map((layer) => ({
      own: part === 'cross' && decoder?.layers.includes(layer) ? this._pattern('decoder', layer) : undefined,
      cross: this._pattern(part, layer)
    }))
    const hasEncoder = part === 'cross' && (encoder?.layers.length ?? 0) > 0
    return crossRollout({ encoder: hasEncoder ? await this.rollout({ part: 'encoder' }) : undefined, layers })
  }

  async heads(options: Parameters<Trace['heads']>[0] = {}): Promise<readonly HeadSummary[]> {
    checkNames('trace.heads', options)
    const { part } = choosePart(this.info, options.part)
    const saved = this._file.summaries.get(part)?.heads
    if (saved) return saved
    this._need('the summary of the heads', this._missing(part))
    return headsOf(this.view(part))
  }

  async save(options: Parameters<Trace['save']>[0] = {}): Promise<Blob> {
    checkNames('trace.save', options)
    return writeTraceFile(this._file)
  }

  /** Any name that is not in the file counts as 'not-captured'. */
  protected override checkName(): void {}

  protected adviceFor(): string {
    return `the file holds ${this.names().join(', ') || 'no tensors'}`
  }

  private _pattern(part: Part, layer: number): Tensor {
    return this.get(attentionName(this.info, part, layer))
  }

  /** The reason why a part's patterns do not suffice for a question about all its layers; undefined if they do. */
  private _missing(part: Part): string | undefined {
    const { layers = [] } = this.info.parts[part] ?? {}
    const names = layers.map((layer) => attentionName(this.info, part, layer))
    const absent = names.find((name) => !this.has(name))
    if (absent !== undefined) return `the patterns of all layers are needed, and '${absent}' was not saved`
    const { first } = this.view(part).queries
    return first > 0 ? `the rows of all queries are needed, and the file begins with query ${first}` : undefined
  }

  private _missingForRollout(part: Part): string | undefined {
    if (part !== 'cross') return this._missing(part)
    const { parts } = this
    return parts.map((each) => this._missing(each)).find((reason) => reason !== undefined)
  }

  private _need(what: string, missing: string | undefined): void {
    if (missing !== undefined) this._absent(what, missing)
  }

  private _absent(what: string, why = 'a file answers only what was saved in it'): never {
    throw new AttenscopeError('not-captured', `${what} is not in the file: ${why}`)
  }
}
