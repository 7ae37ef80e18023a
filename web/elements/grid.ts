/** `<attn-grid>`: all layers × heads as thumbnails on one canvas, one of them chosen. */
import type { PatternSource } from 'attenscope'
import { css, html, type PropertyValues } from 'lit'
import { customElement } from 'lit/decorators.js'
import { CanvasSurface, type Paper } from './canvas-surface.js'
import { ViewElement } from './view-element.js'
import { extentOf, PatternPicture } from './pattern-picture.js'
import type { HeadRef, SelectionEvent } from './selection.js'
import { stateStyles } from './states.js'
import { themeStyles } from './theme-styles.js'

/** Pixels of a thumbnail's image along a side; a longer text is shown by block maxima. */
const PICTURE_SIDE = 64
const GAP = 4

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
  static override readonly styles = [
    ...themeStyles,
    stateStyles,
    css`
      /* Where the picture will be, so that little moves when it comes. */
      .empty {
        aspect-ratio: 1;
        margin: 22px 2px 2px 26px;
      }
      .frame {
        display: grid;
        grid-template-columns: 24px minmax(0, 1fr);
        grid-template-rows: 20px auto;
        color: var(--_muted);
        font-size: 0.75rem;
        line-height: 16px;
      }
      .corner,
      .columns,
      .rows {
        display: grid;
      }
      .columns {
        grid-template-columns: repeat(var(--_heads), minmax(0, 1fr));
        text-align: center;
      }
      .rows {
        grid-template-rows: repeat(var(--_layers), minmax(0, 1fr));
        align-items: center;
      }
      .cells {
        position: relative;
        aspect-ratio: var(--_heads) / var(--_layers);
      }
      canvas {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
      }
      [role='grid'] {
        position: absolute;
        inset: 0;
        display: grid;
        grid-template-rows: repeat(var(--_layers), minmax(0, 1fr));
      }
      [role='row'] {
        display: grid;
        grid-template-columns: repeat(var(--_heads), minmax(0, 1fr));
      }
      [role='gridcell'] {
        border-radius: 2px;
        outline-offset: -2px;
        cursor: pointer;
      }
      .in-hand {
        color: var(--_ink);
        font-weight: 600;
      }
    `
  ]

  private readonly _surface = new CanvasSurface(this, (paper) => this._paint(paper))
  private readonly _pictures: PatternPicture[] = []
  private _shown?: PatternSource

  override render() {
    const placeholder = this.placeholder()
    const source = this.source
    if (placeholder || !source) return html`${placeholder}`
    const { layers } = source
    const heads = Array.from({ length: source.headCount }, (_, head) => head)
    const inHand = this.selection.head
    const { chosen } = this.selection
    return html`<span class="probe"></span>
      <div class="frame" @keydown=${this._onKey} @pointerleave=${() => this.selection.preview(undefined)}>
        <span></span>
        <div class="columns" aria-hidden="true">
          ${heads.map((head) => html`<span class=${head === inHand.head ? 'in-hand' : ''}>${head}</span>`)}
        </div>
        <div class="rows" aria-hidden="true">
          ${layers.map((layer) => html`<span class=${layer === inHand.layer ? 'in-hand' : ''}>${layer}</span>`)}
        </div>
        <div class="cells">
          <canvas part="canvas" aria-hidden="true"></canvas>
          <div role="grid" aria-label="Attention of every head: a row a layer, a column a head">
            ${layers.map(
              (layer) =>
                html`<div role="row">
                  ${heads.map((head) => {
                    const isChosen = layer === chosen.layer && head === chosen.head
                    return html`<div
                      role="gridcell"
                      tabindex=${isChosen ? 0 : -1}
                      title="Layer ${layer}, head ${head}"
                      aria-label="Layer ${layer}, head ${head}"
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
      </div>`
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const source = this.source
    this._shown = this.renderRoot.querySelector('canvas') ? source : undefined
    if (!source) return
    // Through the CSSOM: a strict Content-Security-Policy refuses style attributes.
    this.style.setProperty('--_layers', String(source.layers.length))
    this.style.setProperty('--_heads', String(source.headCount))
  }

  protected override selectionChanged(event: SelectionEvent): void {
    if (event.aspect === 'token') return
    // While a text grows, only pixels change.
    if (event.aspect !== 'head' && this.source === this._shown) this._surface.schedule()
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
    const lastHead = source.headCount - 1
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

  private _paint({ context, width, height, palette }: Paper): void {
    const source = this.source
    if (!source) return
    const cellWidth = width / source.headCount
    const cellHeight = height / source.layers.length
    const side = Math.min(cellWidth, cellHeight) - GAP
    const { head: inHand, chosen, scale, writing } = this.selection
    const extent = extentOf(source, writing)
    context.imageSmoothingEnabled = extent > side
    for (const [row, layer] of source.layers.entries()) {
      for (let head = 0; head < source.headCount; head++) {
        const picture = (this._pictures[row * source.headCount + head] ??= new PatternPicture(PICTURE_SIDE))
        picture.update(source, { layer, head }, palette, scale)
        const pixels = extent / picture.block
        const x = head * cellWidth + (cellWidth - side) / 2
        const y = row * cellHeight + (cellHeight - side) / 2
        context.drawImage(picture.canvas, 0, 0, pixels, pixels, x, y, side, side)
        const isChosen = layer === chosen.layer && head === chosen.head
        const isInHand = layer === inHand.layer && head === inHand.head
        context.strokeStyle = isChosen || isInHand ? palette.ink : palette.rule
        context.lineWidth = isChosen ? 2 : 1
        context.setLineDash(isInHand && !isChosen ? [3, 2] : [])
        context.strokeRect(x - 0.5, y - 0.5, side + 1, side + 1)
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
