/**
 * Layouts of parameters that the file stores differently from the engine: transposed, or joined with others in one
 * tensor.
 */

import type { TensorLayout } from '../types/engine.js'

/**
 * The tensor's shape in the file, and the parameter's layout in it; without a layout the numbers are in the engine's
 * order.
 */
export interface StoredLayout {
  readonly shape: readonly number[]
  readonly layout?: TensorLayout
}

type Shape = readonly number[]

/**
 * A parameter stored transposed, in a tensor (in, `all`) that may hold several side by side: this one starts at column
 * `first`.
 */
export function transposed([rows = 0, columns]: Shape, first = 0, all = rows): StoredLayout {
  if (columns === undefined) return rowsOf([rows], first, all)
  return { shape: [columns, all], layout: { first, rowStride: 1, columnStride: all } }
}

/** A parameter in a tensor of `all` rows that holds several, one below another: this one starts at row `first`. */
export function rowsOf([, columns]: Shape, first: number, all: number): StoredLayout {
  if (columns === undefined) return { shape: [all], layout: { first, rowStride: 1 } }
  return { shape: [all, columns], layout: { first: first * columns, rowStride: columns } }
}

/** A parameter in a tensor that interleaves `count` parameters, `group` rows of each in turn: this one is number `index`. */
export function interleavedRows([rows = 0, columns]: Shape, group: number, index: number, count: number): StoredLayout {
  const width = columns ?? 1
  return {
    shape: columns === undefined ? [count * rows] : [count * rows, columns],
    layout: { first: index * group * width, rowStride: width, group, groupStride: count * group * width }
  }
}

/** 0 for a query's parameter, 1 for a key's, 2 for a value's (the order in which files join them), -1 for any other. */
export function joinedIndex(parameter: string): number {
  const [, part = ''] = /\.attn\.(query|key|value)\./.exec(parameter) ?? []
  return ['query', 'key', 'value'].indexOf(part)
}

/** A norm's weight that is stored minus 1: the loader adds 1. */
export function plusOne(shape: Shape): StoredLayout {
  return { shape, layout: { first: 0, rowStride: 1, add: 1 } }
}
