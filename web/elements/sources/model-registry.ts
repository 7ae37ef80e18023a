/** The models and runs that the elements of a page share: each address is loaded once, and each text runs once. */
import { loadModel, openTrace, type Edit, type Model, type ModelSource, type Progress, type Trace } from 'attenscope'
import { onPage } from '../../shared/on-page.js'
import { ModelUses } from './model-uses.js'
import { bytesOfTrace, patternsOf } from './patterns-of.js'
import { SharedValues, type Hold } from './shared-values.js'
import type { Viewable } from '../sources/viewable.js'

/** A model for an element: its address, its files, a loaded model, or a promise of one. */
export type Loadable = ModelSource | Model | Promise<Model>

export type LoadStatus = 'loading' | 'ready' | 'failed' | 'cancelled'

/**
 * One load of one model: its state, and a `change` event at each step. When no element uses it any more, it frees its
 * model after a moment; a model that other code loaded stays.
 */
export class ModelLoad extends EventTarget {
  status: LoadStatus = 'loading'
  progress?: Progress
  /** How long the last complete load took, in milliseconds. */
  elapsedMs?: number
  model?: Model
  error?: unknown
  private _abort = new AbortController()
  private readonly _runs = new SharedValues<Viewable>()
  private readonly _uses = new ModelUses(this)
  private _isGone = false

  /** `onGone` is called when the model is freed because no element uses it. */
  constructor(
    private readonly _source: Loadable,
    private readonly _onGone: () => void = () => {}
  ) {
    super()
    if (isModel(_source)) {
      this.model = _source
      this.status = 'ready'
    } else void this._load(_source)
  }

  /** True if the model was loaded for the elements of the page, so that it goes with the last of them. */
  get isOwn(): boolean {
    return !isModel(this._source) && !(this._source instanceof Promise)
  }

  /** True if other elements may use the same load: for all models but dropped files, which are loaded each time. */
  get isShared(): boolean {
    return !Array.isArray(this._source)
  }

  /** True if the model was freed because no element used it. */
  get isGone(): boolean {
    return this._isGone
  }

  /** True if the model is loaded or being loaded. */
  get isAlive(): boolean {
    return this.status === 'loading' || this.status === 'ready'
  }

  /** The load is used from now on, until the returned function is called. */
  use(): () => void {
    return this._uses.begin()
  }

  /** Frees all that nobody uses any more. */
  leave(): void {
    this._runs.clearIdle()
    if (!this.isOwn) return
    this._isGone = true
    this.dispose()
    this._onGone()
  }

  /** Loads again after a failure, a cancellation or a crash. */
  retry(): void {
    if (this.status === 'loading' || isModel(this._source)) return
    this.dispose()
    void this._load(this._source)
  }

  cancel(): void {
    if (this.status === 'loading') this._abort.abort()
  }

  /** Frees the model, or stops its load. A model that other code loaded is only let go of. */
  dispose(): void {
    this.cancel()
    if (this.isOwn) void this.model?.dispose()
    this.model = undefined
    this._runs.clear()
  }

  /**
   * Holds the patterns of a text, which are computed once for all elements that hold them. An encoder–decoder reads the
   * given target, or writes one.
   */
  run(text: string, target?: string, edits: readonly Edit[] = []): Hold<Viewable> {
    const model = this.model
    if (!model) throw new Error('run() before the model was ready')
    return this._runs.hold(JSON.stringify([text, target, edits]), (signal) =>
      patternsOf(model, text, { target, edits, signal })
    )
  }

  private async _load(source: ModelSource | Promise<Model>): Promise<void> {
    const abort = (this._abort = new AbortController())
    this.progress = this.error = undefined
    this._become('loading')
    const startedMs = performance.now()
    try {
      this.model = await (source instanceof Promise ? unlessAborted(source, abort.signal) : this._fetch(source, abort))
      this.elapsedMs = performance.now() - startedMs
      this._become('ready')
    } catch (error) {
      this.error = error
      this._become(abort.signal.aborted ? 'cancelled' : 'failed')
    }
  }

  private _fetch(source: ModelSource, { signal }: AbortController): Promise<Model> {
    return loadModel(source, {
      signal,
      onProgress: (progress) => {
        this.progress = progress
        this._become(this.status)
      }
    })
  }

  private _become(status: LoadStatus): void {
    this.status = status
    this.dispatchEvent(new Event('change'))
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  )
  return Promise.race([promise, aborted])
}

function isModel(source: Loadable): source is Model {
  return typeof source === 'object' && 'info' in source
}

const traces = onPage('traces', () => new SharedValues<Trace>())

/** Holds a saved trace by its address, opened once for all views. */
export function traceAt(source: string): Hold<Trace> {
  const address = new URL(source, document.baseURI).href
  return traces.hold(address, async () => {
    const value = await openTrace(address)
    const bytes = bytesOfTrace(value)
    return { value, bytes: () => bytes }
  })
}

/**
 * A path that begins with '/', './' or '../', or ends with '/' or '.gguf', is relative to the page; loadModel reads the
 * rest.
 */
function addressOf(source: string): string {
  return /^\.{0,2}\/|\/$|\.gguf$/.test(source) ? new URL(source, document.baseURI).href : source
}

/** Copies of the package on one page share the models. */
const loads = onPage('models', () => new Map<string, ModelLoad>())

/** Models that other code loaded and will dispose of. */
const given = onPage('given-models', () => new WeakMap<Model | Promise<Model>, ModelLoad>())

/** The load of a model, which starts now if it has not started yet. */
export function loadFor(source: Loadable): ModelLoad {
  if (source instanceof Promise || isModel(source)) {
    const known = given.get(source) ?? new ModelLoad(source)
    given.set(source, known)
    return known
  }
  if (Array.isArray(source)) return new ModelLoad(source)
  const address = addressOf(String(source))
  const known = loads.get(address) ?? new ModelLoad(address, () => loads.delete(address))
  loads.set(address, known)
  return known
}
