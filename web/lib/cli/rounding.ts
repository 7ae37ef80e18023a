/** Rounds matrices to 8 bits as docs/checkpoint-forms.md describes: symmetric, with one float32 scale per row. */

/** A matrix in 8 bits: a weight is its number times the scale of its row. */
export interface RoundedMatrix {
  readonly numbers: Int8Array<ArrayBuffer>
  readonly scales: Float32Array<ArrayBuffer>
  /** Root mean square of the rounding errors, divided by the root mean square of the matrix; 0 for a matrix of zeros. */
  readonly error: number
}

/** Rounds `values` (rows, columns). A row's scale is its largest magnitude / 127; a row of zeros has scale 0. */
export function roundMatrix(values: Float32Array, rows: number): RoundedMatrix {
  const columns = values.length / rows
  const numbers = new Int8Array(values.length)
  const scales = new Float32Array(rows)
  let changed = 0
  let all = 0
  for (let row = 0; row < rows; row++) {
    const first = row * columns
    let largest = 0
    for (let i = first; i < first + columns; i++) largest = Math.max(largest, Math.abs(values[i]!))
    const scale = Math.fround(largest / 127)
    scales[row] = scale
    for (let i = first; i < first + columns; i++) {
      const value = values[i]!
      const number = scale === 0 ? 0 : Math.max(-127, Math.min(127, roundToEven(Math.fround(value / scale))))
      numbers[i] = number
      changed += (value - number * scale) ** 2
      all += value ** 2
    }
  }
  return { numbers, scales, error: all === 0 ? 0 : Math.sqrt(changed / all) }
}

/** Rounds to the nearest integer, ties to even, as the engine does. */
function roundToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

const readers: Readonly<Record<string, (bytes: DataView, index: number) => number>> = {
  F32: (bytes, i) => bytes.getFloat32(4 * i, true),
  F16: (bytes, i) => fromHalf(bytes.getUint16(2 * i, true)),
  BF16: (bytes, i) => fromUpperHalf(bytes.getUint16(2 * i, true))
}

/** A tensor's bytes as float32, or undefined for a type that is not floating-point. */
export function toFloats(bytes: Uint8Array, dtype: string, count: number): Float32Array | undefined {
  const read = readers[dtype]
  if (!read) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: count }, (_, i) => read(view, i))
}

/** IEEE 754 half precision. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

const scratch = new DataView(new ArrayBuffer(4))

/** bfloat16 is the upper half of a float32. */
function fromUpperHalf(bits: number): number {
  scratch.setUint32(0, bits * 2 ** 16)
  return scratch.getFloat32(0)
}
