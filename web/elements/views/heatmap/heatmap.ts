/** `<attn-heatmap>`: a matrix of numbers as a picture, which other views use. */
import type { Tensor } from 'attenscope'
import { css, html, LitElement, type PropertyValues } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { Ground, type Theme } from '../../base/ground.js'
import { CanvasSurface, type Paper } from '../../canvas/canvas-surface.js'
import { levelOf, rampOf, type ColorScale } from '../../canvas/color-scale.js'
import { legendStyles, scaleKey } from '../../parts/legend.js'
import { themeStyles } from '../../parts/theme-styles.js'

/** A cell by its row and column, from 0. */
export interface Cell {
  readonly row: number
  readonly column: number
}

declare global {
  interface HTMLElementEventMap {
    'attn-cell': CustomEvent<Cell | undefined>
    'attn-cell-hold': CustomEvent<Cell>
  }
}

/**
 * A picture of a matrix. Pointing or the arrow keys choose the current cell; a click or Enter locks it.
 *
 * @fires attn-cell - The current cell changed; `detail` is the cell, or `undefined`.
 * @fires attn-cell-hold - A cell was locked; `detail` is the cell.
 * @csspart canvas - The canvas.
 * @csspart legend - The colour scale with its numbers.
 */
@customElement('attn-heatmap')
export class AttnHeatmap extends LitElement {
  static override readonly styles = [
    ...themeStyles,
    ...legendStyles,
    css`
      .legend {
        margin-block-start: 4px;
      }
      .plot {
        position: relative;
        block-size: var(--_height, 160px);
        min-block-size: 48px;
        max-block-size: var(--_most, none);
        aspect-ratio: var(--_ratio, auto);
        cursor: crosshair;
        outline-offset: 0;
      }
      canvas {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
      }
    `
  ]

  /** 'light' or 'dark'. By default, or with 'auto', the element follows the colours of the page behind the element. */
  @property({ reflect: true }) theme?: Theme
  /** The numbers, (rows, columns). */
  @property({ attribute: false }) tensor?: Tensor
  /** The colour scale. Without it, nothing is drawn. */
  @property({ attribute: false }) scale?: ColorScale
  /** The picture's name, for a screen reader. */
  @property() label = ''
  /** The row and column to outline. */
  @property({ attribute: false }) inHand?: Partial<Cell> | undefined
  /** The number of columns that the picture has room for; columns without numbers stay empty. */
  @property({ type: Number }) room = 0
  /** The height of a row in pixels, if cells are not square. A high row has room for a name beside it. */
  @property({ type: Number, attribute: 'row-height' }) rowHeight = 4
  /** Makes cells square, within bounds. */
  @property({ type: Boolean }) square = false
  private readonly _image = document.createElement('canvas')
  private _painted?: readonly unknown[]

  constructor() {
    super()
    new Ground(this)
    new CanvasSurface(this, (paper) => this._paint(paper))
  }

  override render() {
    return html`<span class="probe"></span>
      <div
        class="plot"
        tabindex="0"
        role="application"
        aria-label=${this.label}
        @pointermove=${this._onPoint}
        @pointerleave=${() => this._tell(undefined)}
        @click=${this._onClick}
        @keydown=${this._onKey}
        @blur=${() => this._tell(undefined)}
      >
        <canvas part="canvas" aria-hidden="true"></canvas>
      </div>
      ${this.scale ? html`<div class="legend" part="legend">${scaleKey(this.scale)}</div>` : ''}`
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const { rows, columns } = this._extent
    // Through the CSSOM, because a strict Content-Security-Policy refuses style attributes. A ratio, because reading
    // the
    // width would force a layout.
    this.style.setProperty('--_height', this.square ? 'auto' : `${rows * this.rowHeight}px`)
    this.style.setProperty('--_most', `${this.square ? 320 : 40 * this.rowHeight}px`)
    this.style.setProperty('--_ratio', this.square ? `${Math.max(1, columns)} / ${Math.max(1, rows)}` : 'auto')
  }

