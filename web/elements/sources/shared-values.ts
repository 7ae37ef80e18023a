/** Values that elements share, such as the runs of a model. A held value stays; the page's budget bounds the others. */
import { scheduler } from '../pacing/scheduler.js'
import { onPageBudget, pageBudget } from './page-budget.js'

/** An element's hold on a shared value. The value stays until all its holds are released. */
export interface Hold<T> {
  readonly value: Promise<T>
  release(): void
}

/** A new value, its size, and the function that frees what the value keeps outside the page's own memory. */
export interface Made<T> {
  readonly value: T
  readonly bytes: () => number
  readonly free?: () => void
}

/** Makes a value; stops if the signal aborts. */
export type Make<T> = (signal: AbortSignal) => Promise<Made<T>>

class Shared<T extends object> {
  readonly value: Promise<T>
  made: Made<T> | undefined
  private _holds = 0
  private _isDropped = false
  private readonly _abort = new AbortController()

  constructor(
    make: Make<T>,
    private readonly _forget: () => void
  ) {
    const making = make(this._abort.signal)
    this.value = making.then(({ value }) => value)
    making.then(
      (made) => {
        // A call that does not hear the signal may still end.
        if (this._isDropped) return made.free?.()
        this.made = made
        sharedOf.set(made.value, this)
        if (idle.has(this)) sweepLater()
      },
      () => {
        idle.delete(this)
        this._forget()
      }
    )
  }

  hold(): () => void {
    idle.delete(this)
    this._holds++
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      if (--this._holds > 0 || this._isDropped) return
      idle.add(this)
      sweepLater()
    }
  }

  drop(): void {
    if (this._isDropped) return
    this._isDropped = true
    idle.delete(this)
    this._forget()
    this._abort.abort()
    if (!this.made) return
    sharedOf.delete(this.made.value)
    this.made.free?.()
  }
}

/** All values without a hold, of the whole page; the value that was used longest ago comes first. */
const idle = new Set<Shared<object>>()
const sharedOf = new WeakMap<object, Shared<object>>()
let isSweepComing = false

/**
 * Frees values in a later task: an element that moves within the page leaves it and enters it again in the same task,
 * and so does a view that goes from one text to another and back.
 */
function sweepLater(): void {
  if (isSweepComing) return
  isSweepComing = true
  scheduler.clock.task(() => {
    isSweepComing = false
    let bytes = 0
    for (const shared of [...idle].reverse()) {
      bytes += shared.made?.bytes() ?? 0
      // Nobody waits for a value that is still being made.
      if (!shared.made || bytes > pageBudget().bytes) shared.drop()
    }
  })
}

onPageBudget(sweepLater)

/** Holds a value if it is a shared one; returns the function that releases it. */
export function holdIfShared(value: object | undefined): (() => void) | undefined {
  return value && sharedOf.get(value)?.hold()
}

/** Values by name: each is made once for all elements that hold it. */
export class SharedValues<T extends object> {
  private readonly _byName = new Map<string, Shared<T>>()

  hold(name: string, make: Make<T>): Hold<T> {
    let shared = this._byName.get(name)
    if (!shared) {
      const fresh: Shared<T> = new Shared(make, () => {
        if (this._byName.get(name) === fresh) this._byName.delete(name)
      })
      this._byName.set(name, (shared = fresh))
    }
    return { value: shared.value, release: shared.hold() }
  }

  /** Drops all values, held or not: their model is gone. */
  clear(): void {
    for (const shared of [...this._byName.values()]) shared.drop()
  }

  /** Drops the values that nobody holds. */
  clearIdle(): void {
    for (const shared of [...this._byName.values()]) if (idle.has(shared)) shared.drop()
  }
}
