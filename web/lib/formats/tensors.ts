/** Tensors as files hold them, whatever the format: their descriptions, and the way of their bytes into a model. */

import { AttenscopeError } from '../errors.js'
import type { ByteReader } from './byte-reader.js'

export interface TensorEntry<Dtype extends string = string> {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** Where its bytes lie, counted from the first tensor's. */
  readonly begin: number
  readonly end: number
  /**
   * Of a query or key projection whose rows are those that rotary positions turn together, side by side, in heads of
   * this width. transformers has them half a head apart: rows are brought into that order as they are read.
   */
  readonly pairedHeadWidth?: number
}

/** Takes tensors one after the other, in the order in which their bytes come. */
export interface WeightSink<Dtype extends string = string> {
  /** Where the tensor goes, or undefined for one to pass over. Throws where it does not fit the model. */
  begin(tensor: TensorEntry<Dtype>, file: string): TensorTarget | undefined
}

export interface TensorTarget {
  /** How many rows it takes at a time, the last ones aside. */
  readonly rowsAtOnce: number
  /** Memory for the next rows, as stored. */
  stage(byteLength: number): Uint8Array
  /** Rows [first, first + count) have come. */
  take(first: number, count: number): void
}

/** A file's tensors, each with the file that it is in. */
export interface ListedTensor {
  readonly tensor: TensorEntry
  readonly file: string
}

/** Bytes of a matrix that are staged at a time: large enough for speed, small beside any model worth streaming. */
export const stageBytes = 4 << 20

/** Streams one tensor into its target, or passes over it. */
export async function readTensor(
  reader: ByteReader,
  tensor: TensorEntry,
  file: string,
  target: TensorTarget | undefined
): Promise<void> {
  const byteLength = tensor.end - tensor.begin
  const cutOff = (found: number) =>
    new AttenscopeError(
      'bad-model',
      `${file}: the file is cut off in tensor '${tensor.name}': ${found} of its ${byteLength} bytes were found`
    )
  if (!target) {
    const found = await reader.skip(byteLength)
    if (found < byteLength) throw cutOff(found)
    return
  }
  const rows = tensor.shape[0] ?? 1
  const rowBytes = rows === 0 ? 0 : byteLength / rows
  const { pairedHeadWidth } = tensor
  const rowsAtOnce = pairedHeadWidth
    ? Math.ceil(target.rowsAtOnce / pairedHeadWidth) * pairedHeadWidth
    : target.rowsAtOnce
  for (let first = 0; first < rows || first === 0; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - first)
    const staged = target.stage(count * rowBytes)
    const found = pairedHeadWidth
      ? await fillHalves(reader, staged, rowBytes, pairedHeadWidth)
      : await reader.fill(staged)
    if (found < staged.length) throw cutOff(first * rowBytes + found)
    target.take(first, count)
    if (rowsAtOnce === 0) break
  }
}

/** Rows 2i and 2i + 1 of each head become rows i and i + H / 2. */
async function fillHalves(reader: ByteReader, staged: Uint8Array, rowBytes: number, H: number): Promise<number> {
  let found = 0
  for (let row = 0; row * rowBytes < staged.length; ++row) {
    const within = row % H
    const place = row - within + (within % 2 === 0 ? within / 2 : (H + within - 1) / 2)
    found += await reader.fill(staged.subarray(place * rowBytes, (place + 1) * rowBytes))
    if (found < (row + 1) * rowBytes) break
  }
  return found
}

/** The product of counts, or undefined where it is beyond what can be counted. */
export function safeProduct(factors: readonly number[]): number | undefined {
  let product = 1
  for (const factor of factors) {
    product *= factor
    if (!Number.isSafeInteger(product)) return undefined
  }
  return product
}
