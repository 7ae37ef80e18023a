/** A vector as a strip of small cells, tinted by sign and size. */
import { css, html, svg, type CSSResultGroup, type TemplateResult } from 'lit'
import { signedScale } from '../canvas/color-scale.js'
import { legendStyles, scaleKey } from './legend.js'

export const stripStyles: CSSResultGroup = [
  legendStyles,
  css`
    .strip {
      display: block;
      inline-size: 100%;
      min-inline-size: 64px;
      block-size: 14px;
      border: 1px solid var(--_rule);
      print-color-adjust: exact;
    }
    .strip .above {
      fill: var(--_above);
    }
    .strip .below {
      fill: var(--_below);
    }
    .strip .mark {
      fill: none;
      stroke: var(--_ink);
      stroke-width: 2;
      vector-effect: non-scaling-stroke;
    }
    .strip-keys {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 32px;
      margin-block-start: 8px;
      color: var(--_muted);
      font-size: 0.75rem;
      line-height: 16px;
    }
    .strip-key {
      display: flex;
      flex: 0 1 240px;
      gap: 8px;
    }
  `
]

/** The largest absolute value among vectors, which has the full tint. */
export function mostOf(...vectors: readonly (ArrayLike<number> | undefined)[]): number {
  let most = 0
  for (const vector of vectors) {
    for (let at = 0; at < (vector?.length ?? 0); at++) {
      const size = Math.abs(vector?.[at] ?? 0)
      if (Number.isFinite(size) && size > most) most = size
    }
  }
  return most
}

/** The legend of strips: for each name of a column, the tints of its numbers from −most to most. */
export function stripKeys(columns: readonly { readonly name: string; readonly most: number }[]): TemplateResult {
  return html`<div class="strip-keys" part="legend">
    ${columns.map(
      ({ name, most }) =>
        html`<div class="strip-key"><span>${name}</span>${scaleKey(signedScale('linear', most))}</div>`
    )}
  </div>`
}

export interface StripOptions {
  /** The strip's name, for a screen reader. */
  readonly label: string
  /** The absolute value that has the full tint. */
  readonly most: number
  /** The index of the element to outline. */
  readonly inHand?: number | undefined
}

export function strip(values: ArrayLike<number>, { label, most, inHand }: StripOptions): TemplateResult {
  const unit = most > 0 ? most : 1
  return html`<svg
    class="strip"
    role="img"
    aria-label=${label}
    viewBox="0 0 ${Math.max(1, values.length)} 1"
    preserveAspectRatio="none"
  >
    ${Array.from(
      values,
      (value, at) =>
        svg`<rect class=${value < 0 ? 'below' : 'above'} x=${at} width="1.02" height="1"
          fill-opacity=${Math.min(1, Math.abs(value) / unit).toFixed(3)} />`
    )}
    ${inHand === undefined ? '' : svg`<rect class="mark" x=${inHand} width="1" height="1" />`}
  </svg>`
}

/** The index of the element under the pointer. */
export function elementUnder(event: PointerEvent, count: number): number | undefined {
  const { currentTarget } = event
  if (!(currentTarget instanceof Element)) return undefined
  const { left, width } = currentTarget.getBoundingClientRect()
  const at = Math.floor(((event.clientX - left) / width) * count)
  return at >= 0 && at < count ? at : undefined
}
