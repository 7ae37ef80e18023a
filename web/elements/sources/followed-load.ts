/**
 * Follows the load of one model for an element: starts it, reports its progress while the element is in the page, and
 * releases it.
 */
import type { Model, ModelInfo } from 'attenscope'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { isShared, loadFor, type Loadable, type ModelLoad } from './model-registry.js'

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

  constructor(
    private readonly _host: ReactiveControllerHost & EventTarget,
    private readonly _onReady: () => void
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
    this.hostDisconnected()
    // Only this element uses dropped files; other elements may use a model with an address.
    if (this._source !== undefined && !isShared(this._source)) this._load?.dispose()
    this._source = source
    this._load = source === undefined ? undefined : loadFor(source)
    this.hostConnected()
    this._tell()
  }

  hostConnected(): void {
    this._load?.addEventListener('change', this._onChange)
  }

  hostDisconnected(): void {
    this._load?.removeEventListener('change', this._onChange)
  }

  private readonly _onChange = (): void => {
    this._host.requestUpdate()
    this._tell()
  }

  private _tell(): void {
    const { model, load } = this
    if (!model) return
    const { progress, elapsedMs } = load ?? {}
    const detail: LoadedDetail = {
      info: model.info,
      ...(progress && { fileBytes: progress.loaded }),
      ...(elapsedMs !== undefined && { elapsedMs })
    }
    this._host.dispatchEvent(new CustomEvent('attn-loaded', { detail, bubbles: true, composed: true }))
    this._onReady()
  }
}

declare global {
  interface HTMLElementEventMap {
    'attn-loaded': CustomEvent<LoadedDetail>
  }
}
