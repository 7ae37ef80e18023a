/** A recipe's trace under the layer and head whose queries, keys and values it uses, so that every view names that head. */
import { parseTraceName, traceName, type PatternSource, type Trace } from 'attenscope'
import type { HeadRef } from 'attenscope/elements'

/** The trace of one head, with its only layer and head counted as `layer` and `head`. */
export function placedTrace(trace: Trace, { layer, head }: HeadRef): Trace {
  const renamed = (name: string, from: number, to: number): string => {
    const parts = parseTraceName(name)
    return parts?.layer === from ? traceName({ ...parts, layer: to }) : name
  }
  const inTrace = (name: string) => renamed(name, layer, 0)
  const patterns = trace.view(trace.part)
  const view: PatternSource = Object.create(
    patterns,
    Object.getOwnPropertyDescriptors<Partial<PatternSource>>({
      layers: [layer],
      headCount: head + 1,
      row: (_layer, _head, query) => patterns.row(0, 0, query),
      pattern: () => patterns.pattern(0, 0)
    })
  )
  const placed: Trace = Object.create(
    trace,
    Object.getOwnPropertyDescriptors<Partial<Trace>>({
      view: () => view,
      whole: () => placed,
      names: () => trace.names().map((name) => renamed(name, 0, layer)),
      has: (name) => trace.has(inTrace(name)),
      get: (name) => trace.get(inTrace(name)),
      compute: (name, options = {}) =>
        trace.compute(inTrace(name), { ...options, ...(options.head !== undefined && { head: 0 }) })
    })
  )
  return placed
}
