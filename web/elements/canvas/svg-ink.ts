/** Writes the calls that painters make on a canvas as SVG, so that one painter draws each picture. */
import type { Ink } from './canvas-surface.js'
import { escaped } from './markup-text.js'

/** A picture with at most so many pixels becomes rectangles, sharp at any size; a larger one becomes an image. */
const MOST_CELLS = 128 * 128

interface State {
  readonly transforms: readonly string[]
  readonly fillStyle: Ink['fillStyle']
  readonly strokeStyle: Ink['strokeStyle']
  readonly lineWidth: number
  readonly lineCap: CanvasLineCap
  readonly lineJoin: CanvasLineJoin
  readonly globalAlpha: number
  readonly font: string
  readonly textAlign: CanvasTextAlign
  readonly textBaseline: CanvasTextBaseline
  readonly dash: readonly number[]
  /** Groups that clip() opened since the last save(). */
  readonly groups: number
}

const BASELINES: Readonly<Partial<Record<CanvasTextBaseline, string>>> = {
  middle: 'central',
  top: 'text-before-edge',
  bottom: 'text-after-edge'
}
const ANCHORS: Readonly<Partial<Record<CanvasTextAlign, string>>> = { center: 'middle', right: 'end', end: 'end' }

const n = (value: number) => String(Math.round(value * 100) / 100)

export class SvgInk implements Ink {
  fillStyle: Ink['fillStyle'] = '#000'
  strokeStyle: Ink['strokeStyle'] = '#000'
  lineWidth = 1
  lineCap: CanvasLineCap = 'butt'
  lineJoin: CanvasLineJoin = 'miter'
  globalAlpha = 1
  font = '10px sans-serif'
  textAlign: CanvasTextAlign = 'start'
  textBaseline: CanvasTextBaseline = 'alphabetic'
  imageSmoothingEnabled = true
  private readonly _parts: string[] = []
  private readonly _defs: string[] = []
  private readonly _saved: State[] = []
  private _transforms: readonly string[] = []
  private _dash: readonly number[] = []
  private _groups = 0
  private _path: string[] = []
  private readonly _ruler = document.createElement('canvas').getContext('2d')

  /** The colours of hatching and of the paper. */
  constructor(
    private readonly _hatch: string,
    private readonly _paper: string
  ) {}

