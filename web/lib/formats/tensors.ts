/** Descriptions of tensors in files of any format, and the streaming of their bytes into a model. */

import { AttenscopeError } from '../errors.js'
import type { ByteReader } from './byte-reader.js'

/** One tensor of a file. */
export interface TensorEntry<Dtype extends string = string> {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** The range [begin, end) of its bytes, counted from the first tensor's first byte. */
  readonly begin: number
  readonly end: number
  /**
   * The head width of a query or key projection whose rotary row pairs are neighbours in the file. The engine, like
   * transformers, has the two rows of a pair half a head apart: `readTensor` reorders the rows while it reads them.
   */
  readonly pairedHeadWidth?: number
}

/** Takes tensors one after the other, in the order in which their bytes come. */
export interface WeightSink<Dtype extends string = string> {
  /** The target of a tensor, or undefined to skip the tensor. Throws 'bad-model' when it does not fit the model. */
  begin(tensor: TensorEntry<Dtype>, file: string): TensorTarget | undefined
}

/** Receives one tensor in blocks of rows: the reader fills the staging memory, then calls `take`. */
export interface TensorTarget {
  /** The number of rows in a block; the last block may have fewer. */
  readonly rowsAtOnce: number
  /** Memory for the next block, whose bytes are as stored in the file. */
  stage(byteLength: number): Uint8Array
  /** Takes the rows [first, first + count) from the staging memory. */
  take(first: number, count: number): void
}

/** A tensor and the file that it is in. */
export interface ListedTensor {
  readonly tensor: TensorEntry
  readonly file: string
}

/** The most bytes staged at a time: enough for speed, little compared with any model that is worth streaming. */
export const stageBytes = 4 << 20

/** Streams one tensor into its target, or skips it without a target. Throws 'bad-model' when the file ends early. */
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

/** Reads rows 2i and 2i + 1 of each head into rows i and i + H / 2. Returns the number of bytes read. */
async function fillHalves(reader: ByteReader, staged: Uint8Array, rowBytes: number, H: number): Promise<number> {
  let found = 0
  for (let row = 0; row * rowBytes < staged.length; ++row) {
    const within = row % H
    const newRow = row - within + (within % 2 === 0 ? within / 2 : (H + within - 1) / 2)
    found += await reader.fill(staged.subarray(newRow * rowBytes, (newRow + 1) * rowBytes))
    if (found < (row + 1) * rowBytes) break
  }
  return found
}

/** The product of the factors, or undefined when it is no safe integer. */
export function safeProduct(factors: readonly number[]): number | undefined {
  let product = 1
  for (const factor of factors) {
    product *= factor
    if (!Number.isSafeInteger(product)) return undefined
  }
  return product
}
