/** Positions that skip padding tokens. */

import type { PositionsOf } from './family.js'

/**
 * RoBERTa's positions: tokens other than the padding token count from 0; a padding token has position −1, a row of its
 * own.
 */
export function positionsPastPadding(padId: number): PositionsOf {
  return (ids) => (ids.includes(padId) ? counted(ids.map((id) => id !== padId)) : undefined)
}

/** OPT's positions: tokens whose attention mask is not 0 count from 0. */
export const positionsOfMask: PositionsOf = (_, mask) => mask && counted(mask.map((each) => each !== 0))

/** Numbers the tokens that count, from 0; −1 for the others. */
function counted(counts: readonly boolean[]): number[] {
  let next = 0
  return counts.map((isCounted) => (isCounted ? next++ : -1))
}
