/** `<attn-compare>`: two texts, or two settings of one text, side by side, and their differences. */
import type { PatternSource } from 'attenscope'
import { css, html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { sizeScale } from '../../canvas/color-scale.js'
import { dataTable, headNames, mapTable } from '../../parts/data-table.js'
import { DifferenceSource } from '../../sources/difference.js'
import { figureStyles } from '../../parts/figure-styles.js'
import { percent } from '../../parts/format.js'
import { keepStyles } from '../../parts/keep.js'
import type { AttnMatrix } from '../matrix/matrix.js'
import { FollowedLoad } from '../../sources/followed-load.js'
import { NewestValue } from '../../sources/held-values.js'
import { InnerElements } from '../../base/inner-elements.js'
import { Selection, SelectionEvent } from '../../base/selection.js'
import { viewOf, type Viewable } from '../../sources/viewable.js'
import { sameToken, type HeadRef } from '../../base/refs.js'
import { emptyState, errorState, stateStyles } from '../../parts/states.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { ViewElement } from '../../base/view-element.js'
import * as words from '../../words/index.js'

const styles = css`
  .sides {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(330px, 100%), 1fr));
    gap: 16px 32px;
  }
  .sides.coming {
    visibility: hidden;
  }
  /* The sentence has its room, so that switching the only edit off and on moves nothing. */
  .room {
    min-block-size: 40px;
  }
  .alike {
    max-inline-size: 720px;
  }
  .moved attn-heatmap {
    max-inline-size: 200px;
  }
`

/**
 * Compares the group's patterns with `baseline`: another run of the same text, or a run of another text, of which the
 * tokens that both have are compared. A click on a head in the small map shows that head.
 *
 * @fires attn-selection - The reader chose a head, or locked or released a weight; `detail` is `{ layer, head, locked? }`.
 * @csspart sides - The three matrices and the map.
 * @csspart moved - The map of how much each head's attention moved.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when a model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Notes.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-above - Weights that grew.
 * @cssprop --attn-below - Weights that shrank.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-compare')
export class AttnCompare extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, figureStyles, keepStyles, styles]

  /** The patterns to compare the group's patterns with. */
  @property({ attribute: false }) baseline?: Viewable
  /** Another text in place of `baseline`; the element runs it through its model. */
  @property({ attribute: 'other-text' }) otherText?: string
  /** The name of the baseline. */
  @property({ attribute: 'baseline-label' }) baselineLabel?: string
  /** The name of the group's own patterns. */
  @property() label?: string
  /** Drawing three matrices in one update would take too long. */
  protected override readonly comesWhole = false
  @state() private _areThere = false
  @state() private _other?: Viewable | undefined
  @state() private _otherFailure?: unknown
  private readonly _beforeSelection = new Selection()
  private _shownBefore?: Viewable | undefined
  private readonly _otherLoad = new FollowedLoad(this, () => this._runOther(), false)
  private readonly _pictures = new InnerElements(this, ['attn-matrix', 'attn-heatmap'], () =>
    Promise.all([import('../matrix/matrix.js'), import('../heatmap/heatmap.js')])
  )
  private readonly _newestOther = new NewestValue<Viewable>(this)
  private _difference?: { readonly before: PatternSource; readonly after: PatternSource; readonly as: DifferenceSource }
  /** True while one run's marks are set from the other's, so that they are not set back. */
  private _isMirroring = false
  private _moved?: { readonly of: DifferenceSource; readonly rows: number; readonly values: Float32Array }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (changed.has('otherText') || changed.has('model')) this._startOther()
    const { chosen, scale, head } = this.selection
    const before = this.baseline ?? this._other
    // The baseline shows the same head on the same scale.
    const other = this._beforeSelection
    if (before && (before !== this._shownBefore || changed.has('baseline'))) other.show(before)
    this._shownBefore = before
    if (this.selection.part) other.choosePart(this.selection.part)
    other.choose(chosen)
    other.preview(head === chosen ? undefined : head)
    other.setScale(scale)
    other.tune({ withoutFirst: this.selection.tuning.withoutFirst })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this._beforeSelection.addEventListener('change', this._onBefore)
  }

  override disconnectedCallback(): void {
    this._beforeSelection.removeEventListener('change', this._onBefore)
    super.disconnectedCallback()
  }

  protected override selectionChanged({ aspect }: SelectionEvent): void {
    if (aspect === 'token') this._mirror(this.selection, this._beforeSelection, 'before')
    this.requestUpdate()
  }

  private readonly _onBefore = (event: Event): void => {
    if (event instanceof SelectionEvent && event.aspect === 'token')
      this._mirror(this._beforeSelection, this.selection, 'after')
  }

  /** Marks in one run the tokens that are marked in the other, as far as it has them. */
  private _mirror(from: Selection, to: Selection, run: 'before' | 'after'): void {
    const difference = this._difference?.as
    if (!difference || this._isMirroring) return
    this._isMirroring = true
    const locked = difference.counterpart(from.locked, run)
    // Locking the locked token releases it.
    const toLock = locked ?? to.locked
    if (toLock && !sameToken(locked, to.locked)) to.lock(toLock)
    to.point(sameToken(from.token, from.locked) ? undefined : difference.counterpart(from.token, run))
    this._isMirroring = false
  }

  /** The event of the baseline's matrix names the baseline's tokens; the page hears of the group's. */
  private readonly _onBeforeSelection = (event: Event): void => {
    event.stopPropagation()
    this.announce()
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const matrices = [...this.renderRoot.querySelectorAll<AttnMatrix>('.sides attn-matrix')]
    if (this._areThere || matrices.length === 0) return
    void Promise.all(matrices.map(({ updateComplete }) => updateComplete)).then(() => (this._areThere = true))
  }

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const coming = this._pictures.placeholder()
    if (coming) return coming
    if (this._otherFailure !== undefined) return errorState(this._otherFailure, () => this._startOther())
    const before = this.baseline ?? this._other
    const { source } = this
    const other = before && viewOf(before, this.selection.part)
    if (!source || !before || !other)
      return emptyState(this.otherText === undefined ? words.compare.nothing : words.view.reading)
    const isText = this.baseline === undefined
    const [first, second] = isText ? words.compare.texts : words.compare.settings
    const difference = this._differenceOf(this._beforeSelection.source ?? other, source)
    // Nothing was changed yet: the baseline is the group's own pattern.
    const isItself = other === this.selection.given
    // One picture and a sentence say more than three equal pictures.
    // A long text's heads are fetched one by one, so nobody knows how far all of them moved.
    const isFetched = source.pictures !== undefined
    if (isItself || (!isFetched && difference.isSameText && this._most(difference) === 0))
      return html`<p class="note room">${isText || !isItself ? words.compare.nowhere : ''}</p>
        <attn-matrix class="alike" .selection=${this.selection}></attn-matrix>`
    return html`<div class="sides ${this._areThere ? '' : 'coming'}" part="sides">
      <section>
        <h3 class="lesser">${this.baselineLabel ?? first}</h3>
        <attn-matrix plain .selection=${this._beforeSelection} @attn-selection=${this._onBeforeSelection}></attn-matrix>
      </section>
      <section>
        <h3 class="lesser">${this.label ?? second}</h3>
        <attn-matrix plain .selection=${this.selection}></attn-matrix>
      </section>
      <section>
        <h3 class="lesser">${words.compare.change}</h3>
        <attn-matrix .selection=${this.selection} .against=${before}></attn-matrix>
      </section>
      ${!isFetched && difference.layers.length * difference.headCount > 1 ? this._map(difference) : ''}
    </div>`
  }

  private _differenceOf(before: PatternSource, after: PatternSource): DifferenceSource {
    const known = this._difference
    if (known?.before === before && known.after === after) return known.as
    const as = new DifferenceSource(before, after)
    this._difference = { before, after, as }
    return as
  }

  /** How far each head's attention moved: a row for each layer, a column for each head. */
  private _movedOf(difference: DifferenceSource): Float32Array {
    const { layers, headCount, queries } = difference
    if (this._moved?.of !== difference || this._moved.rows !== queries.count) {
      const values = layers.flatMap((layer) =>
        Array.from({ length: headCount }, (_, head) => difference.moved({ layer, head }))
      )
      this._moved = { of: difference, rows: queries.count, values: Float32Array.from(values) }
    }
    return this._moved.values
  }

  private _most(difference: DifferenceSource): number {
    return this._movedOf(difference).reduce((a, b) => (b > a ? b : a), 0)
  }

  private _map(difference: DifferenceSource): TemplateResult {
    const { layers, headCount } = difference
    const values = this._movedOf(difference)
    const most = this._most(difference)
    const headAt = ({ row, column }: { row: number; column: number }): HeadRef => ({
      layer: layers[row] ?? 0,
      head: column
    })
    const { head } = this.selection
    const inHand = { row: layers.indexOf(head.layer), column: head.head }
    const share = values[inHand.row * headCount + inHand.column] ?? NaN
    const strongest = values.indexOf(most)
    const mostMoved = { layer: layers[Math.floor(strongest / headCount)] ?? 0, head: strongest % headCount }
    return html`<section class="moved" part="moved">
      <h3 class="lesser">${words.compare.moved}</h3>
      <attn-heatmap
        square
        label=${words.compare.mapLabel}
        .tensor=${{ data: values, shape: [layers.length, headCount] }}
        .scale=${{ ...sizeScale('linear', most), format: percent }}
        .inHand=${inHand}
        @attn-cell=${(event: CustomEvent<{ row: number; column: number } | undefined>) =>
          this.selection.preview(event.detail && headAt(event.detail))}
        @attn-cell-hold=${(event: CustomEvent<{ row: number; column: number }>) => this.choose(headAt(event.detail))}
      ></attn-heatmap>
      <p class="note">
        ${
          values.every(Number.isNaN)
            ? words.compare.apart
            : html`${words.compare.share(words.names.head(head, difference), percent(share))}
              ${most > 0 ? words.compare.most(words.names.head(mostMoved, difference), percent(most)) : words.compare.same}`
        }
      </p>
      ${dataTable({
        title: words.compare.moved,
        table: () => mapTable({ data: values }, layers, headNames(headCount), percent)
      })}
    </section>`
  }

  private _startOther(): void {
    this._other = this._otherFailure = undefined
    this._newestOther.clear()
    this._otherLoad.follow(this.otherText === undefined ? undefined : this.model || undefined)
  }

  private _runOther(): void {
    const { otherText, target } = this
    const { load } = this._otherLoad
    if (!load || otherText === undefined) return
    this._newestOther.ask(
      load.run(otherText, target),
      (other) => (this._other = other),
      (error) => (this._otherFailure = error)
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-compare': AttnCompare
  }
}
