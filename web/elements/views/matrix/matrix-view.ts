/** The part of a matrix that is in sight: zoom and pan over square cells, in CSS pixels from the plot's corner. */
import type { Extent } from '../../canvas/pattern-picture.js'

/** The largest side of a cell in pixels: a short text is drawn small rather than coarse. */
export const LARGEST_CELL = 64

export class MatrixView {
  /** Rows and columns of the whole matrix. */
  extent: Extent = { columns: 1, rows: 1 }
  /** The size of the plot in pixels. */
  private _width = 1
  private _height = 1
  /** The zoom; 1 shows the whole matrix. */
  private _zoom = 1
  /** The first column and row in sight, in cells. */
  private _column = 0
  private _row = 0

  get cell(): number {
    return this._fittingCell * this._zoom
  }

  /** The width of the plot's cells in pixels. */
  get width(): number {
    return Math.min(this._width, this.extent.columns * this.cell)
  }

  get height(): number {
    return Math.min(this._height, this.extent.rows * this.cell)
  }

  get zoomed(): boolean {
    return this._zoom > 1
  }

  get canZoomIn(): boolean {
    return this._zoom < this._largestZoom
  }

  private get _fittingCell(): number {
    const { columns, rows } = this.extent
    return Math.min(LARGEST_CELL, this._width / columns, this._height / rows)
  }

  private get _largestZoom(): number {
    return LARGEST_CELL / this._fittingCell
  }

  /** The start of a column or row in pixels. */
  x(column: number): number {
    return (column - this._column) * this.cell
  }

  y(row: number): number {
    return (row - this._row) * this.cell
  }

  /** The cell at a point of the plot, or `undefined` outside the matrix. */
  at(x: number, y: number): { row: number; column: number } | undefined {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return undefined
    return { row: Math.floor(this._row + y / this.cell), column: Math.floor(this._column + x / this.cell) }
  }

  /** The indices in sight along one axis: from `first` up to, not including, `end`. */
  columns(): { first: number; end: number } {
    return inSight(this._column, this.width / this.cell, this.extent.columns)
  }

  rows(): { first: number; end: number } {
    return inSight(this._row, this.height / this.cell, this.extent.rows)
  }

  resize(width: number, height: number, extent: Extent): void {
    this._width = Math.max(1, width)
    this._height = Math.max(1, height)
    this.extent = { columns: Math.max(1, extent.columns), rows: Math.max(1, extent.rows) }
    this._zoom = Math.min(this._zoom, this._largestZoom)
    this._clamp()
  }

  /** Zooms around a point, which stays in place. */
  zoomAt(x: number, y: number, factor: number): void {
    const column = this._column + x / this.cell
    const row = this._row + y / this.cell
    this._zoom = Math.min(Math.max(1, this._zoom * factor), this._largestZoom)
    this._column = column - x / this.cell
    this._row = row - y / this.cell
    this._clamp()
  }

  panBy(dx: number, dy: number): void {
    this._column -= dx / this.cell
    this._row -= dy / this.cell
    this._clamp()
  }

  /** Pans as little as possible to bring a cell into sight. */
  reveal(row: number, column: number): void {
    this._column = Math.min(column, Math.max(this._column, column + 1 - this.width / this.cell))
    this._row = Math.min(row, Math.max(this._row, row + 1 - this.height / this.cell))
    this._clamp()
  }

  fit(): void {
    this._zoom = 1
    this._clamp()
  }

  private _clamp(): void {
    const { columns, rows } = this.extent
    this._column = Math.max(0, Math.min(this._column, columns - this.width / this.cell))
    this._row = Math.max(0, Math.min(this._row, rows - this.height / this.cell))
  }
}

function inSight(from: number, span: number, end: number): { first: number; end: number } {
  return { first: Math.floor(from), end: Math.min(end, Math.ceil(from + span)) }
}
