/** Handles of models, runs and searches in the engine's memory. Results are copied out at once. */

import type { ParameterStore } from './weight-sink.js'
import type { Engine } from './engine.js'
import type {
  BeamOptions,
  EngineEdit,
  EngineTokens,
  OwnedTensor,
  SamplingOptions,
  TensorLayout
} from '../types/engine.js'
import { AttenscopeError, goneRunError } from '../errors.js'
import type { BeamSearch, Model, Run } from '../generated/attenscope-module.js'
import type { DirectLogits, Dtype, HeadSummary, ModelInfo, Part, Plane, QueryRange } from '../types/index.js'

/** A model in the engine's memory. */
export class ModelHandle implements ParameterStore {
  private readonly _engine: Engine
  private readonly _model: Model

  constructor(engine: Engine, model: Model) {
    this._engine = engine
    this._model = model
  }

  parameterNames(): readonly string[] {
    return this._engine.call(() => this._model.parameterNames())
  }

  parameterShape(name: string): readonly number[] {
    return this._engine.call(() => this._model.parameterShape(name))
  }

  /** Sets the format of the matrices. Call it before the first matrix is set. */
  holdAs(form: Dtype): void {
    this._engine.call(() => this._model.holdAs(form))
  }

  /** A view of the engine's memory, valid until the next call. */
  stage(byteLength: number): Uint8Array {
    return this._engine.call(() => this._model.stage(byteLength))
  }

  setRows(name: string, dtype: string, first: number, count: number): void {
    this._engine.call(() => this._model.setRows(name, dtype, first, count))
  }

  setLaidOut(name: string, dtype: string, layout: TensorLayout): void {
    this._engine.call(() => this._model.setLaidOut(name, dtype, layout))
  }

  finish(): void {
    this._engine.call(() => this._model.finish())
  }

  parameters(): number {
    return this._engine.call(() => this._model.parameters())
  }

  bytes(): number {
    return this._engine.call(() => this._model.bytes())
  }

  /** The narrowest format of any matrix. */
  heldAs(): ModelInfo['dtype'] {
    return this._engine.call(() => this._model.heldAs()) as ModelInfo['dtype']
  }

  traceNames(): readonly string[] {
    return this._engine.call(() => this._model.traceNames())
  }

  traceShape(name: string, queries: number, keys: number): readonly number[] {
    return this._engine.call(() => this._model.traceShape(name, queries, keys))
  }

  /** `sourceCapacity` is the number of source tokens of an encoder–decoder, else 0. */
  createRun(capacity: number, sourceCapacity: number): RunHandle {
    const run = this._engine.call(() => this._model.createRun(capacity, sourceCapacity))
    if (!run) throw new AttenscopeError('worker', 'the engine made no run')
    return new RunHandle(this._engine, run)
  }

  createBeamSearch(source: EngineTokens, options: BeamOptions, edits: readonly EngineEdit[]): BeamSearchHandle {
    const search = this._engine.call(() => this._model.createBeamSearch(source, options, [...edits]))
    if (!search) throw new AttenscopeError('worker', 'the engine made no search')
    return new BeamSearchHandle(this._engine, search)
  }

  delete(): void {
    this._engine.release(this._model)
  }
}

/** One run in the engine's memory. After delete() every call throws 'disposed'. */
export class RunHandle {
  private readonly _engine: Engine
  private _run: Run | undefined
  private _sourceLength = 0

  constructor(engine: Engine, run: Run) {
    this._engine = engine
    this._run = run
  }

  setEdits(edits: readonly EngineEdit[]): void {
    this._call((run) => run.setEdits([...edits]))
  }

  /** Restarts a complete run under other edits. step() then computes only the results that the edits change. */
  restart(edits: readonly EngineEdit[], logits: 'all' | 'last' | 'none'): void {
    this._call((run) => run.restart([...edits], logits))
  }

  /** The number of multiply-adds so far. */
  work(): number {
    return this._call((run) => run.work())
  }

