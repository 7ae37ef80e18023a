/** `<attn-grid>`: all layers × heads as thumbnails on one canvas, one of them chosen. */
import type { PatternSource } from 'attenscope'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { guard } from 'lit/directives/guard.js'
import { CanvasSurface, type Area, type Paper } from '../../canvas/canvas-surface.js'
import { choices } from '../../parts/choices.js'
import { weightScale } from '../../canvas/color-scale.js'
import type { Figure, Table } from '../../parts/figure.js'
import { gridStyles } from './grid-styles.js'
import { explainedHead } from '../../parts/head-title.js'
import { keepStyles } from '../../parts/keep.js'
import { queryEnd } from '../../base/layout.js'
import { legendStyles, scaleKey } from '../../parts/legend.js'
import { extentOf } from '../../canvas/pattern-picture.js'
import { headsTable, strongestWeights } from '../../parts/pattern-table.js'
import type { HeadRef } from '../../base/refs.js'
import type { SelectionEvent } from '../../base/selection.js'
import { namedHead } from '../../sources/head-names.js'
import { stateStyles } from '../../parts/states.js'
import { Thumbnails } from './thumbnails.js'
import { Wait } from '../../pacing/waits.js'
import { choosableHeads, meanHeadOf } from '../../sources/tuned-source.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { ViewElement } from '../../base/view-element.js'
import * as words from '../../words/index.js'

/** Pixels along a side of a thumbnail's image; a longer text is shown by block maxima. */
const PICTURE_SIDE = 64
const GAP = 4
const PRINTED_CELL = 96
const PRINTED_LABELS = 24
/** The limits of a thumbnail's width to its height, for two texts of different lengths. */
const SHAPES = { narrowest: 0.8, widest: 2 } as const

