/** One head's pattern as an image, a pixel a weight, that takes up new rows while a text grows. */
import type { PatternSource, Tensor } from 'attenscope'
import { queryEnd, visibleKeys } from './layout.js'
import type { Extent } from './matrix-view.js'
import { levelOf, rampOf, type ColorScale } from './color-scale.js'
import type { Palette } from './palette.js'
import type { HeadRef } from './selection.js'

const FIRST_SIDE = 32

/** Sides of a picture that is still growing: it fills up in place, and shrinks only now and then. */
const EXTENTS = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048]

/** What stands for both in one pixel; what is unknown (NaN) gives way to any number that is not 0. */
function stronger(a: number, b: number): number {
  if (Math.abs(b) <= Math.abs(a)) return a
  // Of a NaN that comparison is false: here b is one, or is larger, or a is one.
  return Number.isNaN(b) && a !== 0 ? a : b
}

/** How many cells a picture stands for: the texts' own lengths once they are complete. */
export function extentOf(source: PatternSource, writing: boolean): Extent {
  const rows = Math.max(1, roomFor(queryEnd(source), writing))
  // What looks at itself grows along both sides, a target beside its source along one.
  return { rows, columns: source.part === 'decoder' ? rows : Math.max(1, source.keyCount) }
}

export function roomFor(count: number, writing: boolean): number {
  return writing ? (EXTENTS.find((extent) => extent >= count) ?? count) : count
}

/**
 * Holds block maxima, by size where numbers have signs: as long as the text fits into `limit` pixels a block is one weight; past that, blocks double.
 * A maximum keeps a lone strong weight visible where a mean would wash it out.
 */
export class PatternPicture {
  readonly canvas = document.createElement('canvas')
  /** Weights to a pixel, along a side. */
  block = 1
  private _side = 0
  private _values: Float32Array = new Float32Array(0)
  private _source?: PatternSource
  private _layer = -1
  private _head = -1
  private _rowsSeen = 0
  private _firstStalePixelRow = 0
  private _ramp?: Uint8ClampedArray
  private _scale = ''

  constructor(private readonly _limit: number) {}

  /** Takes up the rows that are new since the last call, and colours them. */
  update(source: PatternSource, { layer, head }: HeadRef, palette: Palette, scale: ColorScale): void {
    const end = queryEnd(source)
    if (source !== this._source || layer !== this._layer || head !== this._head || end < this._rowsSeen) {
      this._source = source
      this._layer = layer
      this._head = head
      this._rowsSeen = source.queries.first
      this._clear()
    }
    if (this._rowsSeen < end) this._fit(Math.max(end, visibleKeys(source, end - 1)))
    for (; this._rowsSeen < end; this._rowsSeen++) {
      const keyCount = visibleKeys(source, this._rowsSeen)
      this._addRow(this._rowsSeen, source.row(layer, head, this._rowsSeen).subarray(0, keyCount))
    }
    this._color(palette, scale)
  }

  /** A picture that somebody else reduced, in place of rows. */
  show({ data, shape }: Tensor, palette: Palette, scale: ColorScale): void {
    const [rows = 0, columns = 0] = shape
    const of = rampOf(palette, scale)
    if (!this._takeColors(of, scale) && data === this._values) return
    this._values = data
    this.canvas.width = Math.max(1, columns)
    this.canvas.height = Math.max(1, rows)
    const image = new ImageData(this.canvas.width, this.canvas.height)
    const pixels = new Uint32Array(image.data.buffer)
    const ramp = new Uint32Array(of.buffer)
    data.forEach((value, at) => (pixels[at] = ramp[levelOf(value, scale)]!))
    this.canvas.getContext('2d')?.putImageData(image, 0, 0)
  }

  /** True where the image has other colours. */
  private _takeColors(ramp: Uint8ClampedArray, { kind, ticks }: ColorScale): boolean {
    const scale = [kind, ...ticks].join()
    const isNew = ramp !== this._ramp || scale !== this._scale
    this._ramp = ramp
    this._scale = scale
    return isNew
  }

  private _clear(): void {
    this._side = Math.min(FIRST_SIDE, this._limit)
    this._values = new Float32Array(this._side * this._side)
    this.block = 1
    this._firstStalePixelRow = 0
  }

  private _fit(tokenCount: number): void {
    let side = this._side
    let step = 1
    while (Math.ceil(tokenCount / (this.block * step)) > side) {
      if (side < this._limit) side = Math.min(2 * side, this._limit)
      else step *= 2
    }
    if (side === this._side && step === 1) return
    const values = new Float32Array(side * side)
    const rows = Math.ceil(this._rowsSeen / this.block)
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < this._side; x++) {
        const at = Math.floor(y / step) * side + Math.floor(x / step)
        values[at] = stronger(values[at]!, this._values[y * this._side + x]!)
      }
    }
    this._values = values
    this._side = side
    this.block *= step
    this._firstStalePixelRow = 0
  }

  private _addRow(query: number, row: Float32Array): void {
    const { block, _values: values } = this
    const y = Math.floor(query / block)
    this._firstStalePixelRow = Math.min(this._firstStalePixelRow, y)
    if (block === 1) return values.set(row, y * this._side)
    for (let key = 0, at = y * this._side; key < row.length; at++) {
      let strongest = values[at]!
      for (const end = Math.min(key + block, row.length); key < end; key++) strongest = stronger(strongest, row[key]!)
      values[at] = strongest
    }
  }

  private _color(palette: Palette, scale: ColorScale): void {
    const of = rampOf(palette, scale)
    const recolored = this._takeColors(of, scale)
    const resized = this.canvas.width !== this._side
    if (resized) this.canvas.width = this.canvas.height = this._side
    const from = resized || recolored ? 0 : this._firstStalePixelRow
    const to = Math.ceil(this._rowsSeen / this.block)
    if (from >= to) return
    const image = new ImageData(this._side, to - from)
    const pixels = new Uint32Array(image.data.buffer)
    const ramp = new Uint32Array(of.buffer)
    const { _values: values, _side: side } = this
    for (let y = from; y < to; y++) {
      // What a query cannot see stays transparent: that is not a weight of 0.
      const end = this._columnsSeen(y)
      for (let x = 0; x < end; x++) {
        const value = values[y * side + x]!
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
    return Math.min(this._side, Math.ceil(visibleKeys(source, last) / this.block))
  }
}
