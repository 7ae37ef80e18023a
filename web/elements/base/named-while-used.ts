/** Objects by name: kept until the last element that used them has left the page, then only while something refers to them. */
import { scheduler } from '../pacing/scheduler.js'
import { pageBudget } from '../sources/page-budget.js'

export class NamedWhileUsed<T extends object> {
  private readonly _byName = new Map<string, T | WeakRef<T>>()
  /** The names that no element uses, each with the function that keeps its object. */
  private readonly _unused = new Map<string, () => void>()
  private readonly _lost = new FinalizationRegistry<string>((name) => {
    const known = this._byName.get(name)
    if (known instanceof WeakRef && !known.deref()) this._byName.delete(name)
  })

  /** The object with this name; a new one if there is none. */
  get(name: string, make: () => T): T {
    const known = this._byName.get(name)
    const found = known instanceof WeakRef ? known.deref() : known
    if (found) return found
    const made = make()
    this._byName.set(name, made)
    return made
  }

  /** Elements use the object from now on, or no element uses it any more. */
  setUsed(name: string, isUsed: boolean): void {
    if (!isUsed) {
      // The elements of the next page of an app may belong to the same group.
      this._unused.set(
        name,
        scheduler.clock.after(pageBudget().graceMs, () => this._weaken(name))
      )
      return
    }
    this._unused.get(name)?.()
    this._unused.delete(name)
    const known = this._byName.get(name)
    const found = known instanceof WeakRef ? known.deref() : undefined
    if (found) this._byName.set(name, found)
  }

  private _weaken(name: string): void {
    const known = this._byName.get(name)
    this._unused.delete(name)
    if (!known || known instanceof WeakRef) return
    this._byName.set(name, new WeakRef(known))
    this._lost.register(known, name)
  }
}
