/** `<attn-matrix>`: one head's attention weights as a matrix on one canvas, a row a query, a column a key. */
import { html, type PropertyValues } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { CanvasSurface, type Area, type Paper } from '../../canvas/canvas-surface.js'
import { choices } from '../../parts/choices.js'
import type { Figure, Table } from '../../parts/figure.js'
import { keepStyles, type Attributes } from '../../parts/keep.js'
import { queryEnd } from '../../base/layout.js'
import { legend, legendStyles } from '../../parts/legend.js'
import { MatrixGestures } from './matrix-gestures.js'
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

/** Tokens along a side that are held as pixels of their own; where cells are smaller than a pixel, fewer. */
const PICTURE_SIDES = { fine: 2048, coarse: 512 } as const
const ZOOM_STEP = 1.5

/**
 * One head's pattern. Pointing shows a weight; a click or Enter locks it; Escape lets go. Drag pans, pinch and wheel
 * zoom (a plain wheel once the matrix has the focus). Arrows, Home and End move the crosshair, + and − zoom, 0 shows all.
 *
 * @fires attn-selection - The reader locked a weight or let go; `detail` is `{ layer, head, locked? }`.
 * @csspart header - The head's name and the zoom buttons.
 * @csspart canvas - The canvas with the matrix.
 * @csspart tip - The tooltip.
 * @csspart legend - The colour scale with its numbers.
 * @csspart message - The words shown while there is nothing to draw.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background, at which the colour scale starts.
 * @cssprop --attn-ink - Text, crosshair and the outline of the cell in hand.
 * @cssprop --attn-muted - Ticks and notes.
 * @cssprop --attn-rule - Hairlines and hatching.
 * @cssprop --attn-accent - Focus.
 * @cssprop --attn-scale-middle - The colour scale at its half.
 * @cssprop --attn-scale-end - The colour scale at its end.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-matrix')
export class AttnMatrix extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, ...legendStyles, keepStyles, matrixStyles]

  /** Draws the path of the strongest weights: of a text and its translation, the alignment. */
  @property({ type: Boolean }) path = false
  /** Which stage of the head: 'scores', 'scaled', 'masked', 'pattern', 'weighted_norms'; or of all layers 'rollout', 'flow'. */
  @property() stage: Stage = 'pattern'
  /** Leaves out the choice of stages. */
  @property({ type: Boolean }) plain = false
  /** Patterns to compare with: what is drawn is how much the group's differ from these. */
  @property({ attribute: false }) against?: Viewable
  @query('.tip') private readonly _tip!: HTMLElement | null
  private readonly _fine = new PatternPicture(PICTURE_SIDES.fine)
  private readonly _coarse = new PatternPicture(PICTURE_SIDES.coarse)
  private readonly _view = new MatrixView()
  /** Some of it is left for the next frame. */
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
    // A controller: it paints after each update.
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
      <header part="header">
        <h3>${subject.title}</h3>
        <code>${breakable(subject.name)}</code>
        <div class="zoom" role="group" aria-label=${words.matrix.zoom}>
          <button
            type="button"
            aria-label=${words.matrix.zoomOut}
            ?disabled=${!this._view.zoomed}
            @click=${() => this._zoom(1 / ZOOM_STEP)}
          >
            −
          </button>
          <button
            type="button"
            aria-label=${words.matrix.zoomIn}
            ?disabled=${!this._view.canZoomIn}
            @click=${() => this._zoom(ZOOM_STEP)}
          >
            +
          </button>
          <button type="button" ?disabled=${!this._view.zoomed} @click=${() => this._moveView(() => this._view.fit())}>
            ${words.matrix.fit}
          </button>
        </div>
      </header>
      <div
        class="plot ${this._view.zoomed ? 'zoomed' : ''}"
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
        ...{ scale: subject.scale, hatched: subject.source.part === 'decoder', selection: this.selection },
        hasFirst: this.stage === 'pattern'
      })}
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

  /** What was fetched is drawn. */
  protected override selectionChanged(): void {
    this.requestUpdate()
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const subject = this._drawn()
    if (subject) {
      // Through the CSSOM: a strict Content-Security-Policy refuses style attributes.
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

  /** All that the matrix is drawn from. */
  private _painted(): readonly unknown[] {
    const subject = this._drawn()
    if (!subject) return []
    const { source, head, scale } = subject
    const { cell } = this._view
    return [
      ...[source, head.layer, head.head, queryEnd(source), source.keyCount, scale.kind, ...scale.ticks],
      ...[this.selection.writing, this.path, cell, this._view.x(0), this._view.y(0)],
      // What is partial is never what is there already.
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

  /** Zooms about the weight in hand, else about the middle. */
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

  /** Beside the cell in hand, once the linked views have written theirs: to ask how large it is lays out the page. */
  private _placeTip(): void {
    scheduler.afterUpdates(() => {
      const { query, key } = this.selection.token ?? {}
      if (this._tip && query !== undefined && key !== undefined)
        placeTip(this._tip, this._view, { query, key }, this.clientWidth)
    })
  }
}

/** Where it is too long for its line, a name breaks after a dot. */
function breakable(name: string) {
  return name.split('.').map((step, at) => (at > 0 ? html`.<wbr />${step}` : step))
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-matrix': AttnMatrix
  }
}
