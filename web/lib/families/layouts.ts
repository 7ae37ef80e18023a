/** Where a parameter lies in a tensor that holds it otherwise than the engine: transposed, or with others. */

import type { TensorLayout } from '../types/engine.js'

/** The tensor's shape in the file, and where the parameter's numbers are in it, if not in their own order. */
export interface Place {
  readonly shape: readonly number[]
  readonly layout?: TensorLayout
}

type Shape = readonly number[]

/** A matrix (in, out) that holds the transposes of several, side by side: this one from output `first` of `all` on. */
export function transposed([rows = 0, columns]: Shape, first = 0, all = rows): Place {
  if (columns === undefined) return rowsOf([rows], first, all)
  return { shape: [columns, all], layout: { first, rowStride: 1, columnStride: all } }
}

/** A tensor of `all` rows that holds several, one below another: this one from row `first` on. */
export function rowsOf([, columns]: Shape, first: number, all: number): Place {
  if (columns === undefined) return { shape: [all], layout: { first, rowStride: 1 } }
  return { shape: [all, columns], layout: { first: first * columns, rowStride: columns } }
}

/** A tensor that holds several by turns, `group` rows of each: of `count` this is number `index`. */
export function byTurns([rows = 0, columns]: Shape, group: number, index: number, count: number): Place {
  const width = columns ?? 1
  return {
    shape: columns === undefined ? [count * rows] : [count * rows, columns],
    layout: { first: index * group * width, rowStride: width, group, groupStride: count * group * width }
  }
}

/** Which of queries, keys and values an attention's parameter makes, in the order in which files join them; -1 for others. */
export function joinedIndex(parameter: string): number {
  const [, part = ''] = /\.attn\.(query|key|value)\./.exec(parameter) ?? []
  return ['query', 'key', 'value'].indexOf(part)
}

/** Numbers to which one is to be added: norms that are stored by how far they are from 1. */
export function plusOne(shape: Shape): Place {
  return { shape, layout: { first: 0, rowStride: 1, add: 1 } }
}
