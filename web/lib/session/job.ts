/** A call under way on the thread of the model: it computes for a turn, lets others in, and stops where it is aborted. */

import { AttenscopeError, abortedError } from '../errors.js'
import { nextTurn, turnMs } from './turn.js'

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
