/** A trace that was saved: it answers from the file, without a model. */

import { AttenscopeError, describe } from '../errors.js'
import type { HeadSummary, Part, Tensor, Trace } from '../types.js'
import { CapturedTrace, checkIndex } from './captured-trace.js'
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

class FileTrace extends CapturedTrace {
  private readonly _file: TraceFile

  constructor(file: TraceFile) {
    super(file.contents)
    this._file = file
  }

  names(): readonly string[] {
    return [...this.contents.captured.keys()]
  }

  async compute(name: string, options: { head?: number; signal?: AbortSignal } = {}): Promise<Tensor> {
    const tensor = this.get(name)
    if (options.head === undefined) return tensor
    const [heads = 0, rows = 0, columns = 0] = tensor.shape
    if (tensor.shape.length !== 3) throw new AttenscopeError('option', `'${name}' has no heads`)
    checkIndex('head', options.head, heads)
    const size = rows * columns
    return { data: tensor.data.slice(options.head * size, (options.head + 1) * size), shape: [rows, columns] }
  }

  async rollout(options: { part?: Part } = {}): Promise<Tensor> {
    return this._summary(options.part)?.rollout ?? this._absent('the rollout')
  }

  async heads(options: { part?: Part } = {}): Promise<readonly HeadSummary[]> {
    return this._summary(options.part)?.heads ?? this._absent('the summary of the heads')
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

  private _absent(what: string): never {
    throw new AttenscopeError(
      'not-captured',
      `${what} is not in the file: the run was gone from the engine when it was saved`
    )
  }
}
