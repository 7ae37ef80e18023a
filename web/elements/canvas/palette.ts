/** The colours that painters use, read from the element's custom properties, so that canvases follow the theme. */
import { Lab_to_XYZ_D50, sRGB_to_XYZ_D50, XYZ_D50_to_Lab, XYZ_D50_to_sRGB } from '@csstools/color-helpers'
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

/** The red, green and blue of a computed colour, each from 0 to 1. */
function channelsOf(color: string): [red: number, green: number, blue: number] {
  const [red = 0, green = 0, blue = 0] = color.startsWith('rgb') ? (color.match(/[\d.]+/g) ?? []) : painted(color)
  return [Number(red) / 255, Number(green) / 255, Number(blue) / 255]
}

/** The bytes of a colour that the browser keeps in the form of its author, such as `oklch(…)`. */
function painted(color: string): Uint8ClampedArray {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const context = canvas.getContext('2d')
  if (!context) return new Uint8ClampedArray(4)
  context.fillStyle = color
  context.fillRect(0, 0, 1, 1)
  return context.getImageData(0, 0, 1, 1).data
}

/**
 * The colours from `start` over `middle` to `end`, LEVELS steps of RGBA bytes. Interpolates in Lab, which keeps equal steps
 * of weight equally visible if the middle's lightness is half-way.
 */
export function rampOf(start: string, middle: string, end: string): Uint8ClampedArray {
  const [from, half, to] = [labOf(start), labOf(middle), labOf(end)] as const
  const ramp = new Uint8ClampedArray(4 * LEVELS)
  for (let level = 0; level < LEVELS; level++) {
    const place = (2 * level) / (LEVELS - 1)
    const [one, other, share] = place < 1 ? [from, half, place] : [half, to, place - 1]
    const between = (channel: 0 | 1 | 2) => one[channel] + share * (other[channel] - one[channel])
    const [red, green, blue] = XYZ_D50_to_sRGB(Lab_to_XYZ_D50([between(0), between(1), between(2)]))
    ramp.set([255 * red, 255 * green, 255 * blue, 255], 4 * level)
  }
  return ramp
}

const labOf = (color: string) => XYZ_D50_to_Lab(sRGB_to_XYZ_D50(channelsOf(color)))

/** Orders of magnitude from the floor to 1. */
const DECADES = -Math.log10(LOG_FLOOR)

/** The place of a weight on the scale, from 0 to 1. */
export function magnitude(weight: number, kind: ScaleKind): number {
  // Plain arithmetic: a long text's matrix calls this a million times.
  if (kind === 'linear') return weight < 0 ? 0 : weight > 1 ? 1 : weight
  return weight <= LOG_FLOOR ? 0 : Math.min(1, 1 + Math.log10(weight) / DECADES)
}
