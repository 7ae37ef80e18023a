/** How a reader moves through texts with lines: the token that a word stands for, and the effect of the arrow keys. */
import type { PatternSource } from 'attenscope'
import { keysOf, layoutOf, queriesOf } from '../../base/layout.js'
import type { HeadRef, TokenRef } from '../../base/refs.js'

/** A word on the page: of the queries' or of the keys' text. Within one text all words are queries. */
export interface Place {
  readonly side: 'query' | 'key'
  readonly index: number
}

/** The side of a single text's words. */
export function onlySide(source: PatternSource): Place['side'] {
  return layoutOf(source) === 'pooled' ? 'key' : 'query'
}

/** The token that pointing at a word makes current; beside a locked token, the pair of both. */
export function refAt(source: PatternSource, { side, index }: Place, held: TokenRef | undefined): TokenRef {
  if (layoutOf(source) === 'two') {
    if (side === 'key' && held?.query !== undefined) return { query: held.query, key: index }
    if (side === 'query' && held?.key !== undefined && held.query === undefined) return { query: index, key: held.key }
    return { [side]: index }
  }
  if (side === 'key' || held?.query === undefined || held.query === index) return { [side]: index }
  // Within one text, a decoder's token is compared only with earlier ones.
  const isVisible = source.part !== 'decoder' || index < held.query
  return isVisible ? { query: held.query, key: index } : { query: index }
}

/** The word of the current token; of a pair, the word that moves. */
export function placeOf(
  source: PatternSource,
  ref: TokenRef | undefined,
  held: TokenRef | undefined
): Place | undefined {
  if (!ref) return undefined
  const { query, key } = ref
  if (layoutOf(source) !== 'two') {
    const index = key ?? query
    return index === undefined ? undefined : { side: onlySide(source), index }
  }
  if (query !== undefined && (key === undefined || held?.query === undefined)) return { side: 'query', index: query }
  return key === undefined ? undefined : { side: 'key', index: key }
}

/** The word that a key of the keyboard leads to; `undefined` if it leads nowhere. */
export function moved(
  source: PatternSource,
  head: HeadRef,
  place: Place | undefined,
  press: string
): Place | undefined {
  const isTwo = layoutOf(source) === 'two'
  const side = place?.side ?? onlySide(source)
  const count = (isTwo && side === 'query' ? source.queryTokens : source.tokens).length
  if (count === 0) return undefined
  const last = count - 1
  const to = (index: number) => ({ side, index: Math.min(Math.max(index, 0), last) })
  switch (press) {
    case 'ArrowUp':
      if (!isTwo) return to((place?.index ?? count) - 1)
      if (side === 'key' || !place) return undefined
      return { side: 'key', index: keysOf(source, head, place.index)[0]?.index ?? 0 }
    case 'ArrowDown':
      if (!isTwo) return to((place?.index ?? last) + 1)
      if (side === 'query' || !place) return undefined
      return source.queries.count > 0
        ? { side: 'query', index: queriesOf(source, head, place.index)[0]?.index ?? 0 }
        : undefined
    case 'ArrowLeft':
      return to((place?.index ?? count) - 1)
    case 'ArrowRight':
      return to((place?.index ?? last) + 1)
    case 'Home':
      return to(0)
    case 'End':
      return to(last)
    default:
      return undefined
  }
}
