/**
 * Decides when the elements of a page are drawn. No other module keeps a timer, a frame request or a count for drawing.
 *
 * At once
 * - An element answers its reader at once: pointing, choosing, holding and setting a scale go ahead of all that waits.
 * - An element inside another element is first drawn together with it, because coming later it would move the other.
 * - Any other update runs at once while no update waits and the updates have taken less than 4 ms of the current task.
 * - A canvas is painted in the frame of its update while the pictures have time left in that frame.
 *
 * In a later task
 * - Updates over these 4 ms wait in the order of their requests. Each task does 4 ms of them, and events come between.
 * - The first updates of a page run together in the task after the definitions, so that the layout comes in one piece.
 *
 * In a frame
 * - All pictures of a page together take 3 ms of a frame. The next picture, or band of a tall picture, waits for a frame.
 * - A pattern that the reader only points at takes 1 ms of a frame. A chosen pattern is painted whole.
 * - The tokens that arrive within one frame are shown together, once.
 * - An element with several heavy parts shows one more part after each frame.
 *
 * After a quiet moment
 * - The weights of a long text are fetched for a preview when the pointer has rested for 60 ms.
 * - A text in its box is run when the reader has typed nothing for 120 ms.
 * - The bands of a tall picture that are out of sight are painted when the picture has stayed the same for 200 ms.
 * - A view that was never in sight is computed when its text has stayed the same for 2 s, because the page may be printed.
 *
 * While a text is being written
 * - A view of many numbers is drawn every 500 ms, as often as numbers can be read.
 * - A view out of sight is not drawn until it comes into sight or the text ends.
 * - Both are drawn at once when the reader acts or a property changes.
 */

/** An update that begins within this time may take longer. A phone needs four times as long, and readers feel 50 ms. */
const UPDATES_MS = 4
/** After so long without an update, another frame has begun. */
const FRAME_MS = 16
/** The browser needs about as long again to show the pictures, and a frame has 16 ms for everything. */
const PICTURES_MS = 3
/** After so long without a picture, another frame has begun, even if no act waited for a frame. */
const PICTURES_OVER_MS = 50
/** How much of a frame a pattern may take that the reader only points at: a moving pointer meets many. */
const PREVIEW_MS = 1

/** How long nothing must happen before an act, in milliseconds. */
export const QUIET_MS = {
  /** Nobody notices the delay, but a pointer on its way stays a shorter time. */
  pointer: 60,
  /** Shorter than a pause for thought, longer than the time between two letters. */
  typing: 120,
  outOfSight: 200,
  unseen: 2000
} as const

/** The least time between two drawings of a view of many numbers while a text is being written, in milliseconds. */
export const READING_MS = 500

/** The page's time; tests give another. The functions that ask for an act return a function that cancels it. */
export interface Clock {
  /** Milliseconds since a fixed moment. */
  now(): number
  /** Acts before the next frame is painted; all acts of one frame are given the same time. */
  frame(act: (frameMs: number) => void): () => void
  after(delayMs: number, act: () => void): () => void
  /** Acts in a new task, after the events that wait already. */
  task(act: () => void): void
}

const pageClock: Clock = {
  now: () => performance.now(),
  frame(act) {
    const request = requestAnimationFrame(act)
    return () => cancelAnimationFrame(request)
  },
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs)
    return () => clearTimeout(timer)
  },
  task(act) {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      act()
    }
    port2.postMessage(undefined)
  }
}

/** Gives updates, pictures and waiting acts their time by the rules above. */
export class Scheduler {
  private readonly _updates: (() => void)[] = []
  private _updatesMs = 0
  private _updatedAt = -Infinity
  private _isDefining = true
  private _isWorking = false
  private _frameMs = 0
  private _picturesMs = 0
  private _paintedAt = 0

  constructor(readonly clock: Clock = pageClock) {}

  /** Updates at once if there is time or the update is urgent. Else the update waits, and the promise resolves after it. */
  update<Result>(act: () => Result, isUrgent = false): Result | Promise<Result> {
    if (isUrgent) return act()
    if (!this._isDefining && this._updates.length === 0 && this._hasTimeForUpdate()) return this._runUpdate(act)
    return new Promise((resolve, reject) => {
      this._updates.push(() => {
        try {
          resolve(act())
        } catch (error) {
          reject(error)
        }
      })
      this._workOff()
    })
  }

  /** Acts when the linked views have done their updates: reading a size between two updates would lay out the page twice. */
  afterUpdates(act: () => void): void {
    queueMicrotask(act)
  }

  /** True if the pictures of this frame have taken their time, so that the next picture should wait. */
  get isFrameFull(): boolean {
    return this._picturesMs >= PICTURES_MS && this.clock.now() - this._paintedAt < PICTURES_OVER_MS
  }

  /** Paints at once, and counts the time against the frame. */
  paint(act: () => void): void {
    if (!this.isFrameFull && this._picturesMs >= PICTURES_MS) this._picturesMs = 0
    const startedAt = this.clock.now()
    act()
    this._paintedAt = this.clock.now()
    this._picturesMs += this._paintedAt - startedAt
  }

  /** Tells, from now on, whether a pattern that the reader only points at may take more of this frame. */
  previewTime(): () => boolean {
    const endMs = this.clock.now() + PREVIEW_MS
    return () => this.clock.now() <= endMs
  }

  /** Acts in the next frame; a function that cancels it. */
  inFrame(act: () => void): () => void {
    return this.clock.frame((frameMs) => {
      if (frameMs !== this._frameMs) this._picturesMs = 0
      this._frameMs = frameMs
      act()
    })
  }

  private _hasTimeForUpdate(): boolean {
    if (this.clock.now() - this._updatedAt > FRAME_MS) this._updatesMs = 0
    return this._updatesMs < UPDATES_MS
  }

  private _runUpdate<Result>(act: () => Result): Result {
    const startedAt = this.clock.now()
    try {
      return act()
    } finally {
      this._updatedAt = this.clock.now()
      this._updatesMs += this._updatedAt - startedAt
    }
  }

  private _workOff(): void {
    // An update may itself ask for another.
    if (this._isWorking) return
    this._isWorking = true
    this.clock.task(() => {
      const together = this._isDefining ? this._updates.length : 1
      this._isDefining = false
      this._updatesMs = 0
      for (let done = 0; this._updates.length > 0 && (done < together || this._hasTimeForUpdate()); done++)
        this._runUpdate(this._updates.shift()!)
      this._isWorking = false
      if (this._updates.length > 0) this._workOff()
    })
  }
}

/** The scheduler of the page. */
export const scheduler = new Scheduler()