/**
 * Every head of every layer as a thumbnail. Pointing previews a head in the linked views; a click or Enter chooses it.
 * Arrow keys, Home and End move between heads; Escape releases a locked token.
 *
 * @fires attn-selection - The reader chose a head or released a token; `detail` is `{ layer, head, locked? }`.
 * @csspart canvas - The canvas with the thumbnails.
 * @csspart caption - The current head, with the name that it earned.
 * @csspart legend - The colour scale with its numbers.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background, where the colour scale starts.
 * @cssprop --attn-ink - Text and the mark of the chosen head.
 * @cssprop --attn-muted - Row and column numbers.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-accent - Focus and links.
 * @cssprop --attn-scale-middle - The colour in the middle of the scale.
 * @cssprop --attn-scale-end - The colour at the end of the scale.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-grid')
export class AttnGrid extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, ...legendStyles, keepStyles, gridStyles]

  private readonly _surface = new CanvasSurface(this, (paper) => this._paint(paper), {
    key: () => this._painted(),
    paint: (paper) => this._paintMarks(paper)
  })
  private readonly _thumbnails = new Thumbnails(PICTURE_SIDE)
  private _shown?: PatternSource
  private readonly _resting = new Wait(this)
  private _wasWriting = false

  override render() {
    const placeholder = this.placeholder()
    const source = this.source
    if (placeholder || !source) return html`${placeholder}`
    const heads = Array.from({ length: choosableHeads(source) }, (_, head) => head)
    // A map of one head would be the matrix again, only smaller.
    const isOnly = source.layers.length * heads.length === 1
    const { part, parts } = this.selection
    return html`<span class="probe"></span> ${
        parts.length > 1
          ? choices({
              label: words.parts.label,
              options: parts,
              chosen: part,
              choose: (part) => this.choosePart(part),
              nameOf: (part) => words.parts.names[part],
              titleOf: (part) => words.parts.titles[part]
            })
          : ''
      }
      ${isOnly ? html`<p class="note" part="message">${words.grid.only}</p>` : this._map(source, heads)}
      ${this.behind(!isOnly)}`
  }

  private _map(source: PatternSource, heads: readonly number[]): TemplateResult {
    const { layers } = source
    const meanHead = meanHeadOf(source)
    const { chosen, head: inHand } = this.selection
    const names = layers.flatMap((layer) => heads.map((head) => this._named({ layer, head })?.name))
    return html`<div class="frame on-screen" @keydown=${this._onKey} @pointerleave=${this._onLeave}>
        <span></span>
        <div class="columns" aria-hidden="true">
          ${heads.map((head) => html`<span class=${head === inHand.head ? 'in-hand' : ''}>${head === meanHead ? words.grid.mean : head}</span>`)}
        </div>
        <div class="rows" aria-hidden="true">
          ${layers.map((layer) => html`<span class=${layer === inHand.layer ? 'in-hand' : ''}>${layer}</span>`)}
        </div>
        <div class="cells">
          <canvas part="canvas" aria-hidden="true"></canvas>
          <div role="grid" aria-label=${words.grid.label}>
            ${guard([layers.join(), heads.length, chosen.layer, chosen.head, this.selection, names.join()], () =>
              layers.map(
                (layer) => html`<div role="row">${heads.map((head) => this._cell({ layer, head }, source))}</div>`
              )
            )}
          </div>
        </div>
      </div>
      <div class="legend" part="legend">${scaleKey(weightScale(this.selection.scale))}</div>
      <p class="caption" part="caption">${explainedHead(this.selection, inHand)}</p>`
  }

  private _cell(at: HeadRef, source: PatternSource): TemplateResult {
    const { chosen } = this.selection
    const isChosen = at.layer === chosen.layer && at.head === chosen.head
    return html`<div
      role="gridcell"
      tabindex=${isChosen ? 0 : -1}
      class=${this._named(at) ? 'named' : ''}
      title=${explainedHead(this.selection, at)}
      aria-label=${words.names.head(at, source)}
      aria-selected=${isChosen ? 'true' : 'false'}
      data-layer=${at.layer}
      data-head=${at.head}
      @pointerenter=${(event: PointerEvent) => this._onEnter(event, at)}
      @focus=${() => this.selection.preview(at)}
      @blur=${() => this.selection.preview(undefined)}
      @click=${() => this.choose(at)}
    ></div>`
  }

  /** The name of a head, once the text is written: a name of its first words may be gone at its end. */
  private _named(at: HeadRef) {
    return this.selection.writing ? undefined : namedHead(this.selection, at)
  }

  protected override table(): Table | undefined {
    return this.source && headsTable(this.source)
  }

  protected override readableTable(): Table | undefined {
    return this.source && strongestWeights(this.source)
  }

  protected override figure(): Figure | undefined {
    const { source } = this
    if (!source) return undefined
    const heads = choosableHeads(source)
    const [width, height] = [heads * PRINTED_CELL, source.layers.length * PRINTED_CELL]
    return {
      ...{ title: words.grid.label, width: width + PRINTED_LABELS, height: height + PRINTED_LABELS },
      scale: weightScale(this.selection.scale),
      paint: (paper) => {
        const { context, palette, font } = paper
        context.font = `400 11px ${font}`
        context.fillStyle = palette.muted
        context.textAlign = 'center'
        context.textBaseline = 'middle'
        for (let head = 0; head < heads; head++) {
          const name = head === meanHeadOf(source) ? words.grid.mean : String(head)
          context.fillText(name, PRINTED_LABELS + (head + 0.5) * PRINTED_CELL, PRINTED_LABELS / 2)
        }
        source.layers.forEach((layer, row) =>
          context.fillText(String(layer), PRINTED_LABELS / 2, PRINTED_LABELS + (row + 0.5) * PRINTED_CELL)
        )
        context.save()
        context.translate(PRINTED_LABELS, PRINTED_LABELS)
        this._paint({ ...paper, width, height })
        context.restore()
      }
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const source = this.source
    this._shown = this.renderRoot.querySelector('canvas') ? source : undefined
    if (!source) return
    // Through the CSSOM, because a strict Content-Security-Policy refuses style attributes.
    this.style.setProperty('--_layers', String(source.layers.length))
    this.style.setProperty('--_heads', String(choosableHeads(source)))
    const { columns, rows } = extentOf(source, this.selection.writing)
    this.style.setProperty('--_shape', String(Math.min(SHAPES.widest, Math.max(SHAPES.narrowest, columns / rows))))
  }

  protected override selectionChanged(event: SelectionEvent): void {
    if (event.aspect === 'token') return
    if (event.aspect === 'arrival') return this._surface.schedule()
    // The names of the heads are those of the whole text.
    const hasEnded = this._wasWriting && !this.selection.writing
    this._wasWriting = this.selection.writing
    if (hasEnded) return this.requestUpdate()
    // While one text grows, only pixels change.
    if (event.aspect !== 'head' && this.source === this._shown && this._shown?.part === 'decoder')
      this._surface.schedule()
    else this.requestUpdate()
  }

  /** A finger that touches a thumbnail chooses it; only a mouse or a pen can point without touching. */
  private _onEnter(event: PointerEvent, head: HeadRef): void {
    if (event.pointerType === 'touch') return
    this._resting.cancel()
    // A long text's patterns are fetched only for a thumbnail that the pointer rests on.
    if (this.source?.pictures) this._resting.forQuiet('pointer', () => this.selection.preview(head))
    else this.selection.preview(head)
  }

  private readonly _onLeave = (): void => {
    this._resting.cancel()
    this.selection.preview(undefined)
  }

  private _onKey(event: KeyboardEvent): void {
    const source = this.source
    const cell = event.composedPath()[0]
    if (!source || !(cell instanceof HTMLElement) || cell.dataset.layer === undefined) return
    const layer = Number(cell.dataset.layer)
    const head = Number(cell.dataset.head)
    const { layers } = source
    const row = layers.indexOf(layer)
    const layerAt = (at: number) => layers[Math.min(Math.max(at, 0), layers.length - 1)] ?? layer
    const lastHead = choosableHeads(source) - 1
    const moves: Readonly<Record<string, HeadRef>> = {
      ArrowLeft: { layer, head: Math.max(0, head - 1) },
      ArrowRight: { layer, head: Math.min(lastHead, head + 1) },
      ArrowUp: { layer: layerAt(row - 1), head },
      ArrowDown: { layer: layerAt(row + 1), head },
      Home: event.ctrlKey ? { layer: layerAt(0), head: 0 } : { layer, head: 0 },
      End: event.ctrlKey ? { layer: layerAt(layers.length), head: lastHead } : { layer, head: lastHead }
    }
    const to = moves[event.key]
    if (to) this.renderRoot.querySelector<HTMLElement>(`[data-layer='${to.layer}'][data-head='${to.head}']`)?.focus()
    else if (event.key === 'Enter' || event.key === ' ') this.choose({ layer, head })
    else if (event.key !== 'Escape' || !this.letGo()) return
    event.preventDefault()
  }

  /** The places of the thumbnails. */
  private _layout(source: PatternSource, paper: Pick<Paper, 'width' | 'height'>) {
    const [cellWidth, cellHeight] = [paper.width / choosableHeads(source), paper.height / source.layers.length]
    const { columns, rows } = extentOf(source, this.selection.writing)
    const perCell = Math.min((cellWidth - GAP) / columns, (cellHeight - GAP) / rows)
    const [width, height] = [Math.max(GAP, columns * perCell), Math.max(GAP, rows * perCell)]
    const place = ({ layer, head }: HeadRef) => ({
      x: head * cellWidth + (cellWidth - width) / 2,
      y: source.layers.indexOf(layer) * cellHeight + (cellHeight - height) / 2
    })
    return { columns, rows, perCell, width, height, place }
  }

  /** The values that the thumbnails depend on. */
  private _painted(): readonly unknown[] {
    const { source } = this
    const { scale, writing } = this.selection
    return [source, source && queryEnd(source), source?.keyCount, source?.arrivals, scale, writing]
  }

  private _paint({ context, palette, ...paper }: Paper): void {
    const source = this.source
    if (!source) return
    const heads = choosableHeads(source)
    const { columns, rows, perCell, width, height, place } = this._layout(source, paper)
    const colors = weightScale(this.selection.scale)
    context.imageSmoothingEnabled = perCell < 1
    context.strokeStyle = palette.rule
    context.lineWidth = 1
    const all = source.layers.flatMap((layer) => Array.from({ length: heads }, (_, head) => ({ layer, head })))
    const thumbnails = this._thumbnails.update(source, all, palette, colors)
    for (const [at, head] of all.entries()) {
      const { x, y } = place(head)
      const shown = thumbnails[at]
      if (shown) {
        const size = [columns / shown.block, rows / shown.block] as const
        context.drawImage(shown.canvas, shown.x, shown.y, ...size, x, y, width, height)
      }
      context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1)
    }
  }

  /** Marks the chosen head and the previewed head. */
  private _paintMarks({ context, palette, ...paper }: Paper): readonly Area[] {
    const source = this.source
    if (!source) return []
    const { head: inHand, chosen } = this.selection
    const { width, height, place } = this._layout(source, paper)
    const isChosen = inHand.layer === chosen.layer && inHand.head === chosen.head
    context.strokeStyle = palette.ink
    const areas = (isChosen ? [chosen] : [inHand, chosen]).map((head) => {
      const { x, y } = place(head)
      context.lineWidth = head === chosen ? 2 : 1
      context.setLineDash(head === chosen ? [] : [3, 2])
      context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1)
      return { x: x - 2, y: y - 2, width: width + 4, height: height + 4 }
    })
    context.setLineDash([])
    return areas
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-grid': AttnGrid
  }
}
