/** A trace whose run is in the engine: what was captured is at hand, the rest is computed on request. */

import { unknownName } from '../capture.js'
import type { Client } from '../client.js'
import { AttenscopeError } from '../errors.js'
import type { NamedTensor } from '../protocol.js'
import type { HeadSummary, Part, Tensor } from '../types.js'
import { CapturedTrace, checkIndex, type TraceContents } from './captured-trace.js'
import { writeTraceFile } from './trace-file.js'

/** How a trace reaches its run. */
export interface RunReference {
  readonly client: Client
  readonly run: number
  /** Every name that the model's traces have. */
  readonly names: readonly string[]
}

export class EngineTrace extends CapturedTrace {
  private readonly _reference: RunReference

  constructor(contents: TraceContents, reference: RunReference) {
    super(contents)
    this._reference = reference
  }

  names(): readonly string[] {
    return this._reference.names
  }

  async compute(name: string, options: { head?: number; signal?: AbortSignal } = {}): Promise<Tensor> {
    const { head, signal } = options
    if (!this.names().includes(name)) throw unknownName('trace', name, this.names())
    if (head !== undefined) checkIndex('head', head, this.headCount)
    const { tensor } = await this._reference.client.request(
      { type: 'compute', ...this._where(), name, head },
      { signal }
    )
    return tensor
  }

  async rollout(options: { part?: Part; signal?: AbortSignal } = {}): Promise<Tensor> {
    this.checkPart(options.part)
    const { tensor } = await this._reference.client.request(
      { type: 'rollout', ...this._where() },
      { signal: options.signal }
    )
    return tensor
  }

  async heads(options: { part?: Part; signal?: AbortSignal } = {}): Promise<readonly HeadSummary[]> {
    this.checkPart(options.part)
    const { client, run } = this._reference
    return (await client.request({ type: 'heads', run }, { signal: options.signal })).heads
  }

  /** With rollout and head summaries where the engine still has the run. */
  async save(): Promise<Blob> {
    const { info, tokens, queries, edits, captured } = this
    const ifStillThere = <T>(answer: Promise<T>) =>
      answer.catch((error: unknown) => {
        const isGone = error instanceof AttenscopeError && (error.code === 'disposed' || error.code === 'worker')
        if (!isGone) throw error
        return undefined
      })
    const [rollout, heads] = await Promise.all([ifStillThere(this.rollout()), ifStillThere(this.heads())])
    return writeTraceFile({ contents: { info, tokens, queries, edits, captured }, rollout, heads })
  }

  protected adviceFor(name: string): string {
    return `add it to the call's capture, or await trace.compute('${name}')`
  }

  private _where(): { run: number; first: number; count: number } {
    const { first, count } = this.queries
    return { run: this._reference.run, first, count }
  }
}

/** The captured tensors of an answer by their names. */
export function byName(captured: readonly NamedTensor[]): ReadonlyMap<string, Tensor> {
  return new Map(captured.map(({ name, data, shape }) => [name, { data, shape }]))
}
