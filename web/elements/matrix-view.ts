/** Which part of a matrix is in sight: zoom and pan over a square of cells, in CSS pixels from the plot's corner. */

const LARGEST_CELL = 64

export class MatrixView {
  /** Cells along a side of the matrix. */
  extent = 1
  /** Pixels along a side of the plot. */
  side = 1
  /** 1 shows the whole matrix. */
  private _zoom = 1
  /** The first column and row in sight, in cells. */
  private _column = 0
  private _row = 0

  get cell(): number {
    return (this.side / this.extent) * this._zoom
  }

  get zoomed(): boolean {
    return this._zoom > 1
  }

  get canZoomIn(): boolean {
    return this._zoom < this._largestZoom
  }

  private get _largestZoom(): number {
    return Math.max(1, (LARGEST_CELL * this.extent) / this.side)
  }

  /** Where a column or row begins. */
  x(column: number): number {
    return (column - this._column) * this.cell
  }

  y(row: number): number {
    return (row - this._row) * this.cell
  }

  /** The cell under a point of the plot, or undefined outside the matrix. */
  at(x: number, y: number): { row: number; column: number } | undefined {
    if (x < 0 || y < 0 || x >= this.side || y >= this.side) return undefined
    return { row: Math.floor(this._row + y / this.cell), column: Math.floor(this._column + x / this.cell) }
  }

  /** The indices in sight along one axis: from `first` up to, not including, `end`. */
  columns(): { first: number; end: number } {
    return {
      first: Math.floor(this._column),
      end: Math.min(this.extent, Math.ceil(this._column + this.side / this.cell))
    }
  }

  rows(): { first: number; end: number } {
    return { first: Math.floor(this._row), end: Math.min(this.extent, Math.ceil(this._row + this.side / this.cell)) }
  }

  resize(side: number, extent: number): void {
    this.side = Math.max(1, side)
    this.extent = Math.max(1, extent)
    this._zoom = Math.min(this._zoom, this._largestZoom)
    this._clamp()
  }

  /** Zooms about a point, which stays where it is. */
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

  /** Brings a cell into sight, moving no further than it must. */
  reveal(row: number, column: number): void {
    const span = this.side / this.cell
    this._column = Math.min(column, Math.max(this._column, column + 1 - span))
    this._row = Math.min(row, Math.max(this._row, row + 1 - span))
    this._clamp()
  }

  fit(): void {
    this._zoom = 1
    this._clamp()
  }

  private _clamp(): void {
    const most = this.extent - this.side / this.cell
    this._column = Math.max(0, Math.min(this._column, most))
    this._row = Math.max(0, Math.min(this._row, most))
  }
}
