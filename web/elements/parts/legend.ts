/**
 * The legend of the colour scale with numbers, and the switches that all views share: linear or log, with or without
 * the first token.
 */
import { css, html, type TemplateResult } from 'lit'
import { choices, choiceStyles } from './choices.js'
import type { ColorScale } from '../canvas/color-scale.js'
import type { ScaleKind } from '../base/scale-kind.js'
import type { Selection } from '../base/selection.js'
import * as words from '../words/index.js'

const KINDS: readonly ScaleKind[] = ['linear', 'log']

export const legendStyles = [
  choiceStyles,
  css`
    .legend {
      display: flex;
      flex-wrap: wrap;
      align-items: start;
      gap: 4px 24px;
      color: var(--_muted);
      font-size: 0.75rem;
      line-height: 16px;
    }
    .scale {
      flex: 1 1 160px;
      max-inline-size: 240px;
      container-type: inline-size;
    }
    .gradient {
      block-size: 8px;
      border: 1px solid var(--_rule);
      print-color-adjust: exact;
      background: linear-gradient(to right in lab, var(--_paper), var(--_scale-middle), var(--_scale-end));
    }
    .gradient.diverging {
      background: linear-gradient(to right in lab, var(--_below), var(--_paper), var(--_above));
    }
    .ticks {
      display: flex;
      justify-content: space-between;
      margin-block-start: 4px;
    }
    /* Signs make numbers wide, so only the ends and the middle have one. */
    @container (max-width: 239px) {
      .gradient.diverging + .ticks > :nth-child(even) {
        display: none;
      }
    }
    /* Where the numbers would touch, every other one is enough. */
    @container (max-width: 199px) {
      .ticks > :nth-child(even) {
        display: none;
      }
    }
    .hidden-key {
      display: flex;
      align-items: center;
      gap: 8px;
      min-block-size: 24px;
    }
    .hatch {
      inline-size: 16px;
      block-size: 12px;
      border: 1px solid var(--_rule);
      print-color-adjust: exact;
      background: repeating-linear-gradient(-45deg, var(--_rule) 0 1px, transparent 1px 4px);
    }
    .settings {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 16px;
    }
    .switch {
      min-block-size: 24px;
      /* Aligns the words with those of the other switches. */
      margin-inline-start: -8px;
      padding: 0 8px;
      border-color: transparent;
      line-height: 22px;
      color: var(--_muted);
    }
    .switch[aria-pressed='true'] {
      border-color: var(--_rule);
      color: var(--_ink);
    }
    @media (pointer: coarse) {
      .switch {
        min-block-size: 44px;
      }
    }
    @media print {
      .switch {
        display: none;
      }
    }
  `
]

export interface LegendOptions {
  readonly scale: ColorScale
  /** The meaning of hatched cells, if the view has some. */
  readonly hatched?: string | undefined
  readonly selection: Selection
  /** True if leaving out the first token would change the picture. */
  readonly hasFirst?: boolean
}

/** The first tick of a log scale also stands for everything below it. */
function tick({ format, kind, diverging }: ColorScale, value: number, index: number): string {
  return kind === 'log' && !diverging && index === 0 && value > 0 ? `≤ ${format(value)}` : format(value)
}

/** The colours of a scale with their numbers. */
export function scaleKey(scale: ColorScale): TemplateResult {
  return html`<div class="scale">
    <div class="gradient ${scale.diverging ? 'diverging' : ''}"></div>
    <div class="ticks">${scale.ticks.map((value, index) => html`<span>${tick(scale, value, index)}</span>`)}</div>
  </div>`
}

export function legend({ scale, hatched, selection, hasFirst }: LegendOptions): TemplateResult {
  return html`<div class="legend" part="legend">
    ${scaleKey(scale)} ${hatched ? html`<span class="hidden-key"><span class="hatch"></span>${hatched}</span>` : ''}
    <div class="settings">
      ${choices({
        label: words.legend.scale,
        options: KINDS,
        chosen: scale.kind,
        choose: (kind) => selection.setScale(kind),
        nameOf: (kind) => words.legend.scales[kind]
      })}
      ${hasFirst ? firstSwitch(selection) : ''}
    </div>
  </div>`
}

/** The switch that leaves out the first token in all views of the group. */
export function firstSwitch(selection: Selection): TemplateResult {
  const { withoutFirst } = selection.tuning
  return html`<button
    class="switch"
    type="button"
    title=${words.legend.whyWithoutFirst}
    aria-pressed=${withoutFirst ? 'true' : 'false'}
    @click=${() => selection.tune({ withoutFirst: !withoutFirst })}
  >
    ${words.legend.withoutFirst}
  </button>`
}
