/** The size, the context and the bands of a canvas in device pixels. */
import type { Area, Band, Paper } from './canvas-surface.js'

/** The height of a band, in CSS pixels. */
const BAND = 512

/** Gives a canvas a size in CSS pixels. Returns true if the size changed, which empties the canvas. */
export function resize(
  canvas: HTMLCanvasElement,
  { width, height, ratio }: Pick<Paper, 'width' | 'height' | 'ratio'>
): boolean {
  const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width === deviceWidth && canvas.height === deviceHeight) return false
  canvas.width = deviceWidth
  canvas.height = deviceHeight
  return true
}

export function contextOf(canvas: HTMLCanvasElement, ratio: number): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d')
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

/** Copies an area of the picture to the context, device pixel by device pixel. */
export function putBack(
  context: CanvasRenderingContext2D,
  picture: HTMLCanvasElement,
  area: Area,
  ratio: number
): void {
  const [left, top] = [Math.max(0, Math.floor(area.x * ratio)), Math.max(0, Math.floor(area.y * ratio))]
  const right = Math.min(picture.width, Math.ceil((area.x + area.width) * ratio))
  const bottom = Math.min(picture.height, Math.ceil((area.y + area.height) * ratio))
  const [width, height] = [right - left, bottom - top]
  if (width <= 0 || height <= 0) return
  context.save()
  context.resetTransform()
  context.clearRect(left, top, width, height)
  context.drawImage(picture, left, top, width, height, left, top, width, height)
  context.restore()
}

/** True if no part of the canvas is in the window. */
export function isOutOfSight(canvas: HTMLCanvasElement): boolean {
  const { top, bottom } = canvas.getBoundingClientRect()
  return bottom <= 0 || top >= window.innerHeight
}

/** Cuts a canvas into bands: those in the window, and the others. */
export function bandsOf(canvas: HTMLCanvasElement, height: number, ratio: number): Record<'seen' | 'unseen', Band[]> {
  if (height <= BAND) return { seen: [{ top: 0, bottom: height }], unseen: [] }
  // Bands meet between device pixels.
  const edge = (at: number) => Math.min(height, Math.round(at * BAND * ratio) / ratio)
  const bands = Array.from({ length: Math.ceil(height / BAND) }, (_, at) => ({ top: edge(at), bottom: edge(at + 1) }))
  const { top } = canvas.getBoundingClientRect()
  const isSeen = (band: Band) => top + band.bottom > 0 && top + band.top < innerHeight
  return { seen: bands.filter(isSeen), unseen: bands.filter((band) => !isSeen(band)) }
}
