/** Refuses results that are not numbers, so that no view shows them and no text is written from them in silence. */

import { AttenscopeError } from '../errors.js'

/** The rows of numbers to check, and their place in the model for the error. */
export interface CheckedRows {
  readonly data: Float32Array
  readonly columns: number
  /** The numbers, such as 'the logits'. */
  readonly what: string
  /** The place of a row, such as 'token 3'. */
  readonly place: (row: number) => string
  /** Whether a row counts. A row of padding may hold anything. */
  readonly counts?: (row: number) => boolean
  /** Whether edits change the run. */
  readonly isEdited: boolean
}

/**
 * Throws where a row holds NaN or +∞, or nothing but −∞: 'option' for a run with edits, else 'bad-model'. A single −∞ is
 * the logit of a forbidden token.
 */
export function checkNumbers({ data, columns, what, place, counts = () => true, isEdited }: CheckedRows): void {
  // The sum of products with zero is NaN as soon as one number is NaN or infinite: one fast pass for usual results.
  let sum = 0
  for (const number of data) sum += number * 0
  if (sum === 0) return
  for (let row = 0; (row + 1) * columns <= data.length; ++row) {
    const numbers = data.subarray(row * columns, (row + 1) * columns)
    const found = numbers.find((number) => Number.isNaN(number) || number === Infinity)
    if (!counts(row) || (found === undefined && numbers.some(Number.isFinite))) continue
    const shown = found === undefined ? 'are all −∞' : Number.isNaN(found) ? 'hold NaN' : 'hold +∞'
    throw isEdited
      ? new AttenscopeError('option', `${what} of ${place(row)} ${shown}: the edits make numbers that are too large`)
      : new AttenscopeError(
          'bad-model',
          `${what} of ${place(row)} ${shown}: the model's weights are damaged, or too large for 32-bit numbers`
        )
  }
}

/** Checks the captured states, (T, C), of the tokens that a pooling reads. Throws as checkNumbers does. */
export function checkStates(
  captured: readonly { readonly name: string; readonly data: Float32Array; readonly shape: readonly number[] }[],
  tokens: number,
  circumstances: Pick<CheckedRows, 'counts' | 'isEdited'>
): void {
  for (const { name, data, shape } of captured) {
    const [rows, columns] = shape
    if (shape.length !== 2 || rows !== tokens || columns === undefined) continue
    checkNumbers({ data, columns, what: `the numbers of '${name}'`, place: (row) => `token ${row}`, ...circumstances })
  }
}
