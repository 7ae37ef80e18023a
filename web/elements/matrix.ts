/** `<attn-matrix>`: one head's attention weights as a matrix on one canvas, a row a query, a column a key. */
import { html, type PropertyValues } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { CanvasSurface, type Paper } from './canvas-surface.js'
import { patternName } from './format.js'
import { legend, legendStyles } from './legend.js'
import { ViewElement } from './view-element.js'
import { MatrixGestures } from './matrix-gestures.js'
import { MARGIN, paintMatrix } from './matrix-painting.js'
import { matrixStyles } from './matrix-styles.js'
import { spokenWeight, tipContent } from './matrix-tip.js'
import { MatrixView } from './matrix-view.js'
import { extentOf, PatternPicture } from './pattern-picture.js'
import type { TokenRef } from './selection.js'
import { stateStyles } from './states.js'
import { themeStyles } from './theme-styles.js'

/** Tokens along a side that are held as pixels of their own. */
const PICTURE_SIDE = 2048
const ZOOM_STEP = 1.5
const TIP_GAP = 12

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
  static override readonly styles = [...themeStyles, stateStyles, legendStyles, matrixStyles]

  @query('.tip') private readonly _tip!: HTMLElement | null
  private readonly _picture = new PatternPicture(PICTURE_SIDE)
  private readonly _view = new MatrixView()
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
    new CanvasSurface(this, (paper) => this._paint(paper))
  }

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { head, scale, token } = this.selection
    return html`<span class="probe"></span>
      <header part="header">
        <h3>Layer ${head.layer}, head ${head.head}</h3>
        <code>${patternName(head.layer)}</code>
        <div class="zoom" role="group" aria-label="Zoom">
          <button
            type="button"
            aria-label="Zoom out"
            ?disabled=${!this._view.zoomed}
            @click=${() => this._zoom(1 / ZOOM_STEP)}
          >
            −
          </button>
          <button
            type="button"
            aria-label="Zoom in"
            ?disabled=${!this._view.canZoomIn}
            @click=${() => this._zoom(ZOOM_STEP)}
          >
            +
          </button>
          <button type="button" ?disabled=${!this._view.zoomed} @click=${() => this._moveView(() => this._view.fit())}>
            Fit
          </button>
        </div>
      </header>
      <div
        class="plot ${this._view.zoomed ? 'zoomed' : ''}"
        tabindex="0"
        role="application"
        aria-roledescription="attention matrix"
        aria-label="Attention weights of layer ${head.layer}, head ${head.head}. Arrow keys move between weights, Enter locks, Escape lets go."
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
        <div class="tip" part="tip" role="tooltip" ?hidden=${token?.key === undefined}>
          ${this.source && tipContent(this.source, head, token)}
        </div>
      </div>
      <span class="spoken" aria-live="polite">${this.source && spokenWeight(this.source, head, token)}</span>
      ${legend({ scale, hatched: true, onScale: (kind) => this.selection.setScale(kind) })}`
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    this._placeTip()
  }

  private _paint(paper: Paper): void {
    const { source } = this
    const { head, scale, token, writing } = this.selection
    if (!source) return
    const zoomable = this._view.canZoomIn
    this._view.resize(Math.min(paper.width, paper.height) - MARGIN - 1, extentOf(source, writing))
    this._picture.update(source, head, paper.palette, scale)
    paintMatrix(paper, { source, head, scale, view: this._view, picture: this._picture, ...(token && { token }) })
    this._placeTip()
    if (zoomable !== this._view.canZoomIn) this.requestUpdate()
  }

  private _tokenAt(x: number, y: number): TokenRef | undefined {
    const cell = this._view.at(x - MARGIN, y - MARGIN)
    const end = this._end()
    return cell && cell.row < end && cell.column < end ? { query: cell.row, key: cell.column } : undefined
  }

  private _lockAt(x: number, y: number): void {
    const token = this._tokenAt(x, y)
    if (token) this.lock(token)
  }

  private _end(): number {
    const queries = this.source?.queries
    return queries ? queries.first + queries.count : 0
  }

  private _moveView(move: () => void): void {
    move()
    this.requestUpdate()
  }

  /** Zooms about the weight in hand, else about the middle. */
  private _zoom(factor: number): void {
    const { token } = this.selection
    const half = this._view.side / 2
    const [x, y] = token
      ? [this._view.x((token.key ?? token.query) + 0.5), this._view.y(token.query + 0.5)]
      : [half, half]
    this._moveView(() => this._view.zoomAt(x, y, factor))
  }

  private _onKey(event: KeyboardEvent): void {
    const last = this._end() - 1
    const { token } = this.selection
    const query = Math.min(token?.query ?? last, last)
    const key = Math.min(token?.key ?? query, query)
    const moves: Readonly<Record<string, TokenRef>> = {
      ArrowLeft: { query, key: Math.max(0, key - 1) },
      ArrowRight: { query, key: Math.min(query, key + 1) },
      ArrowUp: { query: Math.max(0, query - 1), key: Math.min(key, Math.max(0, query - 1)) },
      ArrowDown: { query: Math.min(last, query + 1), key },
      Home: { query, key: 0 },
      End: { query, key: query }
    }
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => this._zoom(ZOOM_STEP),
      '=': () => this._zoom(ZOOM_STEP),
      '-': () => this._zoom(1 / ZOOM_STEP),
      '0': () => this._moveView(() => this._view.fit()),
      Enter: () => this.lock({ query, key }),
      ' ': () => this.lock({ query, key })
    }
    const to = moves[event.key]
    if (to) {
      this._view.reveal(to.query, to.key ?? to.query)
      this.point(to)
    } else if (actions[event.key]) actions[event.key]?.()
    else if (event.key !== 'Escape' || !this.letGo()) return
    event.preventDefault()
  }

  /** Beside the cell in hand, on the side where there is room; gone while the cell is out of sight. */
  private _placeTip(): void {
    const { token } = this.selection
    const tip = this._tip
    if (!tip || token?.key === undefined) return
    const { cell, side } = this._view
    const x0 = this._view.x(token.key)
    const y0 = this._view.y(token.query)
    tip.style.visibility = x0 + cell > 0 && y0 + cell > 0 && x0 < side && y0 < side ? '' : 'hidden'
    const right = Math.min(side, x0 + cell) + MARGIN
    const bottom = Math.min(side, y0 + cell) + MARGIN
    const edge = side + MARGIN
    const x = right + TIP_GAP + tip.offsetWidth <= edge ? right + TIP_GAP : right - cell - TIP_GAP - tip.offsetWidth
    const y =
      bottom + TIP_GAP + tip.offsetHeight <= edge ? bottom + TIP_GAP : bottom - cell - TIP_GAP - tip.offsetHeight
    // Through the CSSOM: a strict Content-Security-Policy refuses style attributes.
    tip.style.transform = `translate(${Math.round(Math.max(0, x))}px, ${Math.round(Math.max(0, y))}px)`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-matrix': AttnMatrix
  }
}
