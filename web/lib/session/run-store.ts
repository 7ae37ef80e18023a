/** The runs that the engine holds for a model: those under way, and the last few that ended, so that traces can be computed. */

import type { RunHandle } from '../engine/engine-handles.js'
import { AttenscopeError, goneRunError } from '../errors.js'

/** How many ended runs are kept. */
export const keptRuns = 4

export class RunStore {
  /** Ended runs, the one used longest ago first. */
  private readonly _ended = new Map<number, RunHandle>()
  private readonly _active = new Map<number, RunHandle>()
  private _nextId = 1

  /**
   * Makes a run by `create`, as one that is under way: it stays until it ends or is removed.
   * Where memory is short, ended runs give way.
   */
  open(create: () => RunHandle): { id: number; run: RunHandle } {
    const run = this.make(create)
    const id = this._nextId++
    this._active.set(id, run)
    return { id, run }
  }

  /** Makes a run that the caller keeps. */
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

  /** The run, which counts as used now. */
  use(id: number): RunHandle {
    const active = this._active.get(id)
    if (active) return active
    const ended = this._ended.get(id)
    if (!ended) throw goneRunError()
    this._ended.delete(id)
    this._ended.set(id, ended)
    return ended
  }

  /** The run is no longer under way; it is kept until others take its place. */
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
