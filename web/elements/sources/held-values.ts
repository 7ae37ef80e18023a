/** The shared values that an element holds: the value that it shows, and the value that comes next. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { holdIfShared, type Hold } from './shared-values.js'
import type { Viewable } from './viewable.js'

/** Holds the newest value that an element asked for. The value before it stays held until the newest has come. */
export class NewestValue<T> implements ReactiveController {
  private _here?: Hold<T> | undefined
  private _coming?: Hold<T> | undefined

  constructor(host: ReactiveControllerHost) {
    host.addController(this)
  }

  hostDisconnected(): void {
    this.clear()
  }

  /** Calls back with the value or the error, unless the element has asked for another value or has left the page. */
  ask(hold: Hold<T>, onValue: (value: T) => void, onError: (error: unknown) => void): void {
    this.stopWaiting()
    this._coming = hold
    hold.value.then(
      (value) => {
        if (hold !== this._coming) return
        this._here?.release()
        this._here = hold
        this._coming = undefined
        onValue(value)
      },
      (error: unknown) => {
        if (hold !== this._coming) return
        this._coming = undefined
        onError(error)
      }
    )
  }

  /** Lets go of the value that has not come yet. */
  stopWaiting(): void {
    this._coming?.release()
    this._coming = undefined
  }

  clear(): void {
    this.stopWaiting()
    this._here?.release()
    this._here = undefined
  }
}

/** Holds the patterns that the element's group shows, whichever element of the group asked for them. */
export class HeldPatterns implements ReactiveController {
  private _patterns?: Viewable | undefined
  private _release?: (() => void) | undefined

  constructor(
    host: ReactiveControllerHost,
    private readonly _shown: () => Viewable | undefined
  ) {
    host.addController(this)
  }

  hostUpdate(): void {
    const patterns = this._shown()
    if (patterns === this._patterns) return
    const release = this._release
    this._patterns = patterns
    this._release = holdIfShared(patterns)
    release?.()
  }

  hostDisconnected(): void {
    this._release?.()
    this._release = this._patterns = undefined
  }
}
