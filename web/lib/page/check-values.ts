/** Checks one value of an option. An error names the option, the value and the values that are allowed. */

import { AttenscopeError } from '../errors.js'
import { kindOf } from '../formats/json.js'

/** The smallest probability above 0. The engine's numbers are float32: a smaller one would become 0. */
export const leastProbability = 2 ** -126

export function integer(name: string, value: number | undefined, from: number, to: number): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isInteger(value) || value < from || value > to) {
    const range = to === Number.MAX_SAFE_INTEGER ? `an integer ≥ ${from}` : `an integer from ${from} to ${to}`
    throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected ${range}`)
  }
  return value
}

export function number(name: string, value: number | undefined, from: number, to: number): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isFinite(value) || value < from || value > to) {
    const range = from === leastProbability ? `a number above 0, up to ${to}` : `a number from ${from} to ${to}`
    throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected ${range}`)
  }
  return value
}

export function object(options: unknown): void {
  if (typeof options === 'object' && options !== null) return
  throw new AttenscopeError('option', `the options are ${kindOf(options)}, expected an object`)
}

export function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return
  throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected one of: ${allowed.join(', ')}`)
}
