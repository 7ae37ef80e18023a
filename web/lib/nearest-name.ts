/** Finds the known name that a misspelt name most probably means. */

/**
 * The known name that is most similar to `name`; undefined if none is similar. Names that differ only in case, '_' and
 * '-' come first ('top_k' and 'topK'), then the smallest edit distance, then a name that contains the other one
 * ('beams' and 'numBeams') or begins with the same four letters ('queries' and 'query').
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, '')
  const same = known.find((each) => plain(each) === plain(name))
  if (same !== undefined) return same
  const distances = known.map((each) => editDistance(name, each))
  const least = Math.min(...distances)
  if (least <= Math.max(2, name.length / 3)) return known[distances.indexOf(least)]
  const isPart = (part: string, whole: string) => part.length >= 4 && plain(whole).includes(plain(part))
  const start = plain(name).slice(0, 4)
  return (
    known.find((each) => isPart(name, each) || isPart(each, name)) ??
    known.find((each) => start.length === 4 && plain(each).startsWith(start))
  )
}

/** The Levenshtein distance, computed row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; ++i) {
    const next = [i]
    for (let j = 1; j <= b.length; ++j) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
