/** `<attn-lens>`: the prediction after each layer, and each head's contribution to one token's logit. */
import type { DirectLogits, PatternSource, Token } from 'attenscope'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { Asked } from '../../base/asked.js'
import { contributions, contributionStyles } from './contributions.js'
import { partsFigure, type Figure, type Table } from '../../parts/figure.js'
import { figureStyles } from '../../parts/figure-styles.js'
import { keepStyles } from '../../parts/keep.js'
import { queryInHand } from '../../sources/query-data.js'
import { lensStyles } from './lens-styles.js'
import { lensGuesses, lensTable, type Read } from './lens-table.js'
import { emptyState, failedState, stateStyles } from '../../parts/states.js'
import { stripStyles } from '../../parts/strip.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { alone, labelText } from '../../parts/token-text.js'
import { ViewElement } from '../../base/view-element.js'
import * as words from '../../words/index.js'

/** The width of the column that stays in sight, in pixels. */
const LAYER_WIDTH = 48

/**
 * The logit lens: a row for each layer, the last on top; a column for each token. Each cell has the most probable next
 * token if the model ended at that layer, tinted by its probability. The current cell lists its predictions. Choosing
 * one shows the contribution of each head and layer to its logit.
 *
 * @fires attn-selection - The reader locked or released a token; `detail` is `{ layer, head, locked? }`.
 * @csspart table - The predictions.
 * @csspart contributions - The contribution of each head.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the numbers cannot be computed.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Column heads and notes.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-accent - The tint of a probability.
 * @cssprop --attn-above - Positive contributions.
 * @cssprop --attn-below - Negative contributions.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-lens')
export class AttnLens extends ViewElement {
  static override readonly styles = [
    ...themeStyles,
    stateStyles,
    stripStyles,
    figureStyles,
    keepStyles,
    contributionStyles,
    lensStyles
  ]

  /** How many tokens the table has: the last ones, or those around the current one. */
  @property({ type: Number, attribute: 'most-tokens' }) mostTokens = 12
  protected override readonly hasManyNumbers = true
  @state() private _layer?: number | undefined
  @state() private _token?: Token | undefined
  private readonly _lens = new Asked<Read>(this)
  private readonly _direct = new Asked<DirectLogits>(this)
  private _first = 0
  private _seen?: HTMLElement

  protected override get numbers() {
    return { mostTokens: { least: 1, whole: true } }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    const { source, selection } = this
    const { trace, given } = selection
    const queries = source && lensQueries(source)
    if (!trace || !queries || queries.count === 0) {
      this._lens.clear()
      return this._direct.clear()
    }
    const query = queryInHand(selection, { queries })
    const count = Math.min(this.mostTokens, queries.count)
    if (!this.isSeen) return
    // The window moves only if the current token would be outside.
    const last = queries.first + queries.count
    if (query < this._first || query >= this._first + count || this._first + count > last)
      this._first = Math.min(Math.max(queries.first, query - count + 1), last - count)
    const first = this._first
    this._lens.ask([given, first, count], async () => ({
      first,
      readings: await trace.lens({ top: 5, queries: { first, count } })
    }))
    const token = this._token?.id
    this._direct.ask([given, query, token], () => trace.directLogits({ query, ...(token !== undefined && { token }) }))
  }

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { source, selection } = this
    const { trace } = selection
    if (!trace || !source) return emptyState(words.view.patternsOnly)
    const { value, error } = this._lens
    if (error !== undefined) return failedState(error, () => this._lens.again())
    if (!value) return emptyState(words.view.computing)
    const { _tokens: tokens } = this
    const query = queryInHand(selection, source)
    const layers = [...new Set(value.readings.map(({ layer }) => layer))].sort((a, b) => b - a)
    const layer = this._layer !== undefined && layers.includes(this._layer) ? this._layer : (layers[0] ?? 0)
    const reading = value.readings.find((each) => each.layer === layer && each.query === query)
    const choose = (token: Token) => (this._token = token)
    const shown = { layers, layer, query, tokens, ...this._on }
    return html`${lensTable(value, shown)}
    ${reading ? lensGuesses(reading, tokens, this._direct.value?.token.id, choose) : ''} ${this._contributions()}
    ${this.keep()}`
  }

  private get _tokens(): readonly Token[] {
    return this.selection.trace?.targetTokens ?? this.source?.queryTokens ?? []
  }

  protected override table(): Table | undefined {
    const { _tokens: tokens } = this
    return (
      this._lens.value && {
        columns: ['layer', 'query', 'token', 'entropy', 'next', 'probability', 'logit'],
        rows: this._lens.value.readings.flatMap(({ layer, query, entropy, top }) =>
          top.map(({ token, probability, logit }) => [
            ...[layer, query, labelText(tokens, query), entropy, labelText(alone(token), 1), probability, logit]
          ])
        )
      }
    )
  }

  protected override figure(): Figure | undefined {
    return (
      this._lens.value && {
        title: words.lens.title,
        ...partsFigure(this.renderRoot, '.scroll table, .scroll h4, .note, .guesses')
      }
    )
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const columns = this.renderRoot.querySelectorAll('.lens thead th').length
    // Through the CSSOM, because a strict Content-Security-Policy refuses style attributes.
    this.style.setProperty('--_columns', String(Math.max(1, columns)))
    const cell = this.renderRoot.querySelector<HTMLElement>('td.in-hand')
    const scroll = cell?.closest<HTMLElement>('.scroll')
    if (!cell || !scroll || cell === this._seen) return
    this._seen = cell
    // Scrolls the table, but not the page.
    const { offsetLeft, offsetWidth } = cell
    const [from, to] = [scroll.scrollLeft + LAYER_WIDTH, scroll.scrollLeft + scroll.clientWidth]
    if (offsetLeft < from || offsetLeft + offsetWidth > to)
      scroll.scrollLeft = offsetLeft + offsetWidth - scroll.clientWidth
  }

  private _contributions(): TemplateResult | '' {
    const { value, error } = this._direct
    // Saved traces, and models whose logits are no sum, have only the lens.
    if (error !== undefined) return html`<p class="note">${words.lens.noTerms}</p>`
    return value ? contributions(value, (head) => this.choose(head), this.selection.head) : ''
  }

  private readonly _on = {
    point: (layer: number, query: number) => this._point(layer, query),
    hold: (layer: number, query: number) => this._hold(layer, query),
    leave: () => this.point(undefined),
    press: (event: KeyboardEvent) => this._onKey(event)
  }

  private _point(layer: number, query: number): void {
    this._layer = layer
    this.point({ query })
  }

  private _hold(layer: number, query: number): void {
    this._layer = layer
    this._token = undefined
    this.lock({ query })
  }

  private _onKey(event: KeyboardEvent): void {
    const cell = event.composedPath().find((node): node is HTMLElement => node instanceof HTMLTableCellElement)
    if (cell?.dataset.layer === undefined) return
    const [layer, query] = [Number(cell.dataset.layer), Number(cell.dataset.query)]
    const find = (toLayer: number, toQuery: number) =>
      this.renderRoot.querySelector<HTMLElement>(`[data-layer='${toLayer}'][data-query='${toQuery}']`)
    const next = {
      ArrowLeft: find(layer, query - 1),
      ArrowRight: find(layer, query + 1),
      ArrowUp: find(layer + 1, query),
      ArrowDown: find(layer - 1, query)
    }[event.key]
    if (next) next.focus()
    else if (event.key === 'Enter' || event.key === ' ') this._hold(layer, query)
    else if (event.key !== 'Escape' || !this.letGo()) return
    event.preventDefault()
  }
}

/** The queries that predict a token: those of the text that is written. */
function lensQueries({ part, queries }: PatternSource): PatternSource['queries'] | undefined {
  return part === 'encoder' ? undefined : queries
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-lens': AttnLens
  }
}
