/** A call under way on the thread of the model: it computes for a turn, lets others in, and stops where it is aborted. */

import { AttenscopeError, abortedError } from '../errors.js'

/** The milliseconds that a call may compute before other events have a turn. */
const turnMs = 30

export class Job {
  readonly signal: AbortSignal
  private _turnStartedMs = performance.now()

  constructor(signal: AbortSignal) {
    this.signal = signal
  }

  /** To be called between units of work; true where others had a turn. */
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

/** Resolves in a new task, after the messages and aborts that wait already. A resolved promise alone would not let them in. */
function nextTurn(): Promise<void> {
  // Node: setImmediate; an open MessageChannel would keep the process alive. Twice, because timers that are due have their
  // turn after the first.
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