  /** The SVG of everything drawn so far. */
  get content(): string {
    const defs = this._defs.length > 0 ? `<defs>${this._defs.join('')}</defs>` : ''
    return `${defs}${this._parts.join('')}`
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign, textBaseline } = this
    this._saved.push({
      ...{ fillStyle, strokeStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign, textBaseline },
      ...{ transforms: this._transforms, dash: this._dash, groups: this._groups }
    })
    this._groups = 0
  }

  restore(): void {
    const state = this._saved.pop()
    if (!state) return
    this._parts.push('</g>'.repeat(this._groups))
    const { transforms, dash, groups, ...style } = state
    Object.assign(this, style)
    this._transforms = transforms
    this._dash = dash
    this._groups = groups
  }

  translate(x: number, y: number): void {
    this._transforms = [...this._transforms, `translate(${n(x)} ${n(y)})`]
  }

  rotate(angle: number): void {
    this._transforms = [...this._transforms, `rotate(${n((angle * 180) / Math.PI)})`]
  }

  beginPath(): void {
    this._path = []
  }

  closePath(): void {
    this._path.push('Z')
  }

  moveTo(x: number, y: number): void {
    this._path.push(`M${n(x)} ${n(y)}`)
  }

  lineTo(x: number, y: number): void {
    this._path.push(`${this._path.length === 0 ? 'M' : 'L'}${n(x)} ${n(y)}`)
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this._path.push(`C${n(x1)} ${n(y1)} ${n(x2)} ${n(y2)} ${n(x)} ${n(y)}`)
  }

  rect(x: number, y: number, width: number, height: number): void {
    this._path.push(`M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}Z`)
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.max(0, Math.min(radius, width / 2, height / 2))
    const arc = (dx: number, dy: number) => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`
    const [w, h] = [width - 2 * r, height - 2 * r]
    this._path.push(
      `M${n(x + r)} ${n(y)}h${n(w)}${arc(r, r)}v${n(h)}${arc(-r, r)}h${n(-w)}${arc(-r, -r)}v${n(-h)}${arc(r, -r)}Z`
    )
  }

  /** Painters draw only whole circles. */
  arc(x: number, y: number, radius: number): void {
    const r = n(radius)
    this._path.push(`M${n(x - radius)} ${n(y)}a${r} ${r} 0 1 0 ${n(2 * radius)} 0a${r} ${r} 0 1 0 ${n(-2 * radius)} 0Z`)
  }

  clip(): void {
    const id = `clip${this._defs.length}`
    this._defs.push(`<clipPath id="${id}"><path d="${this._path.join('')}"${this._transform()}/></clipPath>`)
    this._parts.push(`<g clip-path="url(#${id})">`)
    this._groups++
  }

  fill(): void {
    this._parts.push(`<path d="${this._path.join('')}"${this._fill()}${this._transform()}/>`)
  }

  stroke(): void {
    this._parts.push(`<path d="${this._path.join('')}" fill="none"${this._stroke()}${this._transform()}/>`)
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this._parts.push(`<rect ${box(x, y, width, height)}${this._fill()}${this._transform()}/>`)
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this._parts.push(`<rect ${box(x, y, width, height)} fill="none"${this._stroke()}${this._transform()}/>`)
  }

  /** SVG has no clearing: a rectangle of paper covers the drawing to make room for a label. */
  clearRect(x: number, y: number, width: number, height: number): void {
    this._parts.push(`<rect ${box(x, y, width, height)} fill="${escaped(this._paper)}"${this._transform()}/>`)
  }

  fillText(text: string, x: number, y: number): void {
    this._text(text, x, y, this._fill())
  }

  strokeText(text: string, x: number, y: number): void {
    this._text(text, x, y, ` fill="none"${this._stroke()}`)
  }

  measureText(text: string): TextMetrics {
    const ruler = this._ruler
    if (!ruler) throw new Error('this browser has no canvas to measure a text with')
    ruler.font = this.font
    return ruler.measureText(text)
  }

  setLineDash(dash: number[]): void {
    this._dash = dash
  }

  /** The only pattern that painters fill with is hatching. */
  createPattern(): CanvasPattern {
    const pattern = `<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"><path d="M-1 6L6 -1M-1 1L1 -1M4 6L6 4" stroke="${escaped(this._hatch)}"/></pattern>`
    if (!this._defs.includes(pattern)) this._defs.push(pattern)
    return { setTransform: () => {} }
  }

  drawImage(image: CanvasImageSource, ...at: number[]): void {
    if (!(image instanceof HTMLCanvasElement)) throw new TypeError('painters draw other canvases only')
    const [sx = 0, sy = 0, sw = image.width, sh = image.height] = at.length === 8 ? at : []
    const [x = 0, y = 0, width = sw, height = sh] = at.length === 8 ? at.slice(4) : at
    const [columns, rows] = [Math.ceil(sw), Math.ceil(sh)]
    if (columns < 1 || rows < 1) return
    if (columns * rows > MOST_CELLS) return this._image(image, { sx, sy, columns, rows }, box(x, y, width, height))
    const { data } = image.getContext('2d')?.getImageData(sx, sy, columns, rows) ?? { data: new Uint8ClampedArray() }
    const [cellWidth, cellHeight] = [width / sw, height / sh]
    const cells: string[] = []
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [r, g, b, alpha] = data.subarray(4 * (row * columns + column))
        if (!alpha) continue
        // A little larger than the cell, because a seam would show between cells.
        const place = box(x + column * cellWidth, y + row * cellHeight, cellWidth + 0.1, cellHeight + 0.1)
        cells.push(`<rect ${place} fill="#${hex(r)}${hex(g)}${hex(b)}"/>`)
      }
    }
    this._parts.push(`<g shape-rendering="crispEdges"${this._transform()}>${cells.join('')}</g>`)
  }

  private _image(
    image: HTMLCanvasElement,
    { sx, sy, columns, rows }: Record<'sx' | 'sy' | 'columns' | 'rows', number>,
    place: string
  ): void {
    const cut = document.createElement('canvas')
    cut.width = columns
    cut.height = rows
    cut.getContext('2d')?.drawImage(image, sx, sy, columns, rows, 0, 0, columns, rows)
    const href = cut.toDataURL('image/png')
    const how = 'preserveAspectRatio="none" style="image-rendering:pixelated"'
    this._parts.push(`<image ${place} ${how} href="${href}"${this._transform()}/>`)
  }

  private _text(text: string, x: number, y: number, paint: string): void {
    const [, weight = '400', size = '10'] = /^(\d+)?\s*([\d.]+)px/.exec(this.font) ?? []
    // Another computer may have another font: the text keeps the width for which there is room.
    const length = n(this.measureText(text).width)
    const baseline = BASELINES[this.textBaseline]
    const anchor = ANCHORS[this.textAlign]
    this._parts.push(
      `<text x="${n(x)}" y="${n(y)}" textLength="${length}" lengthAdjust="spacingAndGlyphs" font-size="${size}"${weight === '400' ? '' : ` font-weight="${weight}"`}${
        anchor ? ` text-anchor="${anchor}"` : ''
      }${baseline ? ` dominant-baseline="${baseline}"` : ''} xml:space="preserve"${paint}${this._transform()}>${escaped(text)}</text>`
    )
  }

  private _fill(): string {
    const color = typeof this.fillStyle === 'string' ? this.fillStyle : 'url(#hatch)'
    return ` fill="${escaped(color)}"${this.globalAlpha < 1 ? ` fill-opacity="${n(this.globalAlpha)}"` : ''}`
  }

  private _stroke(): string {
    const color = typeof this.strokeStyle === 'string' ? this.strokeStyle : '#000'
    return (
      ` stroke="${escaped(color)}"${this.lineWidth === 1 ? '' : ` stroke-width="${n(this.lineWidth)}"`}` +
      `${this.lineCap === 'butt' ? '' : ` stroke-linecap="${this.lineCap}"`}` +
      `${this.lineJoin === 'miter' ? '' : ` stroke-linejoin="${this.lineJoin}"`}` +
      `${this._dash.length > 0 ? ` stroke-dasharray="${this._dash.join(' ')}"` : ''}` +
      `${this.globalAlpha < 1 ? ` stroke-opacity="${n(this.globalAlpha)}"` : ''}`
    )
  }

  private _transform(): string {
    return this._transforms.length > 0 ? ` transform="${this._transforms.join(' ')}"` : ''
  }
}

function box(x: number, y: number, width: number, height: number): string {
  return `x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"`
}

function hex(byte = 0): string {
  return byte.toString(16).padStart(2, '0')
}
