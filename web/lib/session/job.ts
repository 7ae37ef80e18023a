/**
 * A call in progress on the model's thread: it computes for one turn, gives other calls a turn, and stops when it is
 * aborted.
 */

import { AttenscopeError, abortedError } from '../errors.js'

/** The milliseconds that a call may compute before other events have a turn. */
const turnMs = 30

export class Job {
  readonly signal: AbortSignal
  private _turnStartedMs = performance.now()

  constructor(signal: AbortSignal) {
    this.signal = signal
  }

  /** Gives other calls a turn if this turn is over; true if it did. Call it between units of work. */
  async pauseIfDue(): Promise<boolean> {
    if (performance.now() - this._turnStartedMs < turnMs) return false
    await nextTurn()
    this.throwIfStopped()
    this._turnStartedMs = performance.now()
    return true
  }

  throwIfStopped(): void {
    if (!this.signal.aborted) return
    throw this.signal.reason instanceof AttenscopeError ? this.signal.reason : abortedError('the call')
  }
}

/** Resolves in a new task, after all waiting messages and aborts. A resolved promise alone would run before them. */
function nextTurn(): Promise<void> {
  // Node uses setImmediate, because an open MessageChannel would keep the process alive. Two calls are needed: timers
  // that
  // are due run after the first.
  if (typeof setImmediate === 'function') {
    return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  }
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
