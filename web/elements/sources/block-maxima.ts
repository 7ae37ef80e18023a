/** A small picture of a matrix that grows row by row: the strongest number of each block. */

const FIRST_SIDE = 32

/** The stronger of two numbers. An unknown number (NaN) gives way to any number that is not 0. */
function stronger(a: number, b: number): number {
  if (Math.abs(b) <= Math.abs(a)) return a
  // Comparing with NaN gives false: here b is NaN, or b is larger, or a is NaN.
  return Number.isNaN(b) && a !== 0 ? a : b
}

/** True if all numbers are finite, not negative and below 2, as weights are. */
function areWeights(row: Float32Array): boolean {
  const numbers = new Int32Array(row.buffer, row.byteOffset, row.length)
  let all = 0
  // By index: an iterator takes six times as long.
  for (let key = 0; key < numbers.length; key++) all |= numbers[key]!
  return all >>> 23 < 0xff
}

/**
 * The largest weight of a block. The bits of positive floats are ordered as the floats are, so no branch is needed,
 * which
 * no processor could predict.
 */
function addWeights(row: Float32Array, block: number, into: Float32Array): void {
  const weights = new Int32Array(row.buffer, row.byteOffset, row.length)
  const maxima = new Int32Array(into.buffer, into.byteOffset, into.length)
  for (let key = 0, at = 0; key < weights.length; at++) {
    let most = maxima[at]!
    for (const end = Math.min(key + block, weights.length); key < end; key++) {
      const more = weights[key]! - most
      most += more & ~(more >> 31)
    }
    maxima[at] = most
  }
}

/**
 * Cells of block maxima, by absolute value. A block is one number while the matrix fits into `limit` cells along a
 * side; then the blocks double.
 * A maximum keeps one strong weight visible that a mean would wash out.
 */
export class BlockMaxima {
  /** Numbers per cell, along a side. */
  block = 1
  /** Cells along a side. */
  side: number
  /** The cells row by row, (side, side). */
  cells: Float32Array
  private _areWeights = true

  constructor(private readonly _limit: number) {
    this.side = Math.min(FIRST_SIDE, _limit)
    this.cells = new Float32Array(this.side * this.side)
  }

  /**
   * Makes room for `count` rows and columns, of which `rows` have been added. Returns true if the blocks have changed.
   */
  fit(count: number, rows: number): boolean {
    let { side } = this
    let step = 1
    while (Math.ceil(count / (this.block * step)) > side) {
      if (side < this._limit) side = Math.min(2 * side, this._limit)
      else step *= 2
    }
    if (side === this.side && step === 1) return false
    const cells = new Float32Array(side * side)
    for (let y = 0; y < Math.ceil(rows / this.block); y++) {
      for (let x = 0; x < this.side; x++) {
        const at = Math.floor(y / step) * side + Math.floor(x / step)
        cells[at] = stronger(cells[at]!, this.cells[y * this.side + x]!)
      }
    }
    this.cells = cells
    this.side = side
    this.block *= step
    return true
  }

  /** Adds a row; `fit` has made room for it. */
  add(at: number, row: Float32Array): void {
    const { block, side } = this
    const y = Math.floor(at / block)
    const cells = this.cells.subarray(y * side, (y + 1) * side)
    this._areWeights &&= areWeights(row)
    if (block === 1) return cells.set(row)
    if (this._areWeights) return addWeights(row, block, cells)
    for (let key = 0, x = 0; key < row.length; x++) {
      let strongest = cells[x]!
      for (const end = Math.min(key + block, row.length); key < end; key++) strongest = stronger(strongest, row[key]!)
      cells[x] = strongest
    }
  }
}
