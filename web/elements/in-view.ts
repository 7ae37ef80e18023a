/** Tells once when an element comes into view, or close to it: before that it needs no engine. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Begun this far ahead of a scroll, in pixels. */
const AHEAD = '200px'

export class InView implements ReactiveController {
  private _isSeen = typeof IntersectionObserver === 'undefined'
  private _observer?: IntersectionObserver | undefined

  constructor(
    private readonly _host: ReactiveControllerHost & Element,
    private readonly _onSeen: () => void
  ) {
    _host.addController(this)
  }

  get isSeen(): boolean {
    return this._isSeen
  }

  hostConnected(): void {
    if (this._isSeen) return
    this._observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        this.hostDisconnected()
        this._isSeen = true
        this._onSeen()
        this._host.requestUpdate()
      },
      { rootMargin: AHEAD }
    )
    this._observer.observe(this._host)
  }

  hostDisconnected(): void {
    this._observer?.disconnect()
    this._observer = undefined
  }
}
