/** The logits of a text that is written, by query: the newest stay within a budget, older ones are dropped. */

const MOST_BYTES = 16 * 2 ** 20

export class KeptLogits {
  private readonly _ofQuery = new Map<number, Float32Array>()
  private _bytes = 0

  /** The logits (V) that `query` computed; undefined if they were dropped or never computed. */
  of(query: number): Float32Array | undefined {
    return this._ofQuery.get(query)
  }

  add(query: number, logits: Float32Array): void {
    this._bytes -= this._ofQuery.get(query)?.byteLength ?? 0
    this._ofQuery.set(query, logits)
    this._bytes += logits.byteLength
    for (const [oldest, { byteLength }] of this._ofQuery) {
      if (this._bytes <= MOST_BYTES || oldest === query) return
      this._ofQuery.delete(oldest)
      this._bytes -= byteLength
    }
  }

  /** A copy of the list with the queries before `end`. */
  until(end: number): KeptLogits {
    const kept = new KeptLogits()
    for (const [query, logits] of this._ofQuery) if (query < end) kept.add(query, logits)
    return kept
  }
}
