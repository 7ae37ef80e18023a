// Remembers the inputs with which each suite last passed, so that suites whose inputs changed run first.
import { step } from './log.mjs'
import { hashOf, isFresh, remember } from './stamps.mjs'

const stampOf = ({ name }) => `green-${name}`

/** Whether the suite's inputs are those of its last success. A suite without a list of inputs always counts as changed. */
const isUnchanged = (suite) => suite.inputs !== undefined && isFresh(stampOf(suite), hashOf(suite.inputs))

/** Stores the inputs of a suite; call this after a complete run without a failure. */
export function rememberGreen(suite) {
  if (suite.inputs) remember(stampOf(suite), hashOf(suite.inputs))
}

/** The suites in a new order: first those whose inputs changed since their last success, then the others. */
export function changedFirst(suites) {
  const unchanged = suites.filter(isUnchanged)
  if (unchanged.length === 0 || suites.length === 1) return suites
  const names = unchanged.map(({ name }) => name).join(', ')
  step(`unchanged since they passed, so they run last: ${names}`)
  return [...suites.filter((suite) => !unchanged.includes(suite)), ...unchanged]
}
