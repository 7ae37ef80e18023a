/** The legend of the lines' widths or the words' tints, with numbers. */
import { html, svg, type TemplateResult } from 'lit'
import { percent } from '../../parts/format.js'
import { lineWidth, tintOf } from './heads-lines.js'
import { keysOf, layoutOf } from '../../base/layout.js'
import type { ScaleKind } from '../../base/scale-kind.js'
import type { Selection } from '../../base/selection.js'
import * as words from '../../words/index.js'

const SAMPLES: Readonly<Record<ScaleKind, readonly number[]>> = { linear: [0.1, 0.5, 1], log: [0.01, 0.1, 1] }
const TINTS = [0.25, 0.5, 1]

export function headsLegend({ source, head, scale }: Selection): TemplateResult | '' {
  if (!source) return ''
  if (layoutOf(source) === 'pooled') {
    const strongest = keysOf(source, head, 0)[0]?.weight ?? 0
    return samples(
      words.heads.tints,
      TINTS.map((part) => ({ weight: part * strongest, sample: tintSample(part) }))
    )
  }
  return samples(
    words.heads.widths,
    SAMPLES[scale].map((weight) => ({ weight, sample: lineSample(weight, scale) }))
  )
}

function samples(
  label: string,
  shown: readonly { readonly weight: number; readonly sample: TemplateResult<2> }[]
): TemplateResult {
  return html`<div class="samples" role="group" aria-label=${label} title=${label}>
    ${shown.map(
      ({ weight, sample }) =>
        html`<span><svg width="24" height="12" aria-hidden="true">${sample}</svg>${percent(weight)}</span>`
    )}
  </div>`
}

const lineSample = (weight: number, scale: ScaleKind) =>
  svg`<line x1="0" x2="24" y1="6" y2="6" stroke-width=${lineWidth(weight, scale)} />`

const tintSample = (part: number) => svg`<rect width="24" height="12" rx="3" fill-opacity=${tintOf(part, 1)} />`
