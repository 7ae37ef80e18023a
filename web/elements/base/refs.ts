/** How views name a head and a token of their patterns. */

/** A head, by its layer's number in the model and its own, from 0. */
export interface HeadRef {
  readonly layer: number
  readonly head: number
}

/** A query token, a key token, or both: the query by its index in `queryTokens`, the key by its index in `tokens`. */
export interface TokenRef {
  readonly query?: number
  readonly key?: number
}

export function sameHead(a: HeadRef | undefined, b: HeadRef | undefined): boolean {
  return a?.layer === b?.layer && a?.head === b?.head
}

export function sameToken(a: TokenRef | undefined, b: TokenRef | undefined): boolean {
  return a?.query === b?.query && a?.key === b?.key
}
