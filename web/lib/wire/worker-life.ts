/**
 * Notices a worker that ends without an event: it closed itself, or its process died. Only then would calls stay pending.
 *
 * While calls are pending, the page asks the worker for a sign of life every second. A worker in the middle of a long
 * computation answers late, but it holds a lock, which the browser takes from it only when it ends. Frames without an origin and
 * insecure pages have no locks; there a silent worker has half a minute.
 */

/** The time between two questions. A timer that was due often while the machine slept runs once, and counts once. */
const everyMs = 1000

/** The number of silent seconds after which a worker has ended. */
const limits = {
  /** It does not hold its lock, or it was idle and did not answer the first question. */
  idle: 5,
  /** It has answered since, and there are no locks to tell whether it computes. */
  busy: 30
} as const

/** The locks of the browser; undefined in Node and on insecure pages. */
function locks(): LockManager | undefined {
  return typeof navigator === 'undefined' ? undefined : navigator.locks
}

/** The page's side: watches one worker. */
export class WorkerWatch {
  private _timer: ReturnType<typeof setTimeout> | undefined
  private _isWaiting = false
  private _silentSeconds = 0
  private _hasAnswered = false

  /** `lock` is the lock that the worker holds while it has requests; undefined if it has none. */
  constructor(
    private readonly _lock: string | undefined,
    private readonly _ask: () => void,
    private readonly _onEnd: () => void
  ) {}

  /** Begins or ends the watch. Begin it before the first call is sent: the worker then answers before it computes. */
  set isWaiting(isWaiting: boolean) {
    if (isWaiting === this._isWaiting) return
    this._isWaiting = isWaiting
    this._hasAnswered = false
    this._silentSeconds = 0
    clearTimeout(this._timer)
    if (isWaiting) this._askAndWait()
  }

  /** The worker sent a message. */
  heard(): void {
    this._hasAnswered = true
    this._silentSeconds = 0
  }

  private _askAndWait(): void {
    this._ask()
    this._timer = setTimeout(() => void this._look(), everyMs)
  }

  private async _look(): Promise<void> {
    // A worker that holds its lock lives, however long it computes.
    const isHeld = await this._isHeld()
    if (!this._isWaiting) return
    this._silentSeconds = isHeld ? 0 : this._silentSeconds + 1
    const mayCompute = this._hasAnswered && isHeld === undefined
    if (this._silentSeconds > (mayCompute ? limits.busy : limits.idle)) this._onEnd()
    else this._askAndWait()
  }

  /** Whether the worker holds its lock; undefined if locks cannot tell. */
  private async _isHeld(): Promise<boolean | undefined> {
    if (this._lock === undefined) return undefined
    try {
      return await locks()?.request(this._lock, { ifAvailable: true }, (lock) => lock === null)
    } catch {
      return undefined
    }
  }
}

/** The worker's side: holds a lock while requests are in progress. A page whose worker is idle may enter the browser's cache. */
export class WorkerLife {
  /** The name of the lock; undefined if there are no locks. */
  readonly lock = locks() && globalThis.origin !== 'null' ? `attenscope ${crypto.randomUUID()}` : undefined
  private _requests = 0
  private _release: (() => void) | undefined

  /** A request came. */
  begin(): void {
    if (++this._requests > 1 || this.lock === undefined) return
    const released = new Promise<void>((resolve) => (this._release = resolve))
    locks()
      ?.request(this.lock, () => released)
      .catch(() => {})
  }

  /** A request was answered. */
  end(): void {
    if (--this._requests === 0) this._release?.()
  }
}
