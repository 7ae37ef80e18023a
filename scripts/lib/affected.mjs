// Remembers with which inputs a suite last passed, so that the suites that a change affects run first.
import { step } from './log.mjs'
import { hashOf, isFresh, remember } from './stamps.mjs'

const stampOf = ({ name }) => `green-${name}`

/** A suite without a list of inputs depends on everything: it never counts as unchanged. */
const isUnchanged = (suite) => suite.inputs !== undefined && isFresh(stampOf(suite), hashOf(suite.inputs))

/** After a whole run of the suite without a failure. */
export function rememberGreen(suite) {
  if (suite.inputs) remember(stampOf(suite), hashOf(suite.inputs))
}

/** The same suites: those whose inputs changed since they last passed, then the others, each group in its own order. */
export function changedFirst(suites) {
  const unchanged = suites.filter(isUnchanged)
  if (unchanged.length === 0 || suites.length === 1) return suites
  const names = unchanged.map(({ name }) => name).join(', ')
  step(`unchanged since they passed, so they run last: ${names}`)
  return [...suites.filter((suite) => !unchanged.includes(suite)), ...unchanged]
}
