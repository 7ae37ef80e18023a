/** Selects a head and a range of queries from a saved tensor. The result is equal to the engine's own. */

import { stageNames } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import type { ModelInfo, Part, PatternSource, QueryRange, Tensor } from '../types/index.js'
import { checkIndex } from './captured-trace.js'
import { partOfName } from './parts.js'
import { parseTraceName, type TraceName } from './trace-name.js'

type Stages = readonly TraceName['stage'][]
/** The stages whose rows are keys. */
const overKeys: Stages = ['k', 'v']
/** The stages whose columns are keys. */
const queriesByKeys: Stages = [...stageNames, 'pattern', 'weighted_norms']
const isPicture = (name: string) => parseTraceName(name)?.stage === 'picture'

function meanOf(name: string, data: Float32Array, heads: number, size: number): Float32Array {
  if (isPicture(name))
    throw new AttenscopeError(
      'not-captured',
      `'${name}' was saved for each head, and a picture of their mean cannot be computed from it`
    )
  const mean = new Float32Array(size)
  for (let at = 0; at < heads * size; ++at) mean[at % size]! += data[at]! / heads
  return mean
}

/** `view` returns the patterns of the tensor's part, with its queries and keys. */
export function choose(
  name: string,
  tensor: Tensor,
  { head, queries }: { head?: number | 'mean'; queries?: QueryRange },
  view: (part: Part) => PatternSource,
  info: ModelInfo
): Tensor {
  let { data, shape } = tensor
  if (head !== undefined) {
    const [heads = 0, rows = 0, columns = 0] = shape
    if (shape.length !== 3) throw new AttenscopeError('option', `'${name}' has no heads`)
    const size = rows * columns
    if (head === 'mean') data = meanOf(name, data, heads, size)
    else {
      checkIndex('head', head, heads)
      data = data.slice(head * size, (head + 1) * size)
    }
    shape = [rows, columns]
  }
  if (queries === undefined) return head === undefined ? tensor : { data, shape }
  if (isPicture(name))
    throw new AttenscopeError(
      'not-captured',
      `'${name}' was saved for all queries, and a picture of some queries cannot be computed from it`
    )
  const part = partOfName(info, name)
  const known = view(part).queries
  const { first, count } = queries
  checkIndex('queries.first', first, known.first + known.count + 1, known.first)
  checkIndex('queries.count', count, known.first + known.count - first + 1)
  const columns = shape.at(-1) ?? 0
  const rows = shape.at(-2) ?? 0
  const heads = shape.length === 3 ? (shape[0] ?? 0) : 1
  const seen = part === 'decoder' ? first + count : undefined
  const { stage } = parseTraceName(name) ?? {}
  const isKeys = overKeys.includes(stage)
  const isWeights = queriesByKeys.includes(stage)
  const [from, to] = isKeys ? [0, seen ?? rows] : [first - known.first, first - known.first + count]
  const width = isWeights ? (seen ?? columns) : columns
  const taken = new Float32Array(heads * (to - from) * width)
  for (let at = 0; at < heads * (to - from); ++at) {
    const row = Math.floor(at / (to - from)) * rows + from + (at % (to - from))
    taken.set(data.subarray(row * columns, row * columns + width), at * width)
  }
  return { data: taken, shape: [...(shape.length === 3 ? [heads] : []), to - from, width] }
}
