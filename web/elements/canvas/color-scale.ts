/** Colour scales: weights from 0 to 1, sizes from 0 up, and signed numbers around a neutral middle. */
import { percent, significant } from '../parts/format.js'
import { LEVELS, LOG_FLOOR, magnitude, type Palette } from './palette.js'
import type { ScaleKind } from '../base/scale-kind.js'

/** Gives each number its place on a colour scale. */
export interface ColorScale {
  readonly kind: ScaleKind
  /** True if the middle is 0 and negative numbers have a colour of their own. */
  readonly diverging: boolean
  /** The place of a number on the scale, from 0 to 1. On a diverging scale, 0 stands at 0.5. */
  magnitude(value: number): number
  /** The values of the ticks, evenly spaced along the scale. */
  readonly ticks: readonly number[]
  /** A number as ticks and tooltips write it. */
  format(value: number): string
}

const WEIGHT_TICKS: Readonly<Record<ScaleKind, readonly number[]>> = {
  linear: [0, 0.25, 0.5, 0.75, 1],
  log: [LOG_FLOOR, 0.01, 0.1, 1]
}

/** A scale for weights, which sum to 1 over a row. */
export function weightScale(kind: ScaleKind): ColorScale {
  return {
    kind,
    diverging: false,
    magnitude: (weight) => magnitude(weight, kind),
    ticks: WEIGHT_TICKS[kind],
    format: percent
  }
}

/** A scale from 0 to `most`. */
export function sizeScale(kind: ScaleKind, most: number): ColorScale {
  const unit = most > 0 ? most : 1
  return {
    kind,
    diverging: false,
    magnitude: (value) => magnitude(value / unit, kind),
    ticks: WEIGHT_TICKS[kind].map((tick) => tick * unit),
    format: significant
  }
}

/** A scale from −most to most. */
export function signedScale(
  kind: ScaleKind,
  most: number,
  format: (value: number) => string = significant
): ColorScale {
  const unit = most > 0 ? most : 1
  return {
    kind,
    diverging: true,
    magnitude: (value) => 0.5 + (Math.sign(value) * magnitude(Math.abs(value) / unit, kind)) / 2,
    ticks: kind === 'linear' ? [-unit, -unit / 2, 0, unit / 2, unit] : [-unit, -unit / 30, 0, unit / 30, unit],
    format
  }
}

/** The scale that fits rows of numbers: signed if a number is below 0. */
export function scaleOf(rows: readonly ArrayLike<number>[], kind: ScaleKind): ColorScale {
  const { least, most } = rangeOf(rows)
  return least < 0 ? signedScale(kind, Math.max(most, -least)) : sizeScale(kind, most)
}

/** The range of numbers, which includes 0. Masked scores are −∞ and do not count. */
export function rangeOf(rows: readonly ArrayLike<number>[]): { readonly least: number; readonly most: number } {
  let least = 0
  let most = 0
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) {
      const value = row[at]!
      if (value < least && value !== -Infinity) least = value
      else if (value > most && value !== Infinity) most = value
    }
  }
  return { least, most }
}

export function levelOf(value: number, scale: ColorScale): number {
  // Plain arithmetic, because a long text's matrix asks for each pixel: the nearest step of the scale.
  const at = scale.magnitude(value)
  return at > 0 ? (at < 1 ? (at * (LEVELS - 1) + 0.5) | 0 : LEVELS - 1) : 0
}

export function rampOf(palette: Palette, { diverging }: Pick<ColorScale, 'diverging'>): Uint8ClampedArray {
  return diverging ? palette.diverging : palette.ramp
}

/** True if paper-coloured text is easier to read than ink on a cell of this value. */
export function wantsPaperText(value: number, scale: ColorScale): boolean {
  const at = scale.magnitude(value)
  return scale.diverging ? Math.abs(at - 0.5) > 0.3 : at > 0.5
}
