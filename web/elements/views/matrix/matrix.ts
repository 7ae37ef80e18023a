/**
 * `<attn-matrix>`: one head's attention weights as a matrix on one canvas, a row for each query, a column for each key.
 */
import { html, type PropertyValues } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { CanvasSurface, type Area, type Paper } from '../../canvas/canvas-surface.js'
import { choices } from '../../parts/choices.js'
import type { Figure, Table } from '../../parts/figure.js'
import { keepStyles, type Attributes } from '../../parts/keep.js'
import { queryEnd } from '../../base/layout.js'
import { legend, legendStyles } from '../../parts/legend.js'
import { MatrixGestures } from './matrix-gestures.js'
import { matrixHeader, ZOOM_STEP } from './matrix-header.js'
import { MARGIN } from './matrix-labels.js'
import { matrixFigure, paintInHand, paintMatrix } from './matrix-painting.js'
import { matrixStyles } from './matrix-styles.js'
import { crosshair } from './matrix-moves.js'
import { MatrixSubject, type Subject } from './matrix-subject.js'
import { placeTip, spokenWeight, tipContent } from './matrix-tip.js'
import { MatrixView } from './matrix-view.js'
import { extentOf, PatternPicture } from '../../canvas/pattern-picture.js'
import { scheduler } from '../../pacing/scheduler.js'
import { patternTable, weightsInHand } from '../../parts/pattern-table.js'
import { viewOf, type Viewable } from '../../sources/viewable.js'
import type { TokenRef } from '../../base/refs.js'
import { stagesOf, type Stage } from '../../sources/stage-source.js'
import { emptyState, errorState, stateStyles } from '../../parts/states.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { ViewElement } from '../../base/view-element.js'
import * as words from '../../words/index.js'

/** The most tokens along a side that have pixels of their own; fewer if cells are smaller than a pixel. */
const PICTURE_SIDES = { fine: 2048, coarse: 512 } as const

