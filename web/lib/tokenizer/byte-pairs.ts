/**
 * Byte-pair encoding (Sennrich et al. 2016): merges the pair of lowest rank, the leftmost first, until no pair is in
 * the table.
 */

/** The rank of each pair, keyed by `pairKey`. */
export type MergeTable = Map<string, number>

/** The key of a pair in a `MergeTable`. U+FFFF separates the two parts, because no token contains it. */
export function pairKey(left: string, right: string): string {
  return `${left}\uffff${right}`
}

interface Candidate {
  readonly rank: number
  /** The index of the left part, and the text of both parts when the candidate was found. */
  readonly at: number
  readonly left: string
  readonly right: string
}

/** Merges the characters of a word into tokens. `suffix` is appended to the last character first. */
export function mergePairs(characters: readonly string[], table: MergeTable, suffix: string): string[] {
  const parts: (string | undefined)[] = [...characters]
  const last = parts.length - 1
  if (last >= 0) parts[last] += suffix
  const next = parts.map((_, i) => i + 1)
  const before = parts.map((_, i) => i - 1)
  const heap = new Heap()
  const consider = (at: number) => {
    const [left, right] = [parts[at], parts[next[at] ?? -1]]
    const rank = left === undefined || right === undefined ? undefined : table.get(pairKey(left, right))
    if (rank !== undefined) heap.push({ rank, at, left: left ?? '', right: right ?? '' })
  }
  for (let at = 0; at < last; ++at) consider(at)
  for (let best = heap.pop(); best; best = heap.pop()) {
    const { at, left, right } = best
    const follower = next[at] ?? parts.length
    // One of the two parts has been merged with another part since.
    if (parts[at] !== left || parts[follower] !== right) continue
    parts[at] = left + right
    parts[follower] = undefined
    const behind = next[follower] ?? parts.length
    next[at] = behind
    if (behind < parts.length) before[behind] = at
    consider(before[at] ?? -1)
    consider(at)
  }
  return parts.filter((part) => part !== undefined)
}

/** A binary heap of candidates, the lowest rank first, and the leftmost first among equal ranks. */
class Heap {
  private readonly _items: Candidate[] = []

  push(item: Candidate): void {
    const items = this._items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!comesBefore(item, items[parent])) break
      items[at] = items[parent] as Candidate
      at = parent
    }
    items[at] = item
  }

  pop(): Candidate | undefined {
    const items = this._items
    const first = items[0]
    const moved = items.pop()
    if (!moved || items.length === 0) return first
    let at = 0
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (comesBefore(items[child + 1], items[child])) child += 1
      if (!comesBefore(items[child], moved)) break
      items[at] = items[child] as Candidate
      at = child
    }
    items[at] = moved
    return first
  }
}

function comesBefore(a: Candidate | undefined, b: Candidate | undefined): boolean {
  return a !== undefined && b !== undefined && (a.rank < b.rank || (a.rank === b.rank && a.at < b.at))
}
