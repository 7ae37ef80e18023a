/** The terms that sum to a logit: a grid of each head's term, beside the terms of the layers. */
import type { DirectLogits } from 'attenscope'
import { css, html, svg, type TemplateResult } from 'lit'
import { significant } from '../../parts/format.js'
import type { HeadRef } from '../../base/refs.js'
import { moveAmongButtons, tabStop } from '../../parts/roving.js'
import { mostOf } from '../../parts/strip.js'
import { tokenLabel } from '../../parts/token-label.js'
import { alone } from '../../parts/token-text.js'
import * as words from '../../words/index.js'

export const contributionStyles = css`
  .terms td {
    min-inline-size: 40px;
    padding: 0;
    border: 1px solid var(--_rule);
    text-align: center;
  }
  .terms button {
    position: relative;
    inline-size: 100%;
    min-block-size: 26px;
    padding: 0 4px;
    border-color: transparent;
    border-radius: 0;
    font-size: 0.75rem;
    line-height: 24px;
  }
  .terms .in-hand button {
    border-color: var(--_ink);
  }
  .terms td.layer {
    position: relative;
    padding: 0 4px;
    font-size: 0.75rem;
  }
  .terms .tint {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  .terms .above {
    fill: var(--_above);
    print-color-adjust: exact;
  }
  .terms .below {
    fill: var(--_below);
    print-color-adjust: exact;
  }
  .terms span {
    position: relative;
  }
  @media (pointer: coarse) {
    .terms button {
      min-block-size: 44px;
      min-inline-size: 0;
    }
  }
`

function tint(value: number, most: number): TemplateResult {
  return html`<svg class="tint" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<rect class=${value < 0 ? 'below' : 'above'} width="1" height="1"
      fill-opacity=${(most > 0 ? (0.55 * Math.abs(value)) / most : 0).toFixed(3)} />`}
  </svg>`
}

export function contributions(direct: DirectLogits, choose: (head: HeadRef) => void, inHand: HeadRef): TemplateResult {
  const { heads, crossHeads, feedForward, token } = direct
  const [layers = 0, count = 0] = heads.shape
  const most = mostOf(heads.data, crossHeads.data, feedForward.data)
  const rows = Array.from({ length: layers }, (_, at) => layers - 1 - at)
  const hasCross = (crossHeads.shape[0] ?? 0) > 0
  // The first row is the last layer; the mean over the heads has no term of its own.
  const current = inHand.head < count ? (layers - 1 - inHand.layer) * count + inHand.head : 0
  const term = (value: number) => html`${tint(value, most)}<span>${significant(value)}</span>`
  return html`<div class="scroll" part="contributions">
      <h4>${words.lens.terms(tokenLabel(alone(token), 1), significant(direct.logit))}</h4>
      <table class="terms" @keydown=${(event: KeyboardEvent) => moveAmongButtons(event, 'tr')}>
        <caption class="spoken">
          ${words.lens.termsLabel}
        </caption>
        <thead>
          <tr>
            <th scope="col">${words.lens.layer}</th>
            ${Array.from({ length: count }, (_, head) => html`<th scope="col">${words.lens.head(head)}</th>`)}
            ${hasCross ? html`<th scope="col">${words.parts.names.cross}</th>` : ''}
            <th scope="col">${words.lens.feedForward}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((layer) => {
            const cross = Array.from({ length: count }, (_, n) => crossHeads.data[layer * count + n] ?? NaN)
            return html`<tr>
              <th scope="row">${layer}</th>
              ${Array.from({ length: count }, (_, head) => {
                const value = heads.data[layer * count + head] ?? NaN
                const isInHand = layer === inHand.layer && head === inHand.head
                return html`<td class=${isInHand ? 'in-hand' : ''}>
                  <button
                    type="button"
                    tabindex=${tabStop((layers - 1 - layer) * count + head, current)}
                    aria-label="${words.names.head({ layer, head }, { headCount: count })}: ${significant(value)}"
                    @click=${() => choose({ layer, head })}
                  >
                    ${term(value)}
                  </button>
                </td>`
              })}
              ${hasCross ? html`<td class="layer">${term(cross.reduce((sum, each) => sum + each, 0))}</td>` : ''}
              <td class="layer">${term(feedForward.data[layer] ?? NaN)}</td>
            </tr>`
          })}
        </tbody>
      </table>
    </div>
    <p class="note">${words.lens.rest(significant(direct.embedding), significant(direct.bias))}</p>`
}
