/** The colours that painters use, read from the element's custom properties, so that canvases follow the theme. */
import { rgb } from 'd3-color'
import { interpolateLab, piecewise } from 'd3-interpolate'
import { css } from 'lit'
import type { ScaleKind } from '../base/scale-kind.js'

export const LEVELS = 256

/** One hue can show three orders of magnitude. On the log scale, smaller weights look like 0. */
export const LOG_FLOOR = 1e-3

export interface Palette {
  readonly paper: string
  readonly ink: string
  readonly muted: string
  readonly rule: string
  readonly accent: string
  /** Colours of magnitudes from 0 (the paper) to 1: LEVELS steps of RGBA bytes. */
  readonly ramp: Uint8ClampedArray
  /** Colours from negative numbers over the paper to positive numbers. */
  readonly diverging: Uint8ClampedArray
}

/**
 * Holds the custom properties as computed colours, because getPropertyValue returns `light-dark(…)` unresolved.
 * Each element has one span of this class.
 */
export const probeStyles = css`
  .probe {
    position: absolute;
    inline-size: 0;
    block-size: 0;
    visibility: hidden;
    color: var(--_ink);
    background-color: var(--_paper);
    border-top-color: var(--_muted);
    border-right-color: var(--_rule);
    border-bottom-color: var(--_scale-middle);
    border-left-color: var(--_scale-end);
    outline-color: var(--_accent);
    column-rule-color: var(--_below);
    caret-color: var(--_above);
  }
`

const palettes = new Map<string, Palette>()
/** A page has a few themes; while it fades from one to another, each frame has colours of its own. */
const MOST_PALETTES = 16

export function readPalette(probe: Element): Palette {
  const style = getComputedStyle(probe)
  const colors = [
    style.backgroundColor,
    style.color,
    style.borderTopColor,
    style.borderRightColor,
    style.outlineColor,
    style.borderBottomColor,
    style.borderLeftColor,
    style.columnRuleColor,
    style.caretColor
  ] as const
  const key = colors.join()
  let palette = palettes.get(key)
  if (!palette) {
    const [paper, ink, muted, rule, accent, middle, end, below, above] = colors
    const ramps = { ramp: rampOf(paper, middle, end), diverging: rampOf(below, paper, above) }
    const [oldest] = palettes.keys()
    if (palettes.size >= MOST_PALETTES && oldest !== undefined) palettes.delete(oldest)
    palettes.set(key, (palette = { paper, ink, muted, rule, accent, ...ramps }))
  }
  return palette
}

/** Interpolates in Lab, which keeps equal steps of weight equally visible if the middle's lightness is half-way. */
function rampOf(start: string, middle: string, end: string): Uint8ClampedArray {
  const colorAt = piecewise(interpolateLab, [start, middle, end])
  const ramp = new Uint8ClampedArray(4 * LEVELS)
  for (let level = 0; level < LEVELS; level++) {
    const { r, g, b } = rgb(colorAt(level / (LEVELS - 1)))
    ramp.set([r, g, b, 255], 4 * level)
  }
  return ramp
}

/** Orders of magnitude from the floor to 1. */
const DECADES = -Math.log10(LOG_FLOOR)

/** The place of a weight on the scale, from 0 to 1. */
export function magnitude(weight: number, kind: ScaleKind): number {
  // Plain arithmetic: a long text's matrix calls this a million times.
  if (kind === 'linear') return weight < 0 ? 0 : weight > 1 ? 1 : weight
  return weight <= LOG_FLOOR ? 0 : Math.min(1, 1 + Math.log10(weight) / DECADES)
}
