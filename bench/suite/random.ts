/** Seeded random numbers, so that both sides of a row and all runs of the benchmarks compute the same. */

/** 32-bit xorshift (Marsaglia 2003): random enough for weights, and fast enough for millions of them. */
export class Random {
  private _state: number

  constructor(seed: number) {
    this._state = seed
  }

  /** Returns uniform numbers with mean 0 and this standard deviation. */
  uniform(count: number, deviation = 1): Float32Array<ArrayBuffer> {
    const widest = deviation * Math.sqrt(3)
    return new Float32Array(count).map(() => (this._next() / 2 ** 31) * widest)
  }

  /** Returns whole numbers from 0 to `end` − 1. */
  integers(count: number, end: number): number[] {
    return Array.from({ length: count }, () => (this._next() >>> 0) % end)
  }

  private _next(): number {
    this._state ^= this._state << 13
    this._state ^= this._state >>> 17
    this._state ^= this._state << 5
    return this._state
  }
}
