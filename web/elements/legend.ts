/** The colour scale's legend with numbers, and the switch between its linear and its log form. */
import { css, html, type TemplateResult } from 'lit'
import { choices, choiceStyles } from './choices.js'
import { percent } from './format.js'
import { SCALE_TICKS } from './palette.js'
import type { ScaleKind } from './selection.js'

const KINDS: readonly ScaleKind[] = ['linear', 'log']

export const legendStyles = [
  choiceStyles,
  css`
    .legend {
      display: flex;
      flex-wrap: wrap;
      align-items: start;
      gap: 8px 24px;
      color: var(--_muted);
      font-size: 0.75rem;
      line-height: 16px;
    }
    .scale {
      flex: 1 1 160px;
      max-inline-size: 240px;
    }
    .gradient {
      block-size: 8px;
      border: 1px solid var(--_rule);
      print-color-adjust: exact;
      background: linear-gradient(to right in lab, var(--_paper), var(--_scale-middle), var(--_scale-end));
    }
    .ticks {
      display: flex;
      justify-content: space-between;
      margin-block-start: 4px;
    }
    .hidden-key {
      display: flex;
      align-items: center;
      gap: 8px;
    }
    .hatch {
      inline-size: 16px;
      block-size: 12px;
      border: 1px solid var(--_rule);
      print-color-adjust: exact;
      background: repeating-linear-gradient(-45deg, var(--_rule) 0 1px, transparent 1px 4px);
    }
  `
]

export interface LegendOptions {
  readonly scale: ScaleKind
  /** Explains the hatching, where the view has hidden cells. */
  readonly hatched?: boolean
  readonly onScale: (scale: ScaleKind) => void
}

/** The first tick of the log scale stands for everything below it, too. */
function tick(weight: number, index: number): string {
  return index === 0 && weight > 0 ? `≤ ${percent(weight)}` : percent(weight)
}

export function legend({ scale, hatched, onScale }: LegendOptions): TemplateResult {
  return html`<div class="legend" part="legend">
    <div class="scale">
      <div class="gradient"></div>
      <div class="ticks">${SCALE_TICKS[scale].map((weight, index) => html`<span>${tick(weight, index)}</span>`)}</div>
    </div>
    ${hatched ? html`<span class="hidden-key"><span class="hatch"></span>hidden from the query</span>` : ''}
    ${choices({ label: 'Colour scale', options: KINDS, chosen: scale, choose: onScale })}
  </div>`
}
