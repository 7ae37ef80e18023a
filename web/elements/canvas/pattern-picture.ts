/** One head's pattern as an image, one pixel a weight, which adds new rows while a text grows. */
import type { PatternSource } from 'attenscope'
import { queryEnd, visibleKeys, type CellFacts } from '../base/layout.js'
import { BlockMaxima } from '../sources/block-maxima.js'
import { levelOf, rampOf, type ColorScale } from './color-scale.js'
import type { Palette } from './palette.js'
import type { HeadRef } from '../base/refs.js'

/** How many rows and columns a matrix has. */
export interface Extent {
  readonly columns: number
  readonly rows: number
}

/** The side of a picture while its text grows: rows fill it in place, and it changes its size only now and then. */
const EXTENTS = [8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048]

/** How many rows and columns a picture has room for; exactly those of the texts once they are complete. */
export function extentOf(source: PatternSource, writing: boolean): Extent {
  const rows = Math.max(1, roomFor(queryEnd(source), writing))
  // A decoder's text grows along both sides, a target beside its source along one.
  return { rows, columns: source.part === 'decoder' ? rows : Math.max(1, source.keyCount) }
}

export function roomFor(count: number, writing: boolean): number {
  return writing ? (EXTENTS.find((extent) => extent >= count) ?? count) : count
}

/** Rows between two looks at the clock. */
const ROWS_AT_ONCE = 16

/** Holds block maxima in at most `limit` pixels along a side. */
export class PatternPicture {
  readonly canvas = document.createElement('canvas')
  private _maxima: BlockMaxima
  private _source?: PatternSource & CellFacts
  private _layer = -1
  private _head = -1
  private _rowsSeen = 0
  private _firstStalePixelRow = 0
  private _ramp?: Uint8ClampedArray
  private _scale = ''

  constructor(private readonly _limit: number) {
    this._maxima = new BlockMaxima(_limit)
  }

  /** Weights per pixel, along a side. */
  get block(): number {
    return this._maxima.block
  }

  /**
   * Reads and colours the rows that are new since the last call, as long as there is time. False if rows are left for
   * another call: until then the old rows stay in their place.
   */
  update(
    source: PatternSource & CellFacts,
    { layer, head }: HeadRef,
    palette: Palette,
    scale: ColorScale,
    hasTime = () => true
  ): boolean {
    const end = queryEnd(source)
    if (source !== this._source || layer !== this._layer || head !== this._head || end < this._rowsSeen) {
      this._source = source
      this._layer = layer
      this._head = head
      this._rowsSeen = source.queries.first
      this._maxima = new BlockMaxima(this._limit)
      this._firstStalePixelRow = 0
    }
    const { _maxima: maxima } = this
    if (this._rowsSeen < end) {
      const isOther = maxima.fit(Math.max(end, visibleKeys(source, end - 1)), this._rowsSeen)
      const firstNew = Math.floor(this._rowsSeen / maxima.block)
      this._firstStalePixelRow = isOther ? 0 : Math.min(this._firstStalePixelRow, firstNew)
    }
    for (; this._rowsSeen < end; this._rowsSeen++) {
      if (this._rowsSeen % ROWS_AT_ONCE === 0 && !hasTime()) break
      const row = source.row(layer, head, this._rowsSeen).subarray(0, visibleKeys(source, this._rowsSeen))
      // A gap beside a number in one pixel must not hide it, whatever kind of gap it is.
      maxima.add(this._rowsSeen, source.hasGaps ? row.map((value) => (value === -Infinity ? NaN : value)) : row)
    }
    this._color(palette, scale)
    return this._rowsSeen === end
  }

  private _color(palette: Palette, scale: ColorScale): void {
    const of = rampOf(palette, scale)
    const said = [scale.kind, ...scale.ticks].join()
    const recolored = of !== this._ramp || said !== this._scale
    this._ramp = of
    this._scale = said
    const { cells, side, block } = this._maxima
    const resized = this.canvas.width !== side
    if (resized) this.canvas.width = this.canvas.height = side
    const from = resized || recolored ? 0 : this._firstStalePixelRow
    const to = Math.ceil(this._rowsSeen / block)
    if (from >= to) return
    const image = new ImageData(side, to - from)
    const pixels = new Uint32Array(image.data.buffer)
    const ramp = new Uint32Array(of.buffer)
    for (let y = from; y < to; y++) {
      // A cell that a query cannot see stays transparent: a hidden key is not a weight of 0.
      const end = this._columnsSeen(y)
      for (let x = 0; x < end; x++) {
        const value = cells[y * side + x]!
        if (!Number.isNaN(value)) pixels[(y - from) * side + x] = ramp[levelOf(value, scale)]!
      }
    }
    this.canvas.getContext('2d')?.putImageData(image, 0, from)
    this._firstStalePixelRow = to
  }

  /** Pixels of a row that stand for keys which one of its queries sees. */
  private _columnsSeen(y: number): number {
    const source = this._source
    if (!source) return 0
    const last = Math.min((y + 1) * this.block, this._rowsSeen) - 1
    return Math.min(this._maxima.side, Math.ceil(visibleKeys(source, last) / this.block))
  }
}
