/** The acts that an element waits to do, as Lit controllers: the rules stand in scheduler.ts. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { QUIET_MS, READING_MS, scheduler as pageScheduler, type Scheduler } from './scheduler.js'

/** One act that waits; a new one takes its place, and leaving the page cancels it. */
export class Wait implements ReactiveController {
  private _cancel?: (() => void) | undefined

  constructor(
    host: ReactiveControllerHost,
    private readonly _scheduler: Scheduler = pageScheduler
  ) {
    host.addController(this)
  }

  get isWaiting(): boolean {
    return this._cancel !== undefined
  }

  hostDisconnected(): void {
    this.cancel()
  }

  cancel(): void {
    this._cancel?.()
    this._cancel = undefined
  }

  /** Acts in the next frame. */
  forFrame(act: () => void): void {
    this.cancel()
    this._cancel = this._scheduler.inFrame(() => this._act(act))
  }

  /** Acts in the next frame whose pictures have left some time. */
  forFreeFrame(act: () => void): void {
    this.forFrame(() => (this._scheduler.isFrameFull ? this.forFreeFrame(act) : act()))
  }

  /** Acts after the next frame has been painted. */
  forFramePainted(act: () => void): void {
    this.forFrame(() => this._after(0, act))
  }

  /** Acts when nothing has happened for a while: whatever happens asks anew. */
  forQuiet(kind: keyof typeof QUIET_MS, act: () => void): void {
    this._after(QUIET_MS[kind], act)
  }

  /** Acts after a time; with `0`, in a new task. */
  protected _after(delayMs: number, act: () => void): void {
    this.cancel()
    this._cancel = this._scheduler.clock.after(delayMs, () => this._act(act))
  }

  private _act(act: () => void): void {
    this._cancel = undefined
    act()
  }
}

/** The state that the rules for a text being written depend on. */
export interface Writing {
  readonly isWriting: boolean
  /** Whether the view has been drawn before. */
  readonly isDrawn: boolean
  readonly isInSight: boolean
  /** Whether the view shows many numbers. */
  readonly hasManyNumbers: boolean
  /** Whether a property has changed. */
  readonly hasChanged: boolean
}

/** Says whether a view is drawn now while a text is being written; if it is not, asks for an update later. */
export class WritingPace extends Wait {
  private _drawnAt = -Infinity

  constructor(
    private readonly _host: ReactiveControllerHost,
    private readonly _pace: Scheduler = pageScheduler
  ) {
    super(_host, _pace)
  }

  /** The reader has acted: the next update is drawn at once. */
  readerActed(): void {
    this._drawnAt = -Infinity
  }

  isDue({ isWriting, isDrawn, isInSight, hasManyNumbers, hasChanged }: Writing): boolean {
    if (isDrawn && isWriting && !isInSight && !hasChanged) return false
    if (!hasManyNumbers) return true
    const restMs = this._drawnAt + READING_MS - this._pace.clock.now()
    if (!isWriting || hasChanged || restMs <= 0) {
      this.cancel()
      this._drawnAt = this._pace.clock.now()
      return true
    }
    if (!this.isWaiting) this._after(restMs, () => this._host.requestUpdate())
    return false
  }
}

/** The heavy parts of an element: one more is shown after each frame, so that a phone does not feel all of them at once. */
export class Instalments {
  private _shown = 0
  private readonly _wait: Wait

  constructor(
    private readonly _host: ReactiveControllerHost,
    private readonly _count: number,
    scheduler: Scheduler = pageScheduler
  ) {
    this._wait = new Wait(_host, scheduler)
  }

  /** How many parts are shown by now. */
  get shown(): number {
    return this._shown
  }

  /** Shows one more part after the next frame, however often it is called within the frame. */
  next(): void {
    if (this._shown >= this._count || this._wait.isWaiting) return
    this._wait.forFramePainted(() => {
      this._shown++
      this._host.requestUpdate()
    })
  }
}