/**
 * One head's pattern. Pointing shows a weight; a click or Enter locks it; Escape releases it. A drag pans; a pinch or
 * the
 * wheel zooms (a plain wheel if the matrix has the focus). Arrow keys, Home and End move the crosshair, + and − zoom, 0
 * shows all.
 *
 * @fires attn-selection - The reader locked or released a weight; `detail` is `{ layer, head, locked? }`.
 * @csspart header - The head's name and the zoom buttons.
 * @csspart canvas - The canvas with the matrix.
 * @csspart tip - The tooltip.
 * @csspart legend - The colour scale with its numbers.
 * @csspart note - A sentence about the stage.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background, where the colour scale starts.
 * @cssprop --attn-ink - Text, crosshair and the outline of the current cell.
 * @cssprop --attn-muted - Ticks and notes.
 * @cssprop --attn-rule - Hairlines and hatching.
 * @cssprop --attn-accent - Focus.
 * @cssprop --attn-scale-middle - The colour in the middle of the scale.
 * @cssprop --attn-scale-end - The colour at the end of the scale.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-matrix')
export class AttnMatrix extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, ...legendStyles, keepStyles, matrixStyles]

  /** Draws the path of the strongest weights: for a text and its translation, the alignment. */
  @property({ type: Boolean }) path = false
  /**
   * The stage of the head: 'scores', 'scaled', 'masked', 'pattern', 'weighted_norms'; or of all layers: 'rollout',
   * 'flow'.
   */
  @property() stage: Stage = 'pattern'
  /** Leaves out the choice of stages and the menu that saves the picture. */
  @property({ type: Boolean }) plain = false
  /** Patterns to compare with: the matrix shows the group's weights minus theirs. */
  @property({ attribute: false }) against?: Viewable
  @query('.tip') private readonly _tip!: HTMLElement | null
  private readonly _fine = new PatternPicture(PICTURE_SIDES.fine)
  private readonly _coarse = new PatternPicture(PICTURE_SIDES.coarse)
  private readonly _view = new MatrixView()
  /** True while rows of the picture wait for the next frame. */
  private _isPartial = false
  private readonly _subject = new MatrixSubject(this)
  private readonly _gestures = new MatrixGestures({
    onPoint: (x, y) => this.point(this._tokenAt(x, y)),
    onLeave: () => this.point(undefined),
    onTap: (x, y) => this._lockAt(x, y),
    onPan: (dx, dy) => this._moveView(() => this._view.panBy(dx, dy)),
    onZoom: (x, y, factor) => this._moveView(() => this._view.zoomAt(x - MARGIN, y - MARGIN, factor)),
    zooms: (factor) => (factor > 1 ? this._view.canZoomIn : this._view.zoomed),
    pans: () => this._view.zoomed
  })

  constructor() {
    super()
    // The controller paints after each update.
    new CanvasSurface(this, (paper) => this._paint(paper), {
      key: () => this._painted(),
      paint: (paper) => this._paintInHand(paper)
    })
  }

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { token } = this.selection
    const subject = this._drawn()
    if (!subject) {
      const error = this._subject.errorOf(this.selection)
      return html`<span class="probe"></span> ${this._stages()}
        ${error === undefined ? emptyState(words.view.computing) : errorState(error)}`
    }
    return html`<span class="probe"></span> ${this._stages()}
      ${matrixHeader(subject, this._view, {
        zoom: (factor) => this._zoom(factor),
        fit: () => this._moveView(() => this._view.fit())
      })}
      <div
        class="plot on-screen ${this._view.zoomed ? 'zoomed' : ''}"
        tabindex="0"
        role="application"
        aria-roledescription=${words.matrix.role}
        aria-label=${words.matrix.label(subject.title)}
        @pointerdown=${this._gestures.down}
        @pointermove=${this._gestures.move}
        @pointerup=${this._gestures.up}
        @pointercancel=${this._gestures.cancel}
        @pointerleave=${this._gestures.leave}
        @wheel=${this._gestures.wheel}
        @keydown=${this._onKey}
        @blur=${() => this.point(undefined)}
      >
        <canvas part="canvas" aria-hidden="true"></canvas>
        <div class="tip" part="tip" role="tooltip" ?hidden=${token?.key === undefined || token.query === undefined}>
          ${tipContent(this.selection, subject)}
        </div>
      </div>
      <span class="spoken" aria-live="polite">${spokenWeight(this.selection, subject)}</span>
      ${legend({
        ...{ scale: subject.scale, hatched: subject.hatched, selection: this.selection },
        hasFirst: this.stage === 'pattern'
      })}
      ${this.plain || subject.note === '' ? '' : html`<p class="note" part="note">${subject.note}</p>`}
      ${this.behind(!this.plain)}`
  }

  protected override table(): Table | undefined {
    const subject = this._drawn()
    return subject && patternTable(subject.source, subject.head)
  }

  protected override readableTable(): Table | undefined {
    const subject = this._drawn()
    return subject && weightsInHand(subject.source, subject.head, this.selection.token, subject.valueOf)
  }

  protected override figure(): Figure | undefined {
    const subject = this._drawn()
    return subject && matrixFigure(subject, this.selection, this.path)
  }

  protected override attributesToKeep(): Attributes {
    return this.stage === 'pattern' ? {} : { stage: this.stage }
  }

  private _drawn(): Subject | undefined {
    return this._subject.of(this.selection, this.stage, this.against && viewOf(this.against, this.selection.part))
  }

  private _stages() {
    const stages = this.against || this.plain ? [] : stagesOf(this.selection)
    if (stages.length < 2) return ''
    return html`<div class="stages">
      ${choices({
        label: words.matrix.stage,
        options: stages,
        chosen: this.stage,
        choose: (stage) => (this.stage = stage),
        nameOf: (stage) => words.stages[stage].name,
        titleOf: (stage) => words.stages[stage].title
      })}
    </div>`
  }

  /** Weights that have arrived are drawn. */
  protected override selectionChanged(): void {
    this.requestUpdate()
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const subject = this._drawn()
    if (subject) {
      // Through the CSSOM, because a strict Content-Security-Policy refuses style attributes.
      const { rows, columns } = extentOf(subject.source, this.selection.writing)
      this.style.setProperty('--_rows', String(rows))
      this.style.setProperty('--_columns', String(columns))
    }
  }

  private _paint(paper: Paper): void {
    const subject = this._drawn()
    if (!subject) return
    const { source, head, scale, numberOf } = subject
    const zoomable = this._view.canZoomIn
    const { _view: view, path } = this
    view.resize(paper.width - MARGIN - 1, paper.height - MARGIN - 1, extentOf(source, this.selection.writing))
    const picture = view.cell * paper.ratio < 1 ? this._coarse : this._fine
    const hasTime = this.selection.previewing ? scheduler.previewTime() : undefined
    this._isPartial = !picture.update(source, head, paper.palette, scale, hasTime)
    paintMatrix(paper, { source, head, scale, numberOf, view, picture, path })
    if (zoomable !== this._view.canZoomIn || this._isPartial) this.requestUpdate()
  }

  /** The values that the matrix depends on. */
  private _painted(): readonly unknown[] {
    const subject = this._drawn()
    if (!subject) return []
    const { source, head, scale } = subject
    const { cell } = this._view
    return [
      ...[source, head.layer, head.head, queryEnd(source), source.keyCount, scale.kind, ...scale.ticks],
      ...[this.selection.writing, this.path, cell, this._view.x(0), this._view.y(0)],
      // A partial picture must be painted again.
      this._isPartial ? {} : undefined
    ]
  }

  private _paintInHand(paper: Paper): readonly Area[] {
    const source = this._drawn()?.source
    const { token } = this.selection
    this._placeTip()
    return source && token ? paintInHand(paper, { source, view: this._view }, token) : []
  }

  private _tokenAt(x: number, y: number): TokenRef | undefined {
    const source = this._drawn()?.source
    const cell = this._view.at(x - MARGIN, y - MARGIN)
    const isThere = source && cell && cell.row < queryEnd(source) && cell.column < source.keyCount
    return isThere ? { query: cell.row, key: cell.column } : undefined
  }

  private _lockAt(x: number, y: number): void {
    const token = this._tokenAt(x, y)
    if (token) this.lock(token)
  }

  private _moveView(move: () => void): void {
    move()
    this.requestUpdate()
  }

  /** Zooms around the current weight, else around the middle. */
  private _zoom(factor: number): void {
    const { token } = this.selection
    const { query = token?.key, key = token?.query } = token ?? {}
    const x = key === undefined ? this._view.width / 2 : this._view.x(key + 0.5)
    const y = query === undefined ? this._view.height / 2 : this._view.y(query + 0.5)
    this._moveView(() => this._view.zoomAt(x, y, factor))
  }

  private _onKey(event: KeyboardEvent): void {
    const source = this._drawn()?.source
    if (!source) return
    const { at, to } = crosshair(source, this.selection.token, event.key)
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => this._zoom(ZOOM_STEP),
      '=': () => this._zoom(ZOOM_STEP),
      '-': () => this._zoom(1 / ZOOM_STEP),
      '0': () => this._moveView(() => this._view.fit()),
      Enter: () => this.lock(at),
      ' ': () => this.lock(at)
    }
    if (to) {
      this._view.reveal(to.query, to.key)
      this.point(to)
    } else if (actions[event.key]) actions[event.key]?.()
    else if (event.key !== 'Escape' || !this.letGo()) return
    event.preventDefault()
  }

  /** Places the tooltip after the updates of all linked views, because reading its size forces a layout. */
  private _placeTip(): void {
    scheduler.afterUpdates(() => {
      const { query, key } = this.selection.token ?? {}
      if (this._tip && query !== undefined && key !== undefined)
        placeTip(this._tip, this._view, { query, key }, this.clientWidth)
    })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-matrix': AttnMatrix
  }
}
