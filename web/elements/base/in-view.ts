/** Tells when an element comes into sight or close to it. Before that moment the element needs no engine. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { onPaper } from './printing.js'

/** How far ahead of a scroll an element counts as in sight, in pixels. */
const AHEAD = '200px'

export class InView implements ReactiveController {
  private _isHere = typeof IntersectionObserver === 'undefined'
  private _isSeen = this._isHere
  private _observer?: IntersectionObserver | undefined
  private _offPaper?: () => void

  constructor(
    private readonly _host: ReactiveControllerHost & Element,
    private readonly _onFirstSeen: () => void
  ) {
    _host.addController(this)
  }

  /** True if the element is, or was, in sight. */
  get isSeen(): boolean {
    return this._isSeen
  }

  /** True if the element is in sight now. */
  get isHere(): boolean {
    return this._isHere
  }

  /** Counts the element as seen: its picture is needed, on paper say, though it is out of sight. */
  see(): void {
    if (this._isSeen) return
    this._isSeen = true
    this._onFirstSeen()
    this._host.requestUpdate()
  }

  hostConnected(): void {
    this._offPaper = onPaper({ computeUnseen: () => this.see() })
    if (typeof IntersectionObserver === 'undefined') return
    this._observer = new IntersectionObserver(
      (entries) => {
        this._isHere = entries.at(-1)?.isIntersecting ?? false
        if (!this._isHere) return
        this.see()
        this._host.requestUpdate()
      },
      { rootMargin: AHEAD }
    )
    this._observer.observe(this._host)
  }

  hostDisconnected(): void {
    this._offPaper?.()
    this._observer?.disconnect()
    this._observer = undefined
  }
}
