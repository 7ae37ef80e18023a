/** `<attn-summary>`: every head in numbers, which can be sorted, and the mean over all heads. */
import type { HeadSummary } from 'attenscope'
import { css, html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { Asked } from '../../base/asked.js'
import { partsFigure, type Figure, type Table } from '../../parts/figure.js'
import { figureStyles } from '../../parts/figure-styles.js'
import { keepStyles, type Attributes } from '../../parts/keep.js'
import { percent, significant } from '../../parts/format.js'
import { emptyState, failedState, stateStyles } from '../../parts/states.js'
import { bar } from '../../parts/bar.js'
import { moveAmongButtons, tabStop } from '../../parts/roving.js'
import { mostOf } from '../../parts/strip.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { ViewElement } from '../../base/view-element.js'
import * as words from '../../words/index.js'

export const MEASURES = ['entropy', 'distance', 'previousToken', 'firstToken', 'duplicateToken', 'induction'] as const
/** A number that a head is measured by. */
export type Measure = (typeof MEASURES)[number]
/** The order of the heads: by a measure, or layer by layer. */
export type HeadOrder = Measure | 'head'

const styles = css`
  .scroll {
    max-block-size: 420px;
    overflow: auto;
  }
  thead th {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    background: var(--_paper);
  }
  thead button {
    min-block-size: 28px;
    padding: 0 4px;
    border-color: transparent;
    color: inherit;
    font-size: 0.75rem;
    line-height: 26px;
  }
  thead [aria-sort]:not([aria-sort='none']) button {
    color: var(--_ink);
    font-weight: 600;
  }
  tbody tr {
    cursor: pointer;
  }
  tbody th {
    padding: 2px 8px 2px 4px;
    line-height: 20px;
    vertical-align: top;
    font-variant-numeric: tabular-nums;
  }
  tbody tr.mean {
    cursor: default;
    color: var(--_muted);
  }
  td .bar {
    inline-size: 100%;
    block-size: 4px;
  }
  @media (pointer: coarse) {
    thead button {
      min-block-size: 44px;
    }
    tbody td {
      padding-block: 10px;
    }
  }
  @media print {
    /* Many heads need more than a page. */
    :host {
      break-inside: auto;
    }
    .scroll {
      max-block-size: none;
      overflow: visible;
    }
    /* The whole table must fit on a column of a page. */
    table {
      table-layout: fixed;
      font-size: 0.625rem;
      line-height: 14px;
    }
    thead th {
      position: static;
      padding-inline: 0 6px;
      font-size: 0.5625rem;
    }
    thead button {
      min-block-size: 0;
      padding: 0;
      border: 0;
      font-size: inherit;
      line-height: 12px;
    }
    td {
      padding-inline: 0 6px;
    }
    td .bar {
      min-inline-size: 0;
    }
  }
`

/**
 * Each head's entropy and distance, and how much it attends to the previous token, the first token, an earlier copy of
 * the token, and the token after that copy. A click on a column's name sorts; a click or Enter on a row chooses its
 * head.
 *
 * @fires attn-selection - The reader chose a head; `detail` is `{ layer, head, locked? }`.
 * @csspart table - The numbers.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the numbers cannot be computed.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Column heads.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-scale-middle - The bars.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-summary')
export class AttnSummary extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, figureStyles, keepStyles, styles]

  /** The column that orders the heads. Default: layer by layer. */
  @property() sort: HeadOrder = 'head'
  /** Sorts from the smallest number up. */
  @property({ type: Boolean }) ascending = false
  protected override readonly hasManyNumbers = true
  private readonly _asked = new Asked<readonly HeadSummary[]>(this)

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    const { source, selection } = this
    const { trace, part, writing } = selection
    if (!source || !trace || source.queries.count === 0) return this._asked.clear()
    if (!this.isSeen) return
    // While a text is written, the numbers wait for its end.
    if (writing && this._asked.value) return
    this._asked.ask([selection.given, part, writing ? 0 : source.queries.count], () => trace.heads(part && { part }))
  }

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { value, error } = this._asked
    if (error !== undefined) return failedState(error, () => this._asked.again())
    if (!this.selection.trace) return emptyState(words.view.patternsOnly)
    return value ? this._table(value) : emptyState(words.view.computing)
  }

  private _table(heads: readonly HeadSummary[]): TemplateResult {
    const most = Object.fromEntries(
      // All shares have one scale, which ends at 100 %.
      MEASURES.map((measure) => [measure, isShare(measure) ? 1 : mostOf(heads.map((head) => head[measure]))])
    ) as Record<Measure, number>
    const sorted = sortHeads(heads, this.sort, this.ascending)
    const { chosen } = this.selection
    const mean = meanOf(heads)
    const current = sorted.findIndex(({ layer, head }) => layer === chosen.layer && head === chosen.head)
    return html`<div class="scroll">
        <table part="table" @keydown=${this._onKey}>
          <caption class="spoken">
            ${words.summary.label}
          </caption>
          <thead>
            <tr @keydown=${moveAmongButtons}>
              ${this._column('head')} ${MEASURES.map((measure) => this._column(measure))}
            </tr>
          </thead>
          <tbody>
            ${sorted.map((each, at) => {
              const { layer, head } = each
              const isChosen = layer === chosen.layer && head === chosen.head
              return html`<tr
                class=${isChosen ? 'in-hand' : ''}
                tabindex=${tabStop(at, current)}
                aria-selected=${isChosen ? 'true' : 'false'}
                data-layer=${layer}
                data-head=${head}
                @pointerenter=${(event: PointerEvent) =>
                  event.pointerType !== 'touch' && this.selection.preview({ layer, head })}
                @pointerleave=${() => this.selection.preview(undefined)}
                @click=${() => this.choose({ layer, head })}
              >
                <th scope="row" title=${words.names.head({ layer, head }, { headCount: Infinity })}>
                  ${layer}.${head}
                </th>
                ${MEASURES.map((measure) => number(measure, each[measure], most[measure]))}
              </tr>`
            })}
            <tr class="mean">
              <th scope="row">${words.grid.mean}</th>
              ${MEASURES.map((measure) => number(measure, mean[measure], most[measure]))}
            </tr>
          </tbody>
        </table>
      </div>
      <p class="note">${words.summary.bars(significant(most.entropy), significant(most.distance))}</p>
      ${this.keep()}`
  }

  protected override table(): Table | undefined {
    return (
      this._asked.value && {
        columns: ['layer', 'head', ...MEASURES],
        rows: sortHeads(this._asked.value, this.sort, this.ascending).map((each) => [
          ...[each.layer, each.head, ...MEASURES.map((measure) => each[measure])]
        ])
      }
    )
  }

  protected override figure(): Figure | undefined {
    return this._asked.value && { title: words.summary.title, ...partsFigure(this.renderRoot, '.scroll table, .note') }
  }

  protected override attributesToKeep(): Attributes {
    return this.sort === 'head' ? {} : { sort: this.sort }
  }

  private _column(order: HeadOrder): TemplateResult {
    const { name, title } = words.summary.columns[order]
    const isSorted = this.sort === order
    return html`<th
      scope="col"
      class=${order === 'head' ? '' : 'number'}
      aria-sort=${isSorted ? (this.ascending ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        tabindex=${isSorted ? 0 : -1}
        title=${title}
        @click=${() => {
          this.ascending = isSorted && !this.ascending
          this.sort = order
        }}
      >
        ${name}${isSorted ? (this.ascending ? ' ↑' : ' ↓') : ''}
      </button>
    </th>`
  }

  private readonly _onKey = (event: KeyboardEvent): void => {
    const row = event.composedPath().find((node): node is HTMLElement => node instanceof HTMLTableRowElement)
    if (row?.dataset.head === undefined) return
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-head]')]
    const at = rows.indexOf(row)
    const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) }[event.key]
    if (next) next.focus()
    else if (event.key === 'Enter' || event.key === ' ')
      this.choose({ layer: Number(row.dataset.layer), head: Number(row.dataset.head) })
    else return
    event.preventDefault()
  }
}

/** The other measures are in bits and in tokens. */
function isShare(measure: Measure): boolean {
  return measure !== 'entropy' && measure !== 'distance'
}

function number(measure: Measure, value: number, most: number): TemplateResult {
  const text = isShare(measure) ? percent(value) : significant(value)
  return html`<td class="number">${text}${bar(most > 0 ? value / most : 0)}</td>`
}

export function sortHeads(heads: readonly HeadSummary[], by: HeadOrder, ascending: boolean): HeadSummary[] {
  const place = ({ layer, head }: HeadSummary) => layer * 10_000 + head
  const value = (head: HeadSummary) => (by === 'head' ? -place(head) : head[by])
  const sign = ascending ? 1 : -1
  return [...heads].sort((a, b) => sign * (value(a) - value(b)) || place(a) - place(b))
}

export function meanOf(heads: readonly HeadSummary[]): Record<Measure, number> {
  return Object.fromEntries(
    MEASURES.map((measure) => [
      measure,
      heads.reduce((sum, head) => sum + head[measure], 0) / Math.max(1, heads.length)
    ])
  ) as Record<Measure, number>
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-summary': AttnSummary
  }
}
