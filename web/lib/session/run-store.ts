/**
 * Keeps the runs of a model in the engine: all runs in progress, and the last few ended runs, whose traces can still be
 * computed.
 */

import type { RunHandle } from '../engine/engine-handles.js'
import { AttenscopeError, goneRunError } from '../errors.js'

/** The number of ended runs that are kept. */
export const keptRuns = 4

export class RunStore {
  /** Ended runs, the least recently used first. */
  private readonly _ended = new Map<number, RunHandle>()
  private readonly _active = new Map<number, RunHandle>()
  private _nextId = 1

  /**
   * Makes a run in progress by `create`. The run stays until it ends or is removed. If memory is short, ended runs are
   * freed.
   */
  open(create: () => RunHandle): { id: number; run: RunHandle } {
    const run = this.make(create)
    const id = this._nextId++
    this._active.set(id, run)
    return { id, run }
  }

  /** Makes a run that the caller owns and frees. */
  make(create: () => RunHandle): RunHandle {
    for (;;) {
      try {
        return create()
      } catch (error) {
        const isMemory = error instanceof AttenscopeError && error.code === 'memory'
        if (!isMemory || !this._dropOldest()) throw error
      }
    }
  }

  /** The run, which becomes the most recently used. */
  use(id: number): RunHandle {
    const active = this._active.get(id)
    if (active) return active
    const ended = this._ended.get(id)
    if (!ended) throw goneRunError()
    this._ended.delete(id)
    this._ended.set(id, ended)
    return ended
  }

  /** Marks a run as ended. It is kept until newer runs replace it. */
  end(id: number): void {
    const run = this._active.get(id)
    if (!run) return
    this._active.delete(id)
    this._ended.set(id, run)
    if (this._ended.size > keptRuns) this._dropOldest()
  }

  remove(id: number): void {
    const run = this._active.get(id) ?? this._ended.get(id)
    this._active.delete(id)
    this._ended.delete(id)
    run?.delete()
  }

  clear(): void {
    for (const id of [...this._active.keys(), ...this._ended.keys()]) this.remove(id)
  }

  private _dropOldest(): boolean {
    const oldest = this._ended.keys().next()
    if (oldest.done) return false
    this.remove(oldest.value)
    return true
  }
}
