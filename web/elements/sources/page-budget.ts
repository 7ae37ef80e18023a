/** The budget of a page: how much its elements keep beside the patterns and models that they show. */
import { AttenscopeError } from 'attenscope'

/** How much the elements of a page keep beside what they show. */
export interface PageBudget {
  /** The bytes of patterns and saved traces that no element shows, for readers who come back to a text. Default: 64 MiB. */
  readonly bytes: number
  /**
   * The number of models that are loaded at a time. Above this number, a model that no element uses is freed at once.
   * Models that elements use stay, whatever their number. Default: 2.
   */
  readonly models: number
  /** How long a model stays loaded after its last element has left the page, in milliseconds. Default: 5,000. */
  readonly graceMs: number
}

let budget: PageBudget = { bytes: 64 * 2 ** 20, models: 2, graceMs: 5000 }
const listeners = new Set<() => void>()

/** The budget of the page. */
export function pageBudget(): PageBudget {
  return budget
}

/**
 * Sets the given parts of the page's budget. The values used longest ago are freed first. Models, runs and traces that
 * the page's own code loaded are never freed. Throws 'option' for a number below 0 and for an unknown part.
 */
export function setPageBudget(change: Partial<PageBudget>): void {
  for (const [name, value] of Object.entries(change)) {
    if (!(name in budget))
      throw new AttenscopeError('option', `the page's budget has no '${name}': ${Object.keys(budget).join(', ')}`)
    if (typeof value !== 'number' || !(value >= 0))
      throw new AttenscopeError('option', `${name} is ${String(value)}, expected a number of at least 0`)
  }
  budget = { ...budget, ...change }
  for (const listener of listeners) listener()
}

/** Calls back after each change of the budget, for as long as the page lives. */
export function onPageBudget(listener: () => void): void {
  listeners.add(listener)
}
