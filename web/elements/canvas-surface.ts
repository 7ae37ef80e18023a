/** Keeps a canvas sharp and current: sized in device pixels, painted at most once a frame, painted anew when the theme changes. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { readPalette, type Palette } from './palette.js'

/** What painters draw with: a canvas, or what writes the same as SVG. */
export type Ink = Pick<
  CanvasRenderingContext2D,
  | 'save'
  | 'restore'
  | 'translate'
  | 'rotate'
  | 'beginPath'
  | 'closePath'
  | 'moveTo'
  | 'lineTo'
  | 'bezierCurveTo'
  | 'setLineDash'
  | 'fillRect'
  | 'strokeRect'
  | 'clearRect'
  | 'fillText'
  | 'strokeText'
  | 'measureText'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineCap'
  | 'lineJoin'
  | 'globalAlpha'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'imageSmoothingEnabled'
> & {
  rect(x: number, y: number, width: number, height: number): void
  roundRect(x: number, y: number, width: number, height: number, radius: number): void
  arc(x: number, y: number, radius: number, from: number, to: number): void
  clip(): void
  fill(): void
  stroke(): void
  createPattern(image: HTMLCanvasElement, repetition: string): CanvasPattern | null
  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void
  drawImage(
    image: HTMLCanvasElement,
    sx: number,
    sy: number,
    sw: number,
    sh: number,
    x: number,
    y: number,
    width: number,
    height: number
  ): void
}

/** What a painter is given: a context in CSS pixels, its size, and the colours of the theme. */
export interface Paper {
  readonly context: Ink
  readonly width: number
  readonly height: number
  /** Device pixels to a CSS pixel. */
  readonly ratio: number
  readonly palette: Palette
  /** The element's font family, for labels. */
  readonly font: string
}

type SurfaceHost = ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment }

/** Tells when colours may have changed for a reason that no element sees itself. */
class ThemeWatch extends EventTarget {
  constructor() {
    super()
    const tell = () => this.dispatchEvent(new Event('change'))
    for (const query of ['(prefers-color-scheme: dark)', 'print', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', tell)
    }
    new MutationObserver(tell).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['class', 'style', 'data-theme']
    })
  }
}

let themeWatch: ThemeWatch | undefined

/** What changes while a pointer moves, drawn over a picture that stands. */
export interface Overlay {
  /** What the picture below depends on, besides size and theme: while it is the same, the picture is kept. */
  readonly key: () => readonly unknown[]
  readonly paint: (paper: Paper) => void
}

export class CanvasSurface implements ReactiveController {
  private _canvas: HTMLCanvasElement | null = null
  private readonly _below = document.createElement('canvas')
  private _keyBelow: readonly unknown[] = []
  private _frame = 0
  private readonly _resizes = new ResizeObserver(() => this.paintNow())
  private readonly _schedule = () => this.schedule()

  constructor(
    private readonly _host: SurfaceHost,
    private readonly _paint: (paper: Paper) => void,
    private readonly _overlay?: Overlay
  ) {
    _host.addController(this)
  }

  hostConnected(): void {
    themeWatch ??= new ThemeWatch()
    themeWatch.addEventListener('change', this._schedule)
  }

  hostDisconnected(): void {
    themeWatch?.removeEventListener('change', this._schedule)
    this._resizes.disconnect()
    cancelAnimationFrame(this._frame)
    this._frame = 0
    this._canvas = null
  }

  hostUpdated(): void {
    const canvas = this._host.renderRoot.querySelector('canvas')
    if (canvas !== this._canvas) {
      this._resizes.disconnect()
      if (canvas) this._resizes.observe(canvas)
      this._canvas = canvas
    }
    // Within the same frame as the markup that the update brought.
    this.paintNow()
  }

  schedule(): void {
    if (this._frame === 0 && this._canvas) this._frame = requestAnimationFrame(() => this.paintNow())
  }

  /** Paints at once: a resize that waited for the next frame would show the old picture stretched. */
  paintNow(): void {
    cancelAnimationFrame(this._frame)
    this._frame = 0
    const canvas = this._canvas
    const probe = this._host.renderRoot.querySelector('.probe')
    if (!canvas?.isConnected || !probe) return
    const { clientWidth: width, clientHeight: height } = canvas
    const ratio = window.devicePixelRatio || 1
    if (width === 0 || height === 0) return
    const font = getComputedStyle(canvas).fontFamily
    const paper = { width, height, ratio, palette: readPalette(probe), font }
    const context = clean(canvas, paper)
    if (!context) return
    if (!this._overlay) return this._paint({ ...paper, context })
    const { key } = this._overlay
    const parts = () => [...key(), ...Object.values(paper)]
    const now = parts()
    if (now.length !== this._keyBelow.length || now.some((part, at) => !Object.is(part, this._keyBelow[at]))) {
      const below = clean(this._below, paper)
      if (below) this._paint({ ...paper, context: below })
      // What is painted may have been laid out on the way.
      this._keyBelow = parts()
    }
    // Device pixel by device pixel: sizes are rounded.
    context.drawImage(this._below, 0, 0, this._below.width / ratio, this._below.height / ratio)
    this._overlay.paint({ ...paper, context })
  }
}

/** An empty canvas of that many CSS pixels. */
function clean(canvas: HTMLCanvasElement, { width, height, ratio }: Pick<Paper, 'width' | 'height' | 'ratio'>) {
  const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== deviceWidth) canvas.width = deviceWidth
  if (canvas.height !== deviceHeight) canvas.height = deviceHeight
  const context = canvas.getContext('2d')
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  context?.clearRect(0, 0, width, height)
  return context
}
