/** Reads traced tensors of runs, in turns with other calls. */

import { matchCapture, unknownName } from '../trace/capture.js'
import { crossRollout } from '../trace/cross-rollout.js'
import type { OwnedTensor } from '../types/engine.js'
import type { ModelHandle, RunHandle } from '../engine/engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { Job } from './job.js'
import type { AskedOfTrace } from '../wire/trace-questions.js'
import { partOfName, attentionName } from '../trace/parts.js'
import type { HeadSummary, ModelInfo, Part, QueryRange } from '../types/index.js'

/** The limit of one capture: more would not fit beside the model on most devices. */
const maxCaptureBytes = 2 ** 30
/** A tensor with more numbers than this is computed head by head, with a turn for other calls after each head. */
const maxNumbersAtOnce = 1 << 20
/** The engine's number for the mean over all heads. */
const meanHead = -2
/** The number of keys whose flow is computed before other calls get a turn. */
const keysAtOnce = 8

export type CapturedTensor = OwnedTensor & { readonly name: string }

/**
 * The queries of a question, counted in the decoder's sequence where there is a decoder, and the number of source
 * tokens (0 without a source).
 */
export interface Extent extends QueryRange {
  readonly source: number
}

export class TraceReader {
  readonly names: readonly string[]
  private readonly _model: ModelHandle
  private readonly _info: ModelInfo

  constructor(model: ModelHandle, info: ModelInfo) {
    this._model = model
    this._info = info
    this.names = model.traceNames()
  }

  /** The names that a capture matches. Throws 'memory' if their tensors exceed the limit. */
  match(patterns: readonly string[], extent: Extent): string[] {
    const names = matchCapture(patterns, this.names)
    const whole = wholeSource(extent).count
    const sizeOf = (name: string) => product(this._shape(name, this._queries(name, extent), whole))
    const bytes = names.reduce((sum, name) => sum + 4 * sizeOf(name), 0)
    if (bytes > maxCaptureBytes) {
      throw new AttenscopeError(
        'memory',
        `the capture needs ${bytes} bytes (${names.length} tensors for ${extent.count} queries), the limit is ${maxCaptureBytes}; capture fewer tensors, or compute one at a time`
      )
    }
    return names
  }

  /** True if each step of a generation adds rows to the tensor. */
  grows(name: string): boolean {
    return partOfName(this._info, name) !== 'encoder'
  }

  async capture(run: RunHandle, names: readonly string[], extent: Extent, job: Job): Promise<CapturedTensor[]> {
    const captured: CapturedTensor[] = []
    for (const name of names) {
      captured.push({ name, ...(await this._allHeads(run, name, extent, job)) })
    }
    return captured
  }

  /** Computes a tensor, or one head of it, for the queries in `asked`, else for the queries of the extent. */
  async compute(run: RunHandle, asked: AskedOfTrace<'compute'>, extent: Extent, job: Job): Promise<OwnedTensor> {
    const { name, head } = asked
    if (!this.names.includes(name)) throw unknownName('trace', name, this.names)
    const queries = asked.queries ?? this._queries(name, extent)
    if (head === undefined) return this._computeAllHeads(run, name, queries, extent.source, job)
    const shape = this._shape(name, queries, extent.source || run.length())
    const heads = shape.length === 3 ? (shape[0] ?? 0) : 0
    const isThere = head === 'mean' ? heads > 0 : Number.isInteger(head) && head >= 0 && head < heads
    if (!isThere) {
      throw new AttenscopeError(
        'option',
        heads === 0
          ? `'${name}' has no heads`
          : `head is ${head}, expected an integer from 0 to ${heads - 1} for '${name}'`
      )
    }
    const { data, shape: computed } = run.compute(name, head === 'mean' ? meanHead : head, queries.first, queries.count)
    return { data, shape: computed.slice(-2) }
  }

  async heads(run: RunHandle, part: Part, job: Job): Promise<HeadSummary[]> {
    const summaries: HeadSummary[] = []
    // The engine's index counts only the layers with attention.
    for (const [index, layer] of (this._info.parts[part]?.layers ?? []).entries()) {
      summaries.push(...run.headSummaries(part, index).map((summary) => ({ ...summary, layer })))
      await job.pauseIfDue()
    }
    return summaries
  }

