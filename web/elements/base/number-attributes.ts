/** Checks the numbers of an element against their ranges. An attribute that is no number is refused, too. */
import { AttenscopeError } from 'attenscope'

/** The numbers that a property can have; `whole` for counts. */
export interface NumberRange {
  readonly least: number
  readonly most?: number
  readonly whole?: boolean
}

/** The ranges of an element's numbers, by property. */
export type NumberRanges = Readonly<Record<string, NumberRange>>

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The error for the first number out of its range; undefined if all are right. It names the attribute. */
export function wrongNumber(element: Element, ranges: NumberRanges): AttenscopeError | undefined {
  for (const [property, { least, most = Infinity, whole = false }] of Object.entries(ranges)) {
    const value: unknown = Reflect.get(element, property)
    const isRight = typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value))
    if (isRight) continue
    const name = kebab(property)
    const text = element.getAttribute(name)
    const found = Number.isNaN(value) && text !== null ? JSON.stringify(text) : String(value)
    const upTo = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`
    return new AttenscopeError('option', `${name} is ${found}, expected a ${whole ? 'whole ' : ''}number ${upTo}`)
  }
  return undefined
}