  private get _extent(): { rows: number; columns: number } {
    const [rows = 0, columns = 0] = this.tensor?.shape ?? []
    return { rows, columns: Math.max(columns, this.room) }
  }

  private _paint({ context, width, height, palette }: Paper): void {
    const { tensor, scale } = this
    if (!tensor || !scale) return
    const [rows = 0, columns = 0] = tensor.shape
    if (rows === 0 || columns === 0) return
    const ramp = rampOf(palette, scale)
    const drawn = [tensor, scale.magnitude, ramp]
    if (!this._painted || drawn.some((each, at) => each !== this._painted?.[at])) {
      this._painted = drawn
      this._image.width = columns
      this._image.height = rows
      const image = new ImageData(columns, rows)
      const pixels = new Uint32Array(image.data.buffer)
      const colors = new Uint32Array(ramp.buffer)
      tensor.data.forEach((value, at) => {
        if (!Number.isNaN(value)) pixels[at] = colors[levelOf(value, scale)]!
      })
      this._image.getContext('2d')?.putImageData(image, 0, 0)
    }
    const cellWidth = width / this._extent.columns
    const cellHeight = height / rows
    context.imageSmoothingEnabled = cellWidth < 1 || cellHeight < 1
    context.drawImage(this._image, 0, 0, columns * cellWidth, height)
    context.strokeStyle = palette.rule
    context.lineWidth = 1
    context.strokeRect(0.5, 0.5, width - 1, height - 1)
    context.strokeStyle = palette.ink
    const { row, column } = this.inHand ?? {}
    if (row !== undefined && column !== undefined) {
      context.lineWidth = 2
      context.strokeRect(column * cellWidth + 1, row * cellHeight + 1, cellWidth - 2, cellHeight - 2)
    } else if (row !== undefined) context.strokeRect(0.5, row * cellHeight, width - 1, cellHeight)
    else if (column !== undefined) context.strokeRect(column * cellWidth, 0.5, cellWidth, height - 1)
  }

  private _cellAt(event: MouseEvent): Cell | undefined {
    const plot = event.currentTarget
    if (!(plot instanceof Element)) return undefined
    const { left, top, width, height } = plot.getBoundingClientRect()
    const { rows, columns } = this._extent
    const row = Math.floor(((event.clientY - top) / height) * rows)
    const column = Math.floor(((event.clientX - left) / width) * columns)
    const [, filled = 0] = this.tensor?.shape ?? []
    return row >= 0 && row < rows && column >= 0 && column < filled ? { row, column } : undefined
  }

  private _tell(cell: Cell | undefined): void {
    this.dispatchEvent(new CustomEvent('attn-cell', { detail: cell }))
  }

  private readonly _onPoint = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') this._tell(this._cellAt(event))
  }

  private readonly _onClick = (event: MouseEvent): void => {
    const cell = this._cellAt(event)
    if (!cell) return
    this._tell(cell)
    this.dispatchEvent(new CustomEvent('attn-cell-hold', { detail: cell }))
  }

  private readonly _onKey = (event: KeyboardEvent): void => {
    const [rows = 0, columns = 0] = this.tensor?.shape ?? []
    if (rows * columns === 0) return
    const { row = rows - 1, column = columns - 1 } = this.inHand ?? {}
    const moves: Readonly<Record<string, Cell>> = {
      ArrowLeft: { row, column: Math.max(0, column - 1) },
      ArrowRight: { row, column: Math.min(columns - 1, column + 1) },
      ArrowUp: { row: Math.max(0, row - 1), column },
      ArrowDown: { row: Math.min(rows - 1, row + 1), column }
    }
    const to = moves[event.key]
    if (to) this._tell(to)
    else if (event.key === 'Enter' || event.key === ' ')
      this.dispatchEvent(new CustomEvent('attn-cell-hold', { detail: { row, column } }))
    else return
    event.preventDefault()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-heatmap': AttnHeatmap
  }
}
