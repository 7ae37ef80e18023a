/** Numbers as every view prints them: three significant digits, with their unit. */

const NARROW_SPACE = '\u202f'

/** Three significant digits without an exponent: 12.3, 0.0123, 1230. */
export function significant(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  const rounded = Number(value.toPrecision(3))
  // Rounding can carry into a new digit (99.96 → 100), which leaves one decimal fewer to print.
  return rounded.toFixed(Math.max(0, Math.min(digits, 2 - Math.floor(Math.log10(Math.abs(rounded))))))
}

/** A weight between 0 and 1 in per cent. A number that is too small to print becomes "less than" the smallest one. */
export function percent(weight: number): string {
  if (weight > 0 && weight < 1e-5) return `<${NARROW_SPACE}0.001${NARROW_SPACE}%`
  return `${significant(weight * 100)}${NARROW_SPACE}%`
}

/** Three significant digits with a true minus sign. */
export function signed(value: number): string {
  return significant(value).replace('-', '−')
}

/** A difference of weights in per cent, with its sign. */
export function signedPercent(value: number): string {
  return value < 0 ? `−${percent(-value)}` : value > 0 ? `+${percent(value)}` : percent(0)
}

/** All digits of a float32. */
export function exact(weight: number): string {
  return String(Number(weight.toPrecision(8)))
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
