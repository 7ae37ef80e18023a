/**
 * The question that a view asks of a trace. It asks one at a time, then the newest; the last answer stays until then.
 *
 * `@lit/task` would start each question at once. The engine answers one after another, so while a reader points at many
 * heads, the questions that nobody needs any more would delay the newest.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

export class Asked<T> implements ReactiveController {
  value?: T | undefined
  error?: unknown
  private _key: readonly unknown[] = []
  private _next?: () => Promise<T>
  private _isBusy = false
  private _isConnected = true

  constructor(private readonly _host: ReactiveControllerHost) {
    _host.addController(this)
  }

  /** True while `value` answers an older question. */
  get isStale(): boolean {
    return this._isBusy || this._next !== undefined
  }

  hostConnected(): void {
    this._isConnected = true
  }

  hostDisconnected(): void {
    this._isConnected = false
    if (!this._next) return
    this._next = undefined
    // The host asks again when it is back.
    this._key = []
  }

  /** Asks, unless the last question had the same `key`. */
  ask(key: readonly unknown[], question: () => Promise<T>): void {
    if (key.length === this._key.length && key.every((part, at) => Object.is(part, this._key[at]))) return
    this._key = key
    this._next = question
    if (!this._isBusy) void this._answer()
  }

  /** Drops the answer and the question that waits. */
  clear(): void {
    this._key = []
    this._next = undefined
    this.value = this.error = undefined
  }

  /** Drops the error, so that the host's next update asks again. */
  again(): void {
    this.clear()
    this._host.requestUpdate()
  }

  private async _answer(): Promise<void> {
    this._isBusy = true
    while (this._next && this._isConnected) {
      const question = this._next
      const key = this._key
      this._next = undefined
      let value: T | undefined
      let error: unknown
      try {
        value = await question()
      } catch (failure) {
        error = failure
      }
      // An answer that was cleared meanwhile must not come back.
      if (this._key === key || this._next) {
        this.value = error === undefined ? value : this._next ? this.value : undefined
        this.error = this._next ? undefined : error
      }
    }
    this._isBusy = false
    this._host.requestUpdate()
  }
}
