/** Computes the numbers of patches and means from other tensors, in the engine's form. */

import { AttenscopeError } from '../errors.js'
import { kindOf } from '../formats/json.js'
import type { Edit, PatchSource, Tensor } from '../types/index.js'
import { index, type CheckedEdit } from './check-edits.js'
import type { EditTarget } from './edit-target.js'

/** The numbers of an edit, (heads or 1, rows or 1, columns). */
export interface EditNumbers {
  readonly numbers: Float32Array
  readonly shape: number[]
}

/** The head and tokens of a source. */
export type Choice = Pick<PatchSource, 'head' | 'query' | 'key'>

/** The part of `from` that replaces the edit's numbers. Throws 'shape' if the two shapes differ. */
export function patchNumbers({ where, edit, target }: CheckedEdit, from: Tensor, choice: Choice): EditNumbers {
  if (!target) throw new AttenscopeError('option', `${where} names no tensor to patch`)
  const source = asHeads(`${where}.from`, from)
  const rowName = target.hasQueries ? 'query' : 'key'
  const ownRow = target.hasQueries ? edit.query : target.isRow ? undefined : edit.key
  const head = choice.head ?? (source.heads > 1 ? edit.head : undefined)
  const row = (target.isRow && !target.hasQueries ? undefined : choice[rowName]) ?? ownRow
  const column = target.isRow && edit.key !== undefined ? (choice.key ?? edit.key) : undefined
  index(`${where}.from.head`, head, source.heads)
  index(`${where}.from.${rowName}`, row, source.rows)
  index(`${where}.from.key`, column, source.columns)

  const ownHeads = edit.head !== undefined ? 1 : Math.max(target.heads, 1)
  const ownColumns = target.isRow ? keysSeen(target.keys, target, ownRow) : target.width
  const columns =
    column !== undefined
      ? [column]
      : range(keysSeen(source.columns, target, ownRow === undefined ? undefined : row) ?? 0)
  const isPrompt = row === undefined && source.rows === target.promptRows
  const fits =
    (head !== undefined || source.heads === ownHeads) &&
    (row !== undefined || target.rows === undefined || isPrompt || source.rows === target.rows) &&
    (column !== undefined || ownColumns === undefined || columns.length === ownColumns || (isPrompt && target.isRow))
  if (!fits) {
    const expected = [
      ownHeads,
      row !== undefined ? 1 : (target.promptRows ?? target.rows ?? 'any'),
      ownColumns ?? 'any'
    ]
    throw new AttenscopeError(
      'shape',
      `${where}.from has shape (${from.shape.join(', ')}), expected (${expected.join(', ')}) for '${edit.at}'`
    )
  }
  const heads = head !== undefined ? [head] : range(source.heads)
  const rows = row !== undefined ? [row] : range(source.rows)
  const numbers = heads.flatMap((n) => rows.flatMap((t) => columns.map((c) => source.at(n, t, c))))
  return { numbers: Float32Array.from(numbers), shape: [heads.length, rows.length, columns.length] }
}

/** The number of keys that a row sees: in a causal attention the keys up to the row's own token, else all. */
function keysSeen(count: number | undefined, target: EditTarget, row: number | undefined): number | undefined {
  if (!target.isRow || !target.isCausal || row === undefined) return count
  return Math.min(count ?? Infinity, row + 1)
}

/** The mean over all rows of all tensors, or over the first `most` rows of each, for each head: (heads, 1, columns). */
export function meanNumbers(
  where: string,
  tensors: readonly Tensor[],
  head: number | undefined,
  most = Infinity
): EditNumbers {
  const sources = tensors.map((tensor) => asHeads(where, tensor))
  const [first] = sources
  if (!first) throw new AttenscopeError('option', `${where} has no texts to take a mean over`)
  const heads = head !== undefined && first.heads > 1 ? [head] : range(first.heads)
  const rowsOf = (source: Heads) => Math.min(most, source.rows)
  const rows = sources.reduce((sum, source) => sum + rowsOf(source), 0)
  const numbers = heads.flatMap((n) =>
    range(first.columns).map((c) => {
      let sum = 0
      for (const source of sources) for (let t = 0; t < rowsOf(source); ++t) sum += source.at(n, t, c)
      return sum / rows
    })
  )
  return { numbers: Float32Array.from(numbers), shape: [heads.length, 1, first.columns] }
}

interface Heads {
  readonly heads: number
  readonly rows: number
  readonly columns: number
  at(head: number, row: number, column: number): number
}

function asHeads(where: string, { data, shape }: Tensor): Heads {
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size > 0)
  const size = isShape ? shape.reduce((product, extent) => product * extent, 1) : -1
  if (!isShape || (shape.length !== 2 && shape.length !== 3) || data.length !== size) {
    throw new AttenscopeError(
      'shape',
      `${where} has ${data.length} numbers of shape ${kindOf(String(shape))}, expected (heads, rows, columns)`
    )
  }
  const [columns = 0, rows = 0, heads = 1] = [...shape].reverse()
  return { heads, rows, columns, at: (n, t, c) => data[(n * rows + t) * columns + c] ?? NaN }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

/** The value of an edit as numbers, if the value is a list. */
export function listNumbers({ value }: Edit): EditNumbers | undefined {
  return Array.isArray(value)
    ? { numbers: Float32Array.from(value as number[]), shape: [1, 1, value.length] }
    : undefined
}
