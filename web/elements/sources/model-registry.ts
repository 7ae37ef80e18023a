/** The models and runs that the elements of a page share: each address is loaded once, and each text runs once. */
import { loadModel, openTrace, type Edit, type Model, type ModelSource, type Progress, type Trace } from 'attenscope'
import { isLong, LongTrace } from './long-trace.js'
import { onPage } from '../../shared/on-page.js'
import type { Viewable } from '../sources/viewable.js'
import { writtenByTranslation } from './written-trace.js'

/** A model for an element: its address, its files, a loaded model, or a promise of one. */
export type Loadable = ModelSource | Model | Promise<Model>

export type LoadStatus = 'loading' | 'ready' | 'failed' | 'cancelled'

/** One load of one model: its state, and a `change` event at each step. */
export class ModelLoad extends EventTarget {
  status: LoadStatus = 'loading'
  progress?: Progress
  /** How long the last complete load took, in milliseconds. */
  elapsedMs?: number
  model?: Model
  error?: unknown
  private _abort = new AbortController()
  private readonly _runs = new Map<string, Promise<Viewable>>()

  constructor(private readonly _source: Loadable) {
    super()
    if (isModel(_source)) {
      this.model = _source
      this.status = 'ready'
    } else void this._load(_source)
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

  /** Frees the model, or stops its load. */
  dispose(): void {
    this.cancel()
    void this.model?.dispose()
    this.model = undefined
    this._runs.clear()
  }

  /** The patterns of a text, computed once. An encoder–decoder reads the given target, or writes one. */
  run(text: string, target?: string, edits: readonly Edit[] = []): Promise<Viewable> {
    const model = this.model
    if (!model) throw new Error('run() before the model was ready')
    const name = JSON.stringify([text, target, edits])
    let run = this._runs.get(name)
    if (!run) {
      run = patternsOf(model, text, { target, edits })
      this._runs.set(name, run)
      run.catch(() => this._runs.delete(name))
    }
    return run
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

/** True if other elements may use the same load: for all models but dropped files, which are loaded each time. */
export function isShared(source: Loadable): boolean {
  return !Array.isArray(source)
}

async function patternsOf(
  model: Model,
  text: string,
  { target, edits }: { readonly target: string | undefined; readonly edits: readonly Edit[] }
): Promise<Viewable> {
  const capture = ['pattern']
  if (model.info.kind === 'encoder-decoder' && target === undefined)
    return writtenByTranslation(await model.translate(text, { capture, edits }))
  const options = { logits: 'none', edits, ...(target !== undefined && { target }) } as const
  // Before it is read, the number of a text's tokens is unknown; it is rarely larger than the number of characters.
  if (!isLong(model.info, text.length + (target?.length ?? 0)))
    return (await model.run(text, { ...options, capture })).trace
  const { trace, tokens, targetTokens } = await model.run(text, { ...options, capture: ['picture'] })
  if (isLong(model.info, Math.max(tokens.length, targetTokens?.length ?? 0))) return new LongTrace(trace)
  return (await model.run(text, { ...options, capture })).trace
}

const traces = new Map<string, Promise<Trace>>()

/** A saved trace by its address, opened once for all views. */
export function traceAt(source: string): Promise<Trace> {
  const address = new URL(source, document.baseURI).href
  let opened = traces.get(address)
  if (!opened) {
    traces.set(address, (opened = openTrace(address)))
    // After a failure, the next view that needs the trace asks again.
    opened.catch(() => traces.delete(address))
  }
  return opened
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
  if (source instanceof Promise || isModel(source)) return known(given, source, source)
  if (!isShared(source)) return new ModelLoad(source)
  const address = addressOf(String(source))
  return known(loads, address, address)
}

function known<K>(
  cache: { get(key: K): ModelLoad | undefined; set(key: K, load: ModelLoad): unknown },
  key: K,
  source: Loadable
): ModelLoad {
  let load = cache.get(key)
  if (!load) cache.set(key, (load = new ModelLoad(source)))
  return load
}