  /**
   * Keeps a picture of each pattern while the run computes, so that 'picture' costs nothing later. Call it before the
   * first append.
   */
  keepPictures(): void {
    this._call((run) => run.keepPictures())
  }

  /** Sets the input of the encoder. Call it before the first append. */
  setSource(source: EngineTokens): void {
    this._call((run) => run.setSource(source))
    this._sourceLength = source.ids.length
  }

  /** The number of source tokens; 0 without a source. */
  get sourceLength(): number {
    return this._sourceLength
  }

  append(tokens: EngineTokens, logits: 'all' | 'last' | 'none'): void {
    this._call((run) => run.append(tokens, logits))
  }

  /** Computes one unit of work; false when the run is complete. */
  step(): boolean {
    return this._call((run) => run.step())
  }

  progress(): { done: number; total: number } {
    return this._call((run) => run.progress())
  }

  /** The number of tokens computed so far. */
  length(): number {
    return this._call((run) => run.length())
  }

  logits(): Float32Array<ArrayBuffer> {
    return this._call((run) => run.logits().data.slice())
  }

  sample(options: SamplingOptions): number {
    return this._call((run) => run.sample(options))
  }

  /** A traced tensor. `head` −1 means all heads, −2 their mean. */
  compute(name: string, head: number, firstQuery: number, queries: number): OwnedTensor {
    return this._call((run) => copy(run.compute(name, head, firstQuery, queries)))
  }

  rollout(part: Part, firstQuery: number, queries: number): OwnedTensor {
    return this._call((run) => copy(run.rollout(part, firstQuery, queries)))
  }

  /** The flow from each of the keys to `query`. */
  flow(part: Part, query: number, firstKey: number, keys: number): OwnedTensor {
    return this._call((run) => copy(run.flow(part, query, firstKey, keys)))
  }

  directLogits(query: number, token: number): Omit<DirectLogits, 'query' | 'token'> {
    return this._call((run) => {
      const { heads, crossHeads, feedForward, ...numbers } = run.directLogits(query, token)
      return { heads: copy(heads), crossHeads: copy(crossHeads), feedForward: copy(feedForward), ...numbers }
    })
  }

  /** The plane of one head of the traced queries `q` and one head of the traced keys `k`. */
  plane(q: { name: string; head: number }, k: { name: string; head: number }, { first, count }: QueryRange): Plane {
    return this._call((run) => {
      const { queries, keys, explained } = run.plane(q.name, k.name, q.head, k.head, first, count)
      return { queries: copy(queries), keys: copy(keys), explained }
    })
  }

  /** `index` counts the part's layers with attention. */
  headSummaries(part: Part, index: number): Omit<HeadSummary, 'layer'>[] {
    return this._call((run) =>
      run
        .headSummaries(part, index)
        .map(({ picture, ...numbers }, head) => ({ head, ...numbers, picture: copy(picture) }))
    )
  }

  delete(): void {
    const run = this._run
    this._run = undefined
    if (run) this._engine.release(run)
  }

  private _call<T>(use: (run: Run) => T): T {
    const run = this._run
    if (!run) throw goneRunError()
    return this._engine.call(() => use(run))
  }
}

/** A beam search in the engine's memory. */
export class BeamSearchHandle {
  private readonly _engine: Engine
  private readonly _search: BeamSearch

  constructor(engine: Engine, search: BeamSearch) {
    this._engine = engine
    this._search = search
  }

  /** Computes one unit of work; false when the search is over. */
  step(): boolean {
    return this._engine.call(() => this._search.step())
  }

  progress(): { done: number; total: number } {
    return this._engine.call(() => this._search.progress())
  }

  /** The hypotheses, the best first. Their ids include the start token and the end token. */
  hypotheses(): { ids: number[]; score: number }[] {
    return this._engine.call(() => this._search.hypotheses())
  }

  delete(): void {
    this._engine.release(this._search)
  }
}

/** Copies a view out of the engine's memory at once: a view becomes invalid when that memory grows. */
function copy({ data, shape }: { data: Float32Array; shape: number[] }): OwnedTensor {
  return { data: data.slice(), shape: [...shape] }
}
