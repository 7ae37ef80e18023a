/** Two runs side by side: the tokens that both have, and the weights of one minus those of the other. */
import type { PatternSource, Tensor, Token } from 'attenscope'
import { hasRow, visibleKeys, type CellFacts } from '../base/layout.js'
import type { HeadRef, TokenRef } from '../base/refs.js'

/** For each token of `after`, its counterpart in `before` or `undefined`, by the longest common subsequence. */
export function alignTokens(before: readonly Token[], after: readonly Token[]): (number | undefined)[] {
  const same = (a: Token | undefined, b: Token | undefined) => a?.id === b?.id && a?.text === b?.text
  // The common start and end need no table.
  let start = 0
  while (start < Math.min(before.length, after.length) && same(before[start], after[start])) start++
  let tail = 0
  const rest = Math.min(before.length, after.length) - start
  while (tail < rest && same(before[before.length - 1 - tail], after[after.length - 1 - tail])) tail++
  const [rows, columns] = [before.length - start - tail, after.length - start - tail]
  const longest = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1))
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      longest[row]![column] = same(before[start + row], after[start + column])
        ? 1 + longest[row + 1]![column + 1]!
        : Math.max(longest[row + 1]![column]!, longest[row]![column + 1]!)
    }
  }
  const aligned: (number | undefined)[] = after.map((_, index) => {
    if (index < start) return index
    return index >= after.length - tail ? index - after.length + before.length : undefined
  })
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (same(before[start + row], after[start + column])) aligned[start + column++] = start + row++
    else if (longest[row + 1]![column]! >= longest[row]![column + 1]!) row++
    else column++
  }
  return aligned
}

/**
 * A head's weights in `after` minus those in `before`, between tokens that both have. If only one has the query or the
 * key, the cell is NaN: there is no difference, and the cell is hatched.
 */
export class DifferenceSource implements PatternSource, CellFacts {
  readonly hasGaps = true
  readonly part: PatternSource['part']
  readonly layers: readonly number[]
  readonly headCount: number
  private readonly _keys: readonly (number | undefined)[]
  private readonly _queries: readonly (number | undefined)[]

  constructor(
    private readonly _before: PatternSource,
    private readonly _after: PatternSource
  ) {
    this.part = _after.part
    this.layers = _after.layers.filter((layer) => _before.layers.includes(layer))
    this.headCount = Math.min(_before.headCount, _after.headCount)
    this._keys = alignTokens(_before.tokens, _after.tokens)
    this._queries =
      _after.queryTokens.length > 0 ? alignTokens(_before.queryTokens, _after.queryTokens) : [_before.queries.first]
  }

  /** True if both have the same tokens, so that each weight has a counterpart. */
  get isSameText(): boolean {
    const isWhole = (aligned: readonly (number | undefined)[], count: number) =>
      aligned.length === count && aligned.every((at) => at !== undefined)
    const isKeys = isWhole(this._keys, this._before.tokens.length)
    const { length } = this._before.queryTokens
    return isKeys && (length === 0 || isWhole(this._queries, length))
  }

  /**
   * The same token in the other run: in `before` for a token of `after`, or the other way round. It lacks the query or
   * the key that the other run does not have.
   */
  counterpart(token: TokenRef | undefined, run: 'before' | 'after'): TokenRef | undefined {
    const across = (aligned: readonly (number | undefined)[], index: number | undefined) => {
      if (index === undefined) return undefined
      const at = run === 'before' ? aligned[index] : aligned.indexOf(index)
      return at === undefined || at < 0 ? undefined : at
    }
    const query = across(this._queries, token?.query)
    const key = across(this._keys, token?.key)
    if (query === undefined && key === undefined) return undefined
    return { ...(query !== undefined && { query }), ...(key !== undefined && { key }) }
  }

  get tokens(): readonly Token[] {
    return this._after.tokens
  }

  get queryTokens(): readonly Token[] {
    return this._after.queryTokens
  }

  get keyCount(): number {
    return this._after.keyCount
  }

  get queries(): PatternSource['queries'] {
    return this._after.queries
  }

  row(layer: number, head: number, query: number): Float32Array {
    const after = this._after.row(layer, head, query)
    const other = this._queries[query]
    if (other === undefined || !hasRow(this._before, other)) return after.map(() => NaN)
    const before = this._before.row(layer, head, other)
    return after.map((weight, key) => {
      const at = this._keys[key]
      return at === undefined ? NaN : weight - (before[at] ?? 0)
    })
  }

  pattern(layer: number, head: number): Tensor {
    const { first, count } = this.queries
    const { keyCount } = this
    const data = new Float32Array(count * keyCount)
    for (let at = 0; at < count; at++) data.set(this.row(layer, head, first + at).subarray(0, keyCount), at * keyCount)
    return { data, shape: [count, keyCount] }
  }

  /**
   * How far a head's attention moved, from 0 to 1: half the sum of a row's absolute differences, as a mean over the
   * rows. NaN if the two have no cell in common.
   */
  moved({ layer, head }: HeadRef): number {
    let sum = 0
    let rows = 0
    const { first, count } = this.queries
    for (let query = first; query < first + count; query++) {
      const other = this._queries[query]
      if (other === undefined || !hasRow(this._before, other)) continue
      const after = this._after.row(layer, head, query)
      const before = this._before.row(layer, head, other)
      const end = Math.min(after.length, visibleKeys(this, query))
      let isKnown = false
      // This runs for every head, so it keeps only the sum of each row.
      for (let key = 0; key < end; key++) {
        const at = this._keys[key]
        const distance = at === undefined ? NaN : Math.abs(after[key]! - (before[at] ?? 0))
        if (Number.isNaN(distance)) continue
        isKnown = true
        sum += distance / 2
      }
      if (isKnown) rows++
    }
    return sum / rows
  }
}
