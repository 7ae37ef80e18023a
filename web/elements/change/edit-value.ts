/** The one number of an edit that can be dragged: a weight, a factor, what is added to a score, a temperature. */
import { parseTraceName, type AttentionSettings, type Edit } from 'attenscope'

export interface Adjustable {
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  /** The same edit with another number. */
  readonly to: (value: number) => Edit
}

export function adjustable(edit: Edit): Adjustable | undefined {
  // A link may list what is no edit at all; it is refused when it runs.
  if (typeof edit !== 'object' || edit === null) return undefined
  const { op, value, at, set } = edit
  const { temperature } = (set ?? {}) as AttentionSettings
  if (typeof temperature === 'number')
    return {
      ...between(0.1, 5, 0.1, temperature),
      to: (next) => ({ ...edit, set: { ...set, temperature: next } as AttentionSettings })
    }
  if (typeof value !== 'number' || !(op === 'set' || op === 'scale' || op === 'add')) return undefined
  const to = (next: number): Edit => ({ ...edit, value: next })
  if (op === 'set' && parseTraceName(at)?.stage === 'pattern') return { ...between(0, 1, 0.01, value), to }
  return { ...(op === 'scale' ? between(-2, 2, 0.1, value) : between(-10, 10, 0.1, value)), to }
}

/** A slider's bounds, further apart where the number is beyond them. */
function between(min: number, max: number, step: number, value: number): Omit<Adjustable, 'to'> {
  return { value, min: Math.min(min, value), max: Math.max(max, value), step }
}
