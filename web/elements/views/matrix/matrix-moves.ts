/** How the keyboard moves the crosshair of a matrix. */
import type { PatternSource } from 'attenscope'
import { queryEnd, visibleKeys } from '../../base/layout.js'
import type { TokenRef } from '../../base/refs.js'

type Cell = Required<TokenRef>

/**
 * The crosshair: the current cell, else the last row's own token. `to` is the cell that a key moves it to, if it does.
 */
export function crosshair(
  source: PatternSource,
  token: TokenRef | undefined,
  pressed: string
): { readonly at: Cell; readonly to: Cell | undefined } {
  const last = queryEnd(source) - 1
  const query = Math.min(token?.query ?? last, last)
  const keyIn = (row: number, column: number) => Math.min(column, visibleKeys(source, row) - 1)
  const key = keyIn(query, token?.key ?? query)
  const [above, below] = [Math.max(0, query - 1), Math.min(last, query + 1)]
  const moves: Readonly<Record<string, Cell>> = {
    ArrowLeft: { query, key: Math.max(0, key - 1) },
    ArrowRight: { query, key: keyIn(query, key + 1) },
    ArrowUp: { query: above, key: keyIn(above, key) },
    ArrowDown: { query: below, key: keyIn(below, key) },
    Home: { query, key: 0 },
    End: { query, key: keyIn(query, Infinity) }
  }
  return { at: { query, key }, to: moves[pressed] }
}
