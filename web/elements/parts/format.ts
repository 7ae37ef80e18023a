/**
 * Numbers as every view and page prints them. This is the only place that rounds a number for a reader.
 *
 * - A number has three significant digits, without an exponent: 12.3, 0.0123, 1230.
 * - A share is in per cent, rounded in the same way. So '100 %' stands for shares from 99.95 % on; below that the share
 *   is '99.9 %' or less. A share above 0 is never '0 %': it is at least '< 0.001 %'.
 * - A number that is not there (NaN) is '–', never '0'. An infinite number is '∞' or '−∞'.
 * - A negative number has a true minus sign.
 */

const NARROW_SPACE = '\u202f'

/** The sign for a number that is not there, such as the difference of two weights of which only one exists. */
export const ABSENT = '–'

/** Three significant digits: 12.3, 0.0123, −1230. */
export function significant(value: number): string {
  if (Number.isNaN(value)) return ABSENT
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞'
  if (value === 0) return '0'
  const size = Math.abs(value)
  const rounded = Number(size.toPrecision(3))
  // Of the rounded number, because rounding can carry into a new digit (99.96 → 100).
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(rounded)))
  return `${value < 0 ? '−' : ''}${rounded.toFixed(Math.min(decimals, 100))}`
}

/** A weight between 0 and 1 in per cent. A number that is too small to print becomes "less than" the smallest one. */
export function percent(weight: number): string {
  if (!Number.isFinite(weight)) return significant(weight)
  if (weight > 0 && weight < 1e-5) return `<${NARROW_SPACE}0.001${NARROW_SPACE}%`
  return `${significant(weight * 100)}${NARROW_SPACE}%`
}

/** A weight in per cent without the unit, for a cell whose legend has the unit. */
export function percentInCell(weight: number): string {
  return Math.abs(weight) < 1e-5 ? '0' : significant(weight * 100)
}

/** A difference of weights in per cent, with its sign. */
export function signedPercent(value: number): string {
  return value < 0 ? `−${percent(-value)}` : value > 0 ? `+${percent(value)}` : percent(value)
}

/** All digits of a float32. */
export function exact(weight: number): string {
  return Number.isFinite(weight) ? String(Number(weight.toPrecision(8))) : significant(weight)
}

/** Bytes in the decimal units of download sizes. */
export function bytes(count: number): string {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['KB', 1e3]
  ] as const) {
    if (count >= size) return `${significant(count / size)}${NARROW_SPACE}${unit}`
  }
  return `${count}${NARROW_SPACE}bytes`
}