  async rollout(run: RunHandle, part: Part, extent: Extent, job: Job): Promise<OwnedTensor> {
    // The source of a learned query is the text, as in cross-attention: the query itself is no token.
    if (part === 'cross' || this._info.parts[part]?.learnedQuery) return this._crossRollout(run, part, extent, job)
    const { first, count } = part === 'encoder' ? wholeSource(extent) : extent
    return run.rollout(part, first, count)
  }

  /** Computes the flow of a few keys at a time, because each key needs a search of its own. */
  async flow(
    run: RunHandle,
    { part, query }: { readonly part: Part; readonly query: number },
    extent: Extent,
    job: Job
  ): Promise<OwnedTensor> {
    const keys = part === 'encoder' ? wholeSource(extent).count : query + 1
    const data = new Float32Array(keys)
    for (let first = 0; first < keys; first += keysAtOnce) {
      const count = Math.min(keysAtOnce, keys - first)
      data.set(run.flow(part, query, first, count).data, first)
      await job.pauseIfDue()
    }
    return { data, shape: [1, keys] }
  }

  /** The rollout needs the rows of earlier queries too, because later queries attend to them. */
  private async _crossRollout(
    run: RunHandle,
    part: Part,
    { first, count, source }: Extent,
    job: Job
  ): Promise<OwnedTensor> {
    const { parts } = this._info
    const { layers = [], learnedQuery } = parts[part] ?? {}
    const all: Extent = { first: 0, count: first + count, source }
    const pattern = (of: Part, layer: number) => this._allHeads(run, attentionName(this._info, of, layer), all, job)
    const rolled = await Promise.all(
      layers.map(async (layer) => ({
        own: part === 'cross' && parts.decoder?.layers.includes(layer) ? await pattern('decoder', layer) : undefined,
        cross: await pattern(part, layer)
      }))
    )
    const hasEncoder = part === 'cross' && (parts.encoder?.layers.length ?? 0) > 0
    const encoder = hasEncoder ? run.rollout('encoder', 0, source) : undefined
    const { data, shape } = crossRollout({ encoder, layers: rolled })
    const [, S = 0] = shape
    return learnedQuery ? { data, shape } : { data: data.slice(first * S), shape: [count, S] }
  }

  private _allHeads(run: RunHandle, name: string, extent: Extent, job: Job): Promise<OwnedTensor> {
    return this._computeAllHeads(run, name, this._queries(name, extent), extent.source, job)
  }

  private async _computeAllHeads(
    run: RunHandle,
    name: string,
    queries: QueryRange,
    source: number,
    job: Job
  ): Promise<OwnedTensor> {
    const { first, count } = queries
    const shape = this._shape(name, queries, source || run.length())
    const [heads = 0] = shape
    if (shape.length !== 3 || product(shape) <= maxNumbersAtOnce) {
      const tensor = run.compute(name, -1, first, count)
      await job.pauseIfDue()
      return tensor
    }
    const data = new Float32Array(product(shape))
    for (let head = 0; head < heads; ++head) {
      data.set(run.compute(name, head, first, count).data, (head * data.length) / heads)
      await job.pauseIfDue()
    }
    return { data, shape }
  }

  /** The queries of a tensor. For an encoder these are always all source tokens. */
  private _queries(name: string, extent: Extent): QueryRange {
    return partOfName(this._info, name) === 'encoder' ? wholeSource(extent) : extent
  }

  /**
   * The shape of a tensor. The queries of a decoder see the keys up to the last query; other queries see `whole` keys.
   */
  private _shape(name: string, { first, count }: QueryRange, whole: number): readonly number[] {
    const isCausal = partOfName(this._info, name) === 'decoder'
    return this._model.traceShape(name, count, isCausal ? first + count : whole)
  }
}

/** All source tokens. In a model of one stack the sequence itself is the source. */
function wholeSource({ first, count, source }: Extent): QueryRange {
  return { first: 0, count: source > 0 ? source : first + count }
}

export function product(shape: readonly number[]): number {
  return shape.reduce((result, size) => result * size, 1)
}
