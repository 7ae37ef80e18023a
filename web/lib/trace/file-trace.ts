/** A trace that was saved: it answers from the file, without a model. */

import { AttenscopeError, describe } from '../errors.js'
import type { DirectLogits, HeadSummary, LensReading, Part, Plane, Tensor, Trace } from '../types.js'
import { CapturedTrace } from './captured-trace.js'
import { choose } from './choose.js'
import { choosePart } from './parts.js'
import { readTraceFile, writeTraceFile, type PartSummary, type TraceFile } from './trace-file.js'

/** Opens what trace.save() wrote. */
export async function openTrace(source: Blob | string | URL): Promise<Trace> {
  if (source instanceof Blob)
    return new FileTrace(await readTraceFile(source, source instanceof File ? source.name : 'the trace'))
  const url = String(source)
  let response: Response
  try {
    response = await fetch(url)
  } catch (error) {
    throw new AttenscopeError('network', `${url} could not be fetched: ${describe(error)}`)
  }
  if (!response.ok)
    throw new AttenscopeError('network', `${url} answered ${response.status} ${response.statusText}`.trimEnd())
  return new FileTrace(await readTraceFile(await response.blob(), url))
}

const GONE = 'the run was gone from the engine when it was saved'

class FileTrace extends CapturedTrace {
  private readonly _file: TraceFile

  constructor(file: TraceFile) {
    super(file.contents)
    this._file = file
  }

  names(): readonly string[] {
    return [...this.contents.captured.keys()]
  }

  async compute(name: string, options: Parameters<Trace['compute']>[1] = {}): Promise<Tensor> {
    return choose(name, this.get(name), options, (part) => this.view(part), this.info)
  }

  whole(): Trace {
    return this
  }

  async flow(): Promise<Tensor> {
    return this._absent('attention flow')
  }

  async lens({ top = 5, queries, token }: Parameters<Trace['lens']>[0] = {}): Promise<readonly LensReading[]> {
    const { lens } = this.contents
    if (!lens) return this._absent('the lens', 'it was saved without: save({ lens: 5 }) keeps it')
    if (token !== undefined) return this._absent('the lens of every token', 'it holds the likeliest alone')
    const { first, count } = queries ?? this.contents.queries
    return lens
      .filter(({ query }) => query >= first && query < first + count)
      .map((reading) => ({ ...reading, top: reading.top.slice(0, top) }))
  }

  async directLogits(): Promise<DirectLogits> {
    return this._absent('what each head adds to a logit')
  }

  async plane(): Promise<Plane> {
    return this._absent('the plane of queries and keys')
  }

  async rollout(options: { part?: Part } = {}): Promise<Tensor> {
    return this._summary(options.part)?.rollout ?? this._absent('the rollout', GONE)
  }

  async heads(options: { part?: Part } = {}): Promise<readonly HeadSummary[]> {
    return this._summary(options.part)?.heads ?? this._absent('the summary of the heads', GONE)
  }

  async save(): Promise<Blob> {
    return writeTraceFile(this._file)
  }

  /** A file holds what it holds: any other name is one that was not captured. */
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
