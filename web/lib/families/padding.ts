/** Positions that count only the tokens that are not padding. */

import type { PositionsOf } from './family.js'

/** As RoBERTa has them: a padding token stands before the first, on the row of positions that is its own. */
export function positionsPastPadding(padId: number): PositionsOf {
  return (ids) => (ids.includes(padId) ? counted(ids.map((id) => id !== padId)) : undefined)
}

/** As OPT has them: of the tokens that are attended to. */
export const positionsOfMask: PositionsOf = (_, mask) => mask && counted(mask.map((each) => each !== 0))

/** −1 where a token does not count. */
function counted(counts: readonly boolean[]): number[] {
  let next = 0
  return counts.map((counts) => (counts ? next++ : -1))
}
