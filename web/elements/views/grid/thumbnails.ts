/** A small picture of each head: drawn here from the weights, or made by the engine for a long text. */
import type { Tensor } from 'attenscope'
import { levelOf, rampOf, type ColorScale } from '../../canvas/color-scale.js'
import type { Palette } from '../../canvas/palette.js'
import { extentOf, PatternPicture } from '../../canvas/pattern-picture.js'
import type { HeadRef } from '../../base/refs.js'
import type { TunedSource } from '../../sources/tuned-source.js'

export interface Thumbnail {
  readonly canvas: HTMLCanvasElement
  /** The picture's upper left corner on the canvas. */
  readonly x: number
  readonly y: number
  /** Weights per pixel, along a side. */
  readonly block: number
}

export class Thumbnails {
  private readonly _own: PatternPicture[] = []
  private readonly _sheet = new PictureSheet()

  /** `side`: the most pixels along a side of a picture that is drawn here. */
  constructor(private readonly _side: number) {}

  /**
   * Adds new weights to the pictures. Returns the picture of each head in order; `undefined` for one that has not
   * arrived.
   */
  update(
    source: TunedSource,
    heads: readonly HeadRef[],
    palette: Palette,
    scale: ColorScale
  ): readonly (Thumbnail | undefined)[] {
    const { pictures } = source
    if (pictures) {
      const { columns, rows } = extentOf(source, false)
      const small = heads.map(({ layer, head }) => pictures(layer, head))
      return this._sheet
        .update(small, palette, scale)
        .map(
          (place, at) =>
            place && { ...place, block: Math.ceil(Math.max(columns, rows) / Math.max(...(small[at]?.shape ?? [1]))) }
        )
    }
    return heads.map((head, at) => {
      const picture = (this._own[at] ??= new PatternPicture(this._side))
      picture.update(source, head, palette, scale)
      return { canvas: picture.canvas, x: 0, y: 0, block: picture.block }
    })
  }
}

/** Pictures of one shape on one canvas: making a canvas for each takes longer than colouring it. */
class PictureSheet {
  private readonly _canvas = document.createElement('canvas')
  /** The pictures that are drawn, by place. */
  private _drawn: (Tensor | undefined)[] = []
  private _ramp?: Uint8ClampedArray
  /** The scale and the sizes of all pictures. */
  private _form = ''

  update(
    pictures: readonly (Tensor | undefined)[],
    palette: Palette,
    scale: ColorScale
  ): readonly (Omit<Thumbnail, 'block'> | undefined)[] {
    const { _canvas: canvas } = this
    const [height = 0, width = 0] = pictures.find((picture) => picture !== undefined)?.shape ?? []
    const context = canvas.getContext('2d')
    if (!context || width === 0 || height === 0) return pictures.map(() => undefined)
    // About as high as wide, because browsers limit a canvas's length.
    const across = Math.ceil(Math.sqrt(pictures.length))
    const ramp = rampOf(palette, scale)
    const form = [scale.kind, ...scale.ticks, width, height, pictures.length].join()
    if (ramp !== this._ramp || form !== this._form) {
      this._ramp = ramp
      this._form = form
      this._drawn = []
      canvas.width = across * width
      canvas.height = Math.ceil(pictures.length / across) * height
    }
    const image = new ImageData(width, height)
    const pixels = new Uint32Array(image.data.buffer)
    const colors = new Uint32Array(ramp.buffer)
    return pictures.map((picture, at) => {
      if (!picture) return undefined
      const [x, y] = [(at % across) * width, Math.floor(at / across) * height]
      if (picture !== this._drawn[at]) {
        picture.data.forEach((value, cell) => (pixels[cell] = colors[levelOf(value, scale)]!))
        context.putImageData(image, x, y)
        this._drawn[at] = picture
      }
      return { canvas, x, y }
    })
  }
}
