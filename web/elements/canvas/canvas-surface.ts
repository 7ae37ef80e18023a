/**
 * Keeps a canvas sharp and current: sized in device pixels, painted at most once a frame, painted anew when the theme changes.
 *
 * What is much at once is shared out among frames: one picture after another, and of a tall one what is in sight first.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { bandsOf, contextOf, isOutOfSight, putBack, resize } from './canvas-parts.js'
import { readPalette, type Palette } from './palette.js'
import { scheduler } from '../pacing/scheduler.js'
import { Wait } from '../pacing/waits.js'

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

/** A part of a canvas from side to side, in CSS pixels. */
export interface Band {
  readonly top: number
  readonly bottom: number
}

/** What a painter is given: a context in CSS pixels, its size, and the colours of the theme. */
export interface Paper {
  readonly context: Ink
  readonly width: number
  readonly height: number
  /** What is painted now: what stands above or below need not be. */
  readonly band: Band
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

/** A part of a canvas, in CSS pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What changes while a pointer moves, drawn over a picture that stands. */
export interface Overlay {
  /** What the picture below depends on, besides size and theme: while it is the same, the picture is kept. */
  readonly key: () => readonly unknown[]
  /** Tells where it painted: there the picture is put back before it paints again. */
  readonly paint: (paper: Paper) => readonly Area[]
}

export class CanvasSurface implements ReactiveController {
  private _canvas: HTMLCanvasElement | null = null
  /** As the layout left it: to ask for it while markup changes would lay out the page once more. */
  private _size = { width: 0, height: 0 }
  private readonly _below = document.createElement('canvas')
  private _keyBelow: readonly unknown[] = []
  private _painted: readonly Area[] = []
  private readonly _wait: Wait
  private readonly _resizes = new ResizeObserver(() => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = this._canvas ?? {}
    const isFirst = this._size.width === 0
    this._size = { width, height }
    // What has no picture yet can wait for the next frame; what has one would show it stretched.
    if (isFirst && (scheduler.isFrameFull || (this._canvas && isOutOfSight(this._canvas)))) this.schedule()
    else this.paintNow()
  })
  private readonly _schedule = () => this.schedule()

  constructor(
    private readonly _host: SurfaceHost,
    private readonly _paint: (paper: Paper) => void,
    private readonly _overlay?: Overlay
  ) {
    this._wait = new Wait(_host)
    _host.addController(this)
  }

  hostConnected(): void {
    themeWatch ??= new ThemeWatch()
    themeWatch.addEventListener('change', this._schedule)
  }

  hostDisconnected(): void {
    themeWatch?.removeEventListener('change', this._schedule)
    this._observe(null)
  }

  hostUpdated(): void {
    this._observe(this._host.renderRoot.querySelector('canvas'))
    // Within the same frame as the markup that the update brought, if it has time for that.
    if (scheduler.isFrameFull) this.schedule()
    else this.paintNow()
  }

  schedule(): void {
    if (this._canvas) this._wait.forFreeFrame(() => this.paintNow())
    else this._wait.cancel()
  }

  /** Paints at once. */
  paintNow(): void {
    this._wait.cancel()
    const canvas = this._canvas
    const probe = this._host.renderRoot.querySelector('.probe')
    const { width, height } = this._size
    if (!canvas?.isConnected || !probe || width === 0 || height === 0) return
    const ratio = window.devicePixelRatio || 1
    // Of what stands in a container the style would take a layout to know; the probe stands outside.
    const font = getComputedStyle(probe).fontFamily
    const paper = { width, height, band: { top: 0, bottom: height }, ratio, palette: readPalette(probe), font }
    const isNew = resize(canvas, paper)
    const context = contextOf(canvas, ratio)
    if (!context) return
    if (this._overlay) return scheduler.paint(() => this._paintOver({ ...paper, context }, isNew))
    const { seen, unseen } = bandsOf(canvas, height, ratio)
    this._paintBands({ ...paper, context }, seen, () => {
      const goOn = () => this._wait.forFreeFrame(() => this._paintBands({ ...paper, context }, unseen))
      if (unseen.length > 0) this._wait.forQuiet('outOfSight', goOn)
    })
  }

  /** As many as a frame has time for, then in the next. */
  private _paintBands(
    paper: Paper & { readonly context: CanvasRenderingContext2D },
    bands: readonly Band[],
    whenDone: () => void = () => {}
  ): void {
    const { context, width } = paper
    let painted = 0
    while (painted < bands.length && !(painted > 0 && scheduler.isFrameFull)) {
      const { top, bottom } = bands[painted++]!
      scheduler.paint(() => {
        context.save()
        context.beginPath()
        context.rect(0, top, width, bottom - top)
        context.clip()
        context.clearRect(0, top, width, bottom - top)
        this._paint({ ...paper, band: { top, bottom } })
        context.restore()
      })
    }
    if (painted === bands.length) whenDone()
    else this._wait.forFreeFrame(() => this._paintBands(paper, bands.slice(painted), whenDone))
  }

  /** The picture where it is not there any more, and what is in hand. */
  private _paintOver(paper: Paper & { readonly context: CanvasRenderingContext2D }, isNew: boolean): void {
    const { context, ratio } = paper
    const { _below: below, _overlay: overlay } = this
    const isSame = !this._paintBelow(paper) && !isNew
    const whole = { x: 0, y: 0, width: below.width / ratio, height: below.height / ratio }
    for (const area of isSame ? this._painted : [whole]) putBack(context, below, area, ratio)
    this._painted = overlay?.paint(paper) ?? []
  }

  /** The size of a canvas is told within the frame in which it is first seen. */
  private _observe(canvas: HTMLCanvasElement | null): void {
    if (canvas === this._canvas) return
    this._resizes.disconnect()
    this._size = { width: 0, height: 0 }
    this._canvas = canvas
    if (canvas) this._resizes.observe(canvas)
  }

  /** True where the picture had to be painted anew. */
  private _paintBelow({ context: _, band, ...paper }: Paper): boolean {
    const parts = () => [...(this._overlay?.key() ?? []), ...Object.values(paper)]
    const now = parts()
    if (now.length === this._keyBelow.length && now.every((part, at) => Object.is(part, this._keyBelow[at])))
      return false
    resize(this._below, paper)
    const context = contextOf(this._below, paper.ratio)
    context?.clearRect(0, 0, paper.width, paper.height)
    if (context) this._paint({ ...paper, band, context })
    // What is painted may have been laid out on the way.
    this._keyBelow = parts()
    return true
  }
}
