/** Prints results: lines for people, and JSON for programs. */

import type { Tensor, Trace } from 'attenscope'

/** The form of tensors in JSON: a flat list of numbers with a shape, or lists within lists. */
export type JsonForm = 'flat' | 'nested'

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Prints a value as JSON: typed arrays become plain lists; NaN and infinities, which JSON lacks, become null. */
export function printJson(value: unknown, form: JsonForm = 'flat'): void {
  printLine(toJson(value, form))
}

/** A value as JSON. In the nested form, the `data` of each tensor has a list for each of its axes. */
export function toJson(value: unknown, form: JsonForm): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (form === 'nested' && isTensor(item)) return { ...item, data: nested(item) }
    return ArrayBuffer.isView(item) ? Array.from(item as Float32Array) : item
  })
}

/** The captured tensors of a trace, by name. */
export function capturedOf(trace: Trace): Record<string, Tensor> {
  return Object.fromEntries(
    trace
      .names()
      .filter((name) => trace.has(name))
      .map((name) => [name, trace.get(name)])
  )
}

export function printCaptured(trace: Trace): void {
  for (const [name, { shape }] of Object.entries(capturedOf(trace))) printLine(`${name}\t[${shape.join(', ')}]`)
}

function isTensor(value: unknown): value is Tensor {
  return (
    typeof value === 'object' && value !== null && 'shape' in value && 'data' in value && ArrayBuffer.isView(value.data)
  )
}

type Nested = number | null | readonly Nested[]

function nested({ data, shape }: Tensor, axis = 0, first = 0): Nested {
  if (axis === shape.length) return data[first] ?? null
  const size = shape.slice(axis + 1).reduce((product, each) => product * each, 1)
  return Array.from({ length: shape[axis] ?? 0 }, (_, i) => nested({ data, shape }, axis + 1, first + i * size))
}
