/** Copies the caller's edits, so that later changes to them affect no run. A trace in an edit becomes its numbers. */

import { AttenscopeError } from '../errors.js'
import { kindOf } from '../formats/json.js'
import type { Edit, Tensor, Trace } from '../types/index.js'

export function copyEdits(edits: readonly Edit[] | undefined): Edit[] {
  if (edits === undefined) return []
  if (!Array.isArray(edits)) throw new AttenscopeError('option', `edits is ${kindOf(edits)}, expected a list`)
  return edits.map((edit: unknown) => (isObject(edit) ? copyEdit(edit as unknown as Edit) : edit) as Edit)
}

function copyEdit(edit: Edit): Edit {
  const { from } = edit
  if (!isObject(from)) return copy(edit) as Edit
  const trace = isTrace(from) ? from : 'trace' in from && isTrace(from.trace) ? from.trace : undefined
  if (!trace) return copy(edit) as Edit
  const { trace: _, ...where }: { trace?: unknown; at?: string } = isTrace(from) ? {} : { ...from }
  const { data, shape } = trace.get(where.at ?? edit.at)
  return copy({ ...edit, from: { ...where, data: Array.from(data), shape } }) as Edit
}

function isTrace(value: unknown): value is Trace {
  return isObject(value) && typeof value['get'] === 'function'
}

/** Copies lists and plain objects. Typed arrays become lists, as in JSON. */
function copy(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>)
  if (Array.isArray(value)) return value.map(copy)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copy(item)]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for a tensor, which may have a head, query or key beside its numbers. */
export function isTensor(value: unknown): value is Tensor & { readonly data: readonly number[] } {
  return isObject(value) && 'data' in value && 'shape' in value
}
