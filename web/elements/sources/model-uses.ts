/** Decides when a model goes: after its last element has left the page, by the budget of the page. */
import { scheduler } from '../pacing/scheduler.js'
import { onPageBudget, pageBudget } from './page-budget.js'

/** A load that may go when no element uses it. */
export interface Leavable {
  /** True if the page loaded the model for its elements. */
  readonly isOwn: boolean
  /** True if the model is loaded or being loaded. */
  readonly isAlive: boolean
  leave(): void
}

/** The own loads that are used or were used a moment ago. */
const present = new Set<ModelUses>()
/** Loads without an element; the load that was used longest ago comes first. */
const idle = new Map<ModelUses, () => void>()

/** Counts the elements that use a load. */
export class ModelUses {
  private _count = 0

  constructor(private readonly _load: Leavable) {}

  get isAlive(): boolean {
    return this._load.isAlive
  }

  /** Counts one more use; returns the function that ends it. */
  begin(): () => void {
    this._count++
    idle.get(this)?.()
    idle.delete(this)
    if (this._load.isOwn && !present.has(this)) {
      present.add(this)
      // The models without an element leave room for this one.
      scheduler.clock.task(fitBudget)
    }
    let isCounted = true
    return () => {
      if (!isCounted) return
      isCounted = false
      this._count--
      // An element that moves within the page leaves it and enters it again in the same task.
      if (this._count === 0) scheduler.clock.task(() => this._becomeIdle())
    }
  }

  leave(): void {
    idle.get(this)?.()
    idle.delete(this)
    present.delete(this)
    this._load.leave()
  }

  private _becomeIdle(): void {
    if (this._count > 0 || idle.has(this)) return
    idle.set(
      this,
      scheduler.clock.after(pageBudget().graceMs, () => this.leave())
    )
    fitBudget()
  }
}

function fitBudget(): void {
  const count = [...present].filter(({ isAlive }) => isAlive).length
  const leaving = [...idle.keys()].filter((uses) => present.has(uses) && uses.isAlive)
  for (const uses of leaving.slice(0, Math.max(0, count - pageBudget().models))) uses.leave()
}

onPageBudget(fitBudget)
