/** Reads golden.safetensors in the simplest way, without the package's reader. */

import { readFile } from 'node:fs/promises'

export interface GoldenTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

export async function readGolden(path: string): Promise<ReadonlyMap<string, GoldenTensor>> {
  const file = await readFile(path)
  const headerLength = Number(file.readBigUInt64LE(0))
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >
  const tensors = new Map<string, GoldenTensor>()
  delete header['__metadata__']
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    const [begin, end] = data_offsets
    const bytes = new Uint8Array(file.subarray(8 + headerLength + begin, 8 + headerLength + end)).buffer
    const data =
      dtype === 'F32'
        ? new Float32Array(bytes)
        : dtype === 'I64'
          ? Int32Array.from(new BigInt64Array(bytes), Number)
          : new Int32Array(bytes)
    tensors.set(name, { shape, data })
  }
  return tensors
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let largest = 0
  for (let i = 0; i < a.length; ++i) {
    const difference = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN))
    // The negated comparison also catches NaN.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? (a[i] === b[i] ? largest : Infinity) : difference
  }
  return largest
}
