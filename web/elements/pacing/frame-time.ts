/** How much of a frame the pictures of a page have taken: what would make it late is left to the next. */

/** What is painted in this time takes the browser about as long again to draw, and a frame has some 16 ms for everything. */
const MOST_MS = 3
/** By then another frame has begun, whether anybody asked for it or not. */
const OVER_MS = 50

export class FrameTime {
  private _frameMs = 0
  private _spentMs = 0
  private _endedMs = 0

  /** A frame begins, unless it has already: all callbacks of requestAnimationFrame are told the same time. */
  begin(frameMs: number): void {
    if (frameMs === this._frameMs) return
    this._frameMs = frameMs
    this._spentMs = 0
  }

  /** Whether the next picture should wait. */
  get isUp(): boolean {
    return this._spentMs >= MOST_MS && performance.now() - this._endedMs < OVER_MS
  }

  spend(act: () => void): void {
    if (!this.isUp && this._spentMs >= MOST_MS) this._spentMs = 0
    const startedMs = performance.now()
    act()
    this._endedMs = performance.now()
    this._spentMs += this._endedMs - startedMs
  }
}
