/** A saved trace, which answers from its file without a model. */

import { AttenscopeError } from '../errors.js'
import type { DirectLogits, HeadSummary, LensReading, Part, Plane, Tensor, Trace } from '../types/index.js'
import { CapturedTrace, type TraceContents } from './captured-trace.js'
import { checkNames } from '../known-options.js'
import { choose } from './choose.js'
import { choosePart } from './parts.js'
import { readTraceFile, writeTraceFile, type PartSummary, type TraceFile } from './trace-file.js'

const GONE = 'the run was gone from the engine when it was saved'

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

  async flow(options: Parameters<Trace['flow']>[0] = {}): Promise<Tensor> {
    checkNames('trace.flow', options)
    return this._absent('attention flow')
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
    return this._summary(options.part)?.rollout ?? this._absent('the rollout', GONE)
  }

  async heads(options: Parameters<Trace['heads']>[0] = {}): Promise<readonly HeadSummary[]> {
    checkNames('trace.heads', options)
    return this._summary(options.part)?.heads ?? this._absent('the summary of the heads', GONE)
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

  private _summary(part: Part | undefined): PartSummary | undefined {
    return this._file.summaries.get(choosePart(this.info, part).part)
  }

  private _absent(what: string, why = 'a file answers only what was saved in it'): never {
    throw new AttenscopeError('not-captured', `${what} is not in the file: ${why}`)
  }
}
