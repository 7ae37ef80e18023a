/** A matrix that grows row by row, in small: of each block of numbers the strongest. */

const FIRST_SIDE = 32

/** What stands for both in one cell; what is unknown (NaN) gives way to any number that is not 0. */
function stronger(a: number, b: number): number {
  if (Math.abs(b) <= Math.abs(a)) return a
  // Of a NaN that comparison is false: here b is one, or is larger, or a is one.
  return Number.isNaN(b) && a !== 0 ? a : b
}

/** Whether all numbers are finite and none is negative, for those of weights: each below 2. */
function areWeights(row: Float32Array): boolean {
  const numbers = new Int32Array(row.buffer, row.byteOffset, row.length)
  let all = 0
  // By index: an iterator takes six times as long.
  for (let key = 0; key < numbers.length; key++) all |= numbers[key]!
  return all >>> 23 < 0xff
}

/**
 * The larger of a block's weights, where there are but weights: their bits are ordered as they are, so that it can be had
 * without a branch, which no processor could foretell.
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
 * Cells of block maxima, by size where numbers have signs: as long as the matrix fits into `limit` cells a side a block is one number; past that, blocks double.
 * A maximum keeps a lone strong weight visible where a mean would wash it out.
 */
export class BlockMaxima {
  /** Numbers to a cell, along a side. */
  block = 1
  /** Cells along a side. */
  side: number
  /** Row by row, of as many columns as rows. */
  cells: Float32Array
  private _areWeights = true

  constructor(private readonly _limit: number) {
    this.side = Math.min(FIRST_SIDE, _limit)
    this.cells = new Float32Array(this.side * this.side)
  }

  /** Makes room for `count` rows and columns, `rows` of which are taken up; true where cells are others than before. */
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

  /** Takes up a row; there is room for it. */
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
