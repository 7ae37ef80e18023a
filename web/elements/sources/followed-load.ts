/** Follows the load of one model for an element: asks for it, hears of its progress while connected, lets go of the one before. */
import type { Model, ModelInfo } from 'attenscope'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { isShared, loadFor, type Loadable, type ModelLoad } from './model-registry.js'

/** What `attn-loaded` tells: the model, and what it took to have it. */
export interface LoadedDetail {
  readonly info: ModelInfo
  /** Bytes of its files, whether they were fetched or kept from before; of a model that somebody else loaded, unknown. */
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

  /** The model, once it is there. */
  get model(): Model | undefined {
    return this._load?.status === 'ready' ? this._load.model : undefined
  }

  follow(source: Loadable | undefined): void {
    this.hostDisconnected()
    // Dropped files are nobody else's; a model with an address may be.
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
