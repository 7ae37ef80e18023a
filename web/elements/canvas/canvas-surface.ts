/**
 * Keeps a canvas sharp and current. Its size follows the layout in device pixels, and it is painted again when the
 * theme changes. pacing/scheduler.ts says when it is painted, and how tall pictures are shared out among frames.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { bandsOf, contextOf, isOutOfSight, putBack, resize } from './canvas-parts.js'
import { readPalette, type Palette } from './palette.js'
import { onPaper, type Printable } from '../base/printing.js'
import { themeWatch } from '../base/theme-watch.js'
import { scheduler } from '../pacing/scheduler.js'
import { Wait } from '../pacing/waits.js'
import { speakAs } from '../words/language.js'

/** The part of a canvas context that painters use; `SvgInk` writes the same calls as SVG. */
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

/** A horizontal band of a canvas, in CSS pixels. */
export interface Band {
  readonly top: number
  readonly bottom: number
}

/** The arguments of a painter: a context in CSS pixels, its size, and the colours of the theme. */
export interface Paper {
  readonly context: Ink
  readonly width: number
  readonly height: number
  /** The band to paint; a painter may leave out anything above and below it. */
  readonly band: Band
  /** Device pixels per CSS pixel. */
  readonly ratio: number
  readonly palette: Palette
  /** The element's font family, for labels. */
  readonly font: string
}

type SurfaceHost = ReactiveControllerHost & HTMLElement & { readonly renderRoot: HTMLElement | DocumentFragment }

/** An area of a canvas, in CSS pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The marks that follow the pointer, drawn over a picture that stays. */
export interface Overlay {
  /**
   * The values that the picture below depends on, besides size and theme. While they are the same, the picture is kept.
   */
  readonly key: () => readonly unknown[]
  /** Paints the marks and returns their areas. Before the next call, the picture is put back there. */
  readonly paint: (paper: Paper) => readonly Area[]
}

export class CanvasSurface implements ReactiveController, Printable {
  private _canvas: HTMLCanvasElement | null = null
  /** The size that the ResizeObserver gave: reading it from the canvas during an update would force a layout. */
  private _size = { width: 0, height: 0 }
  private readonly _below = document.createElement('canvas')
  private _keyBelow: readonly unknown[] = []
  private _painted: readonly Area[] = []
  private readonly _wait: Wait
  private _offPaper?: () => void
  private readonly _resizes = new ResizeObserver(() => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = this._canvas ?? {}
    const isFirst = this._size.width === 0
    this._size = { width, height }
    // A canvas without a picture can wait for the next frame; an old picture would be stretched.
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
    themeWatch().addEventListener('change', this._schedule)
    this._offPaper = onPaper(this)
  }

  hostDisconnected(): void {
    themeWatch().removeEventListener('change', this._schedule)
    this._offPaper?.()
    this._observe(null)
  }

  hostUpdated(): void {
    this._observe(this._host.renderRoot.querySelector('canvas'))
    // The picture comes in the same frame as the markup of the update, if the frame has time.
    if (scheduler.isFrameFull) this.schedule()
    else this.paintNow()
  }

  /** In the colours of paper. The browser scales the picture to its place there. */
  enterPaper(): void {
    this._host.toggleAttribute('data-paper', true)
    this.paintNow()
  }

  leavePaper(): void {
    this._host.toggleAttribute('data-paper', false)
    this.schedule()
  }

  schedule(): void {
    if (this._canvas) this._wait.forFreeFrame(() => this.paintNow())
    else this._wait.cancel()
  }

  /** Paints at once, and cancels the painting that waits. */
  paintNow(): void {
    this._wait.cancel()
    const canvas = this._canvas
    const probe = this._host.renderRoot.querySelector('.probe')
    const { width, height } = this._size
    if (!canvas?.isConnected || !probe || width === 0 || height === 0) return
    const ratio = window.devicePixelRatio || 1
    // Reading the style of an element inside a container would force a layout; the probe stands outside.
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

  /** Paints as many bands as the frame has time for, and the others in the next frames. */
  private _paintBands(
    paper: Paper & { readonly context: CanvasRenderingContext2D },
    bands: readonly Band[],
    whenDone: () => void = () => {}
  ): void {
    const { context, width } = paper
    speakAs(this._host)
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

  /** Puts the picture back where marks were, and paints the new marks. */
  private _paintOver(paper: Paper & { readonly context: CanvasRenderingContext2D }, isNew: boolean): void {
    speakAs(this._host)
    const { context, ratio } = paper
    const { _below: below, _overlay: overlay } = this
    const isSame = !this._paintBelow(paper) && !isNew
    const whole = { x: 0, y: 0, width: below.width / ratio, height: below.height / ratio }
    for (const area of isSame ? this._painted : [whole]) putBack(context, below, area, ratio)
    this._painted = overlay?.paint(paper) ?? []
  }

  /** Follows the size of a canvas: the observer tells it within the frame in which the canvas appears. */
  private _observe(canvas: HTMLCanvasElement | null): void {
    if (canvas === this._canvas) return
    this._resizes.disconnect()
    this._size = { width: 0, height: 0 }
    this._canvas = canvas
    if (canvas) this._resizes.observe(canvas)
  }

  /** Paints the picture below if its values changed. Returns true if it was painted. */
  private _paintBelow({ context: _, band, ...paper }: Paper): boolean {
    const parts = () => [...(this._overlay?.key() ?? []), ...Object.values(paper)]
    const now = parts()
    if (now.length === this._keyBelow.length && now.every((part, at) => Object.is(part, this._keyBelow[at])))
      return false
    resize(this._below, paper)
    const context = contextOf(this._below, paper.ratio)
    context?.clearRect(0, 0, paper.width, paper.height)
    if (context) this._paint({ ...paper, band, context })
    // Painting may have changed the layout of the picture.
    this._keyBelow = parts()
    return true
  }
}
