/** The number of an edit that the reader can drag: a weight, a factor, an addition to a score, or a temperature. */
import { parseTraceName, type AttentionSettings, type Edit } from 'attenscope'

export interface Adjustable {
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  /** Makes the same edit with another number. */
  readonly to: (value: number) => Edit
}

export function adjustable(edit: Edit): Adjustable | undefined {
  // A link may contain an invalid edit, which is refused when it runs.
  if (typeof edit !== 'object' || edit === null) return undefined
  const { op, value, at, set } = edit
  const { temperature } = (set ?? {}) as AttentionSettings
  if (typeof temperature === 'number')
    return {
      ...between(0.1, 5, 0.1, temperature),
      to: (next) => ({ ...edit, set: { ...set, temperature: next } })
    }
  if (typeof value !== 'number' || !(op === 'set' || op === 'scale' || op === 'add')) return undefined
  const to = (next: number): Edit => ({ ...edit, value: next })
  if (op === 'set' && parseTraceName(at)?.stage === 'pattern') return { ...between(0, 1, 0.01, value), to }
  return { ...(op === 'scale' ? between(-2, 2, 0.1, value) : between(-10, 10, 0.1, value)), to }
}

/** The bounds of a slider, widened if the number lies outside them. */
function between(min: number, max: number, step: number, value: number): Omit<Adjustable, 'to'> {
  return { value, min: Math.min(min, value), max: Math.max(max, value), step }
}
