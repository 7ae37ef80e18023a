/** `<attn-grid>`: all layers × heads as thumbnails on one canvas, one of them chosen. */
import type { PatternSource } from 'attenscope'
import { html, type PropertyValues } from 'lit'
import { customElement } from 'lit/decorators.js'
import { CanvasSurface, type Paper } from './canvas-surface.js'
import { choices, choiceStyles } from './choices.js'
import { weightScale } from './color-scale.js'
import type { Figure, Table } from './figure.js'
import { gridStyles } from './grid-styles.js'
import { keepStyles } from './keep.js'
import { extentOf, PatternPicture } from './pattern-picture.js'
import { headsTable } from './pattern-table.js'
import type { HeadRef, SelectionEvent } from './selection.js'
import { stateStyles } from './states.js'
import { choosableHeads, meanHeadOf } from './tuned-source.js'
import { themeStyles } from './theme-styles.js'
import { ViewElement } from './view-element.js'
import { words } from './words.js'

/** Pixels of a thumbnail's image along a side; a longer text is shown by block maxima. */
const PICTURE_SIDE = 64
const GAP = 4
const PRINTED_CELL = 96
const PRINTED_LABELS = 24
/** A thumbnail of two texts of different lengths is oblong, but not so much that the grid falls apart. */
const SHAPES = { narrowest: 0.8, widest: 2 } as const

/**
 * Every head of every layer, small. Pointing at one previews it in the linked views; a click or Enter chooses it.
 * Arrow keys, Home and End move between heads; Escape lets go of a token that is held.
 *
 * @fires attn-selection - The reader chose a head, or let go; `detail` is `{ layer, head, locked? }`.
 * @csspart canvas - The canvas with the thumbnails.
 * @csspart message - The words shown while there is nothing to draw.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background, at which the colour scale starts.
 * @cssprop --attn-ink - Text and the mark of the chosen head.
 * @cssprop --attn-muted - Row and column numbers.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-accent - Focus and links.
 * @cssprop --attn-scale-middle - The colour scale at its half.
 * @cssprop --attn-scale-end - The colour scale at its end.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-grid')
export class AttnGrid extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, choiceStyles, keepStyles, gridStyles]

  private readonly _surface = new CanvasSurface(this, (paper) => this._paint(paper))
  private readonly _pictures: PatternPicture[] = []
  private _shown?: PatternSource

  override render() {
    const placeholder = this.placeholder()
    const source = this.source
    if (placeholder || !source) return html`${placeholder}`
    const { layers } = source
    const heads = Array.from({ length: choosableHeads(source) }, (_, head) => head)
    const meanHead = meanHeadOf(source)
    const { chosen, head: inHand, part, parts } = this.selection
    return html`<span class="probe"></span>
      ${
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
      <div class="frame" @keydown=${this._onKey} @pointerleave=${() => this.selection.preview(undefined)}>
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
            ${layers.map(
              (layer) =>
                html`<div role="row">
                  ${heads.map((head) => {
                    const isChosen = layer === chosen.layer && head === chosen.head
                    return html`<div
                      role="gridcell"
                      tabindex=${isChosen ? 0 : -1}
                      title=${words.headName({ layer, head }, source)}
                      aria-label=${words.headName({ layer, head }, source)}
                      aria-selected=${isChosen ? 'true' : 'false'}
                      data-layer=${layer}
                      data-head=${head}
                      @pointerenter=${(event: PointerEvent) => this._onEnter(event, { layer, head })}
                      @focus=${() => this.selection.preview({ layer, head })}
                      @blur=${() => this.selection.preview(undefined)}
                      @click=${() => this.choose({ layer, head })}
                    ></div>`
                  })}
                </div>`
            )}
          </div>
        </div>
      </div>
      ${this.keep()}`
  }

  protected override table(): Table | undefined {
    return this.source && headsTable(this.source)
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
    // Through the CSSOM: a strict Content-Security-Policy refuses style attributes.
    this.style.setProperty('--_layers', String(source.layers.length))
    this.style.setProperty('--_heads', String(choosableHeads(source)))
    const { columns, rows } = extentOf(source, this.selection.writing)
    this.style.setProperty('--_shape', String(Math.min(SHAPES.widest, Math.max(SHAPES.narrowest, columns / rows))))
  }

  protected override selectionChanged(event: SelectionEvent): void {
    if (event.aspect === 'token') return
    // While one text grows, only pixels change.
    if (event.aspect !== 'head' && this.source === this._shown && this._shown?.part === 'decoder')
      this._surface.schedule()
    else this.requestUpdate()
  }

  /** A finger that touches a thumbnail chooses it; only a mouse or a pen can point without touching. */
  private _onEnter(event: PointerEvent, head: HeadRef): void {
    if (event.pointerType !== 'touch') this.selection.preview(head)
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

  private _paint({ context, palette, ...paper }: Paper): void {
    const source = this.source
    if (!source) return
    const heads = choosableHeads(source)
    const cellWidth = paper.width / heads
    const cellHeight = paper.height / source.layers.length
    const { head: inHand, chosen, scale, writing } = this.selection
    const { columns, rows } = extentOf(source, writing)
    const colors = weightScale(scale)
    const perCell = Math.min((cellWidth - GAP) / columns, (cellHeight - GAP) / rows)
    const [width, height] = [Math.max(GAP, columns * perCell), Math.max(GAP, rows * perCell)]
    context.imageSmoothingEnabled = perCell < 1
    for (const [row, layer] of source.layers.entries()) {
      for (let head = 0; head < heads; head++) {
        const picture = (this._pictures[row * heads + head] ??= new PatternPicture(PICTURE_SIDE))
        const small = source.pictures?.(layer, head)
        if (small) picture.show(small, palette, colors)
        else if (!source.pictures) picture.update(source, { layer, head }, palette, colors)
        const x = head * cellWidth + (cellWidth - width) / 2
        const y = row * cellHeight + (cellHeight - height) / 2
        const block = small ? Math.ceil(Math.max(columns, rows) / Math.max(...small.shape)) : picture.block
        if (small || !source.pictures)
          context.drawImage(picture.canvas, 0, 0, columns / block, rows / block, x, y, width, height)
        const isChosen = layer === chosen.layer && head === chosen.head
        const isInHand = layer === inHand.layer && head === inHand.head
        context.strokeStyle = isChosen || isInHand ? palette.ink : palette.rule
        context.lineWidth = isChosen ? 2 : 1
        context.setLineDash(isInHand && !isChosen ? [3, 2] : [])
        context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1)
      }
    }
    context.setLineDash([])
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-grid': AttnGrid
  }
}
