/** Fetches the code of the elements inside an element when the outer element enters the page. So the outer entry stays small. */
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit'
import { emptyState, failedState } from '../parts/states.js'
import * as words from '../words/index.js'

export class InnerElements implements ReactiveController {
  private _error?: unknown
  private _isLoaded = false

  /** `load` imports the modules that register `tags`. */
  constructor(
    private readonly _host: ReactiveControllerHost,
    private readonly _tags: readonly string[],
    private readonly _load: () => Promise<unknown>
  ) {
    _host.addController(this)
  }

  hostConnected(): void {
    if (!this._areThere) this._fetch()
  }

  /** The message while the code is not there; undefined as soon as the inner elements can draw. */
  placeholder(): TemplateResult | undefined {
    if (this._areThere) return undefined
    return this._error === undefined
      ? emptyState(words.view.reading)
      : failedState(this._error, () => {
          this._error = undefined
          this._host.requestUpdate()
          this._fetch()
        })
  }

  private get _areThere(): boolean {
    return this._isLoaded || this._tags.every((tag) => customElements.get(tag))
  }

  private _fetch(): void {
    this._load()
      .then(
        () => (this._isLoaded = true),
        (error: unknown) => (this._error = error)
      )
      .finally(() => this._host.requestUpdate())
  }
}
