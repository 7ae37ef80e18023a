/** A trace whose run is in the engine: captured tensors are in memory, all others are computed on request. */

import { checkNames } from '../known-options.js'
import { matchCapture, unknownName } from './capture.js'
import type { Client } from '../wire/client.js'
import { AttenscopeError } from '../errors.js'
import type { NamedTensor } from '../wire/calls.js'
import type { RequestBody } from '../wire/protocol.js'
import type { AskedOfTrace, TraceKind, TraceQuestions } from '../wire/trace-questions.js'
import type {
  DirectLogits,
  HeadSummary,
  LensReading,
  Part,
  Plane,
  QueryRange,
  Tensor,
  Trace,
  TraceQuestionName
} from '../types/index.js'
import { CapturedTrace, checkIndex, checkLayer, type TraceContents } from './captured-trace.js'
import { choosePart } from './parts.js'
import type { PartSummary } from './trace-file.js'

/** The reference from a trace to its run. */
export interface RunReference {
  readonly client: Client
  readonly run: number
  /** The names of all tensors that the model's traces have. */
  readonly names: readonly string[]
}

export class EngineTrace extends CapturedTrace implements Trace {
  private readonly _reference: RunReference

  constructor(contents: TraceContents, reference: RunReference) {
    super(contents)
    this._reference = reference
  }

  names(): readonly string[] {
    return this._reference.names
  }

  async compute(name: string, options: NonNullable<Parameters<Trace['compute']>[1]> = {}): Promise<Tensor> {
    checkNames('trace.compute', options)
    const { head, queries, signal } = options
    if (!this.names().includes(name)) throw unknownName('trace', name, this.names())
    return this._ask('compute', { name, head, queries: checkQueries(queries) }, signal)
  }

  whole(): Trace {
    const { first, count } = this.contents.queries
    if (first === 0) return this
    return new EngineTrace(
      { ...this.contents, queries: { first: 0, count: first + count }, captured: new Map() },
      this._reference
    )
  }

  answers(question: TraceQuestionName, options: { part?: Part } = {}): boolean {
    checkNames('trace.answers', options)
    const { part, size } = choosePart(this.info, options.part)
    return question !== 'flow' || (part !== 'cross' && !size.learnedQuery)
  }

  async flow(options: { part?: Part; query?: number; signal?: AbortSignal } = {}): Promise<Tensor> {
    checkNames('trace.flow', options)
    const { part } = choosePart(this.info, options.part)
    const { first, count } = this.view(part).queries
    const { query = first + count - 1, signal } = options
    checkIndex('query', query, first + count)
    return this._ask('flow', { part, query }, signal)
  }

  async lens(options: Parameters<Trace['lens']>[0] = {}): Promise<readonly LensReading[]> {
    checkNames('trace.lens', options)
    const { top = 5, queries, token, signal } = options
    checkIndex('top', top, this.info.V + 1)
    return this._ask('lens', { top, token }, signal, checkQueries(queries))
  }

  async directLogits(options: Parameters<Trace['directLogits']>[0] = {}): Promise<DirectLogits> {
    checkNames('trace.directLogits', options)
    const { query, token, signal } = options
    const { first, count } = this.contents.queries
    const asked = query ?? first + count - 1
    checkIndex('query', asked, first + count)
    return this._ask('directLogits', { query: asked, token }, signal)
  }

  async plane(layer: number, head: number, options: { part?: Part; signal?: AbortSignal } = {}): Promise<Plane> {
    checkNames('trace.plane', options)
    const { part, size } = choosePart(this.info, options.part)
    checkLayer(layer, size.layers)
    checkIndex('head', head, size.N)
    return this._ask('plane', { part, layer, head }, options.signal, this.view(part).queries)
  }

  async rollout(options: { part?: Part; signal?: AbortSignal } = {}): Promise<Tensor> {
    checkNames('trace.rollout', options)
    const { part } = choosePart(this.info, options.part)
    return this._ask('rollout', { part }, options.signal)
  }

  async heads(options: { part?: Part; signal?: AbortSignal } = {}): Promise<readonly HeadSummary[]> {
    checkNames('trace.heads', options)
    const { part } = choosePart(this.info, options.part)
    return this._ask('heads', { part }, options.signal)
  }

  /** Saves the rollout and the head summaries too, if the engine still has the run. */
  async save(options: Parameters<Trace['save']>[0] = {}): Promise<Blob> {
    checkNames('trace.save', options)
    const { also = [], lens = 0, signal } = options
    const captured = new Map(this.contents.captured)
    for (const name of also.length > 0 ? matchCapture(also, this.names()) : []) {
      if (!captured.has(name)) captured.set(name, await this.compute(name, { ...(signal && { signal }) }))
    }
    const readings = lens > 0 ? await this.lens({ top: lens, ...(signal && { signal }) }) : undefined
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
    const contents = { ...this.contents, captured, ...(readings && { lens: readings }) }
    const { writeTraceFile } = await import('./trace-file.js')
    return writeTraceFile({ contents, summaries: new Map(summaries) })
  }

  protected adviceFor(name: string): string {
    return `add it to the call's capture, or await trace.compute('${name}')`
  }

  /** Asks the engine a question about the trace's own queries, or about other queries. */
  private _ask<K extends TraceKind>(
    kind: K,
    asked: AskedOfTrace<K>,
    signal: AbortSignal | undefined,
    { first, count }: QueryRange = this.contents.queries
  ): Promise<TraceQuestions[K]['answer']> {
    const { client, run } = this._reference
    const request = { type: kind, run, first, count, ...asked } as unknown as RequestBody<K> & { readonly type: K }
    return client.request<K>(request, { signal })
  }
}

function checkQueries(queries: QueryRange | undefined): QueryRange | undefined {
  if (queries === undefined) return undefined
  const { first, count } = queries
  checkIndex('queries.first', first, Infinity)
  checkIndex('queries.count', count, Infinity)
  return { first, count }
}

/** The captured tensors of an answer, by name. */
export function byName(captured: readonly NamedTensor[]): ReadonlyMap<string, Tensor> {
  return new Map(captured.map(({ name, data, shape }) => [name, { data, shape }]))
}
