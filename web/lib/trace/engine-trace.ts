/** A trace whose run is in the engine: what was captured is at hand, the rest is computed on request. */

import { unknownName } from '../capture.js'
import type { Client } from '../client.js'
import { AttenscopeError } from '../errors.js'
import type { NamedTensor } from '../protocol.js'
import type { HeadSummary, Part, Tensor } from '../types.js'
import { CapturedTrace, type TraceContents } from './captured-trace.js'
import { choosePart } from './parts.js'
import { writeTraceFile, type PartSummary } from './trace-file.js'

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
    const { tensor } = await this._reference.client.request(
      { type: 'compute', ...this._where(), name, head },
      { signal }
    )
    return tensor
  }

  async rollout(options: { part?: Part; signal?: AbortSignal } = {}): Promise<Tensor> {
    const { part } = choosePart(this.info, options.part)
    const { tensor } = await this._reference.client.request(
      { type: 'rollout', ...this._where(), part },
      { signal: options.signal }
    )
    return tensor
  }

  async heads(options: { part?: Part; signal?: AbortSignal } = {}): Promise<readonly HeadSummary[]> {
    const { part } = choosePart(this.info, options.part)
    const { client, run } = this._reference
    return (await client.request({ type: 'heads', run, part }, { signal: options.signal })).heads
  }

  /** With rollout and head summaries where the engine still has the run. */
  async save(): Promise<Blob> {
    const ifStillThere = <T>(answer: Promise<T>) =>
      answer.catch((error: unknown) => {
        const isGone = error instanceof AttenscopeError && (error.code === 'disposed' || error.code === 'worker')
        if (!isGone) throw error
        return undefined
      })
    const summaries = await Promise.all(
      this.parts.map(async (part): Promise<[Part, PartSummary]> => {
        const [rollout, heads] = await Promise.all([
          ifStillThere(this.rollout({ part })),
          ifStillThere(this.heads({ part }))
        ])
        return [part, { rollout, heads }]
      })
    )
    return writeTraceFile({ contents: this.contents, summaries: new Map(summaries) })
  }

  protected adviceFor(name: string): string {
    return `add it to the call's capture, or await trace.compute('${name}')`
  }

  private _where(): { run: number; first: number; count: number } {
    const { first, count } = this.contents.queries
    return { run: this._reference.run, first, count }
  }
}

/** The captured tensors of an answer by their names. */
export function byName(captured: readonly NamedTensor[]): ReadonlyMap<string, Tensor> {
  return new Map(captured.map(({ name, data, shape }) => [name, { data, shape }]))
}
