/**
 * Follows the load of one model for an element: starts it, reports its progress while the element is in the page, and
 * releases it.
 */
import type { Model, ModelInfo } from 'attenscope'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { loadFor, type Loadable, type ModelLoad } from './model-registry.js'

/** The detail of `attn-loaded`: the model, and the cost of its load. */
export interface LoadedDetail {
  readonly info: ModelInfo
  /** Bytes of its files, fetched or cached; unknown for a model that other code loaded. */
  readonly fileBytes?: number
  readonly elapsedMs?: number
}

export class FollowedLoad implements ReactiveController {
  private _load?: ModelLoad | undefined
  private _source?: Loadable | undefined
  private _isConnected = false
  /** Ends the use of the load; `undefined` while the element is not in the page. */
  private _endUse?: (() => void) | undefined

  /** `announces` is false for the second load of an element, so that the page hears of each model once. */
  constructor(
    private readonly _host: ReactiveControllerHost & EventTarget,
    private readonly _onReady: () => void,
    private readonly _announces = true
  ) {
    _host.addController(this)
  }

  get load(): ModelLoad | undefined {
    return this._load
  }

  /** The model, once it is loaded. */
  get model(): Model | undefined {
    return this._load?.status === 'ready' ? this._load.model : undefined
  }

  follow(source: Loadable | undefined): void {
    const before = this._load
    const endUse = this._endUse
    before?.removeEventListener('change', this._onChange)
    this._load = this._endUse = undefined
    this._source = source
    if (this._isConnected) this._begin()
    endUse?.()
    // Only this element uses dropped files; other elements may use a model with an address.
    if (before && before !== this._load && !before.isShared) before.dispose()
    this._tell()
  }

  hostConnected(): void {
    this._isConnected = true
    const before = this._load
    if (this._endUse) return
    this._begin()
    // The model may have gone while the element was away. If not, only the element itself has to go on.
    if (before !== this._load) this._tell()
    else if (this.model) this._onReady()
  }

  hostDisconnected(): void {
    this._isConnected = false
    this._load?.removeEventListener('change', this._onChange)
    this._endUse?.()
    this._endUse = undefined
  }

  private _begin(): void {
    const { _source: source, _load: known } = this
    if (source === undefined) return
    // Dropped files have no address, by which their load could be found again.
    this._load = known && !known.isShared && !known.isGone ? known : loadFor(source)
    this._endUse = this._load.use()
    this._load.addEventListener('change', this._onChange)
  }

  private readonly _onChange = (): void => {
    this._host.requestUpdate()
    this._tell()
  }

  private _tell(): void {
    const { model, load } = this
    if (!model) return
    if (this._announces) this._announce(model, load)
    this._onReady()
  }

  private _announce(model: Model, load: ModelLoad | undefined): void {
    const { progress, elapsedMs } = load ?? {}
    const detail: LoadedDetail = {
      info: model.info,
      ...(progress && { fileBytes: progress.loaded }),
      ...(elapsedMs !== undefined && { elapsedMs })
    }
    this._host.dispatchEvent(new CustomEvent('attn-loaded', { detail, bubbles: true, composed: true }))
  }
}

declare global {
  interface HTMLElementEventMap {
    'attn-loaded': CustomEvent<LoadedDetail>
  }
}
