/** Models and runs that the elements of one page share: an address is loaded once, a text runs once, however many views show it. */
import { loadModel, type Model, type ModelSource, type PatternSource, type Progress } from 'attenscope'

export type LoadStatus = 'loading' | 'ready' | 'failed' | 'cancelled'

/** One load of one model: what it has come to, with a `change` event at each step. */
export class ModelLoad extends EventTarget {
  status: LoadStatus = 'loading'
  progress?: Progress
  model?: Model
  error?: unknown
  private _abort = new AbortController()
  private readonly _runs = new Map<string, Promise<PatternSource>>()

  constructor(private readonly _source: ModelSource) {
    super()
    void this._load()
  }

  /** Loads anew what failed, was cancelled, or turned out to be of no use. */
  retry(): void {
    if (this.status === 'loading') return
    this.dispose()
    void this._load()
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

  /** The text's patterns, computed once. */
  run(text: string): Promise<PatternSource> {
    const model = this.model
    if (!model) throw new Error('run() before the model was ready')
    let run = this._runs.get(text)
    if (!run) {
      run = model.run(text, { capture: ['pattern'], logits: 'none' }).then((result) => result.trace)
      this._runs.set(text, run)
      run.catch(() => this._runs.delete(text))
    }
    return run
  }

  private async _load(): Promise<void> {
    const abort = (this._abort = new AbortController())
    this.progress = this.error = undefined
    this._become('loading')
    try {
      this.model = await loadModel(this._source, {
        signal: abort.signal,
        onProgress: (progress) => {
          this.progress = progress
          this._become(this.status)
        }
      })
      this._become('ready')
    } catch (error) {
      this.error = error
      this._become(abort.signal.aborted ? 'cancelled' : 'failed')
    }
  }

  private _become(status: LoadStatus): void {
    this.status = status
    this.dispatchEvent(new Event('change'))
  }
}

/** A path that says it is one is taken relative to the page; anything else is left to loadModel, such as 'org/name'. */
function addressOf(source: string): string {
  return /^\.{0,2}\/|\/$|\.gguf$/.test(source) ? new URL(source, document.baseURI).href : source
}

const loads = new Map<string, ModelLoad>()

/** The load of a model, begun now if nobody has yet. Dropped files are loaded each time they are dropped. */
export function loadFor(source: ModelSource): ModelLoad {
  if (typeof source !== 'string' && !(source instanceof URL)) return new ModelLoad(source)
  const address = addressOf(String(source))
  let load = loads.get(address)
  if (!load) loads.set(address, (load = new ModelLoad(address)))
  return load
}
