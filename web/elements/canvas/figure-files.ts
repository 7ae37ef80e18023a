/** Writes figures as SVG, and as PNG for print. kept-files.ts loads this file on demand. */
import type { Ink } from './canvas-surface.js'
import { rampOf, type ColorScale } from './color-scale.js'
import { fitting, type Figure } from '../parts/figure.js'
import { LEVELS, printPalette, type Palette } from './palette.js'
import { escaped } from './markup-text.js'
import { SvgInk } from './svg-ink.js'

const MARGIN = 16
const TITLE = 40
const LEGEND = 40
const LEGEND_WIDTH = 200
/** Device pixels per pixel of a PNG: enough for print. */
const PNG_RATIO = 3

export function toSvg(figure: Figure, font: string): string {
  const { width, height } = sizeOf(figure)
  const ink = new SvgInk(printPalette().rule)
  paintFigure(figure, ink, 1, font)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${escaped(font)}" role="img" aria-label="${escaped(figure.title)}"><title>${escaped(figure.title)}</title>` +
    `<rect width="100%" height="100%" fill="#fff"/>${ink.content}</svg>`
  )
}

export async function toPng(figure: Figure, font: string): Promise<Blob> {
  const { width, height } = sizeOf(figure)
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * PNG_RATIO)
  canvas.height = Math.round(height * PNG_RATIO)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser gives no canvas of that size')
  context.scale(PNG_RATIO, PNG_RATIO)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  paintFigure(figure, context, PNG_RATIO, font)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large'))), 'image/png')
  )
}

function sizeOf({ width, height, scale }: Figure): { width: number; height: number } {
  return {
    width: Math.ceil(Math.max(width, LEGEND_WIDTH) + 2 * MARGIN),
    height: Math.ceil(TITLE + height + (scale ? LEGEND : 0) + 2 * MARGIN)
  }
}

function paintFigure(figure: Figure, ink: Ink, ratio: number, font: string): void {
  const palette = printPalette()
  const { width, height, title, note, scale } = figure
  ink.save()
  ink.translate(MARGIN, MARGIN)
  ink.textBaseline = 'top'
  ink.textAlign = 'left'
  ink.fillStyle = palette.ink
  ink.font = `600 14px ${font}`
  ink.fillText(title, 0, 0)
  if (note) {
    ink.font = `400 11px ${font}`
    ink.fillStyle = palette.muted
    ink.fillText(fitting(ink, note, width), 0, 19)
  }
  ink.save()
  ink.translate(0, TITLE)
  figure.paint({ context: ink, width, height, band: { top: 0, bottom: height }, ratio, palette, font })
  ink.restore()
  if (scale) {
    ink.translate(0, TITLE + height + 10)
    paintLegend(ink, palette, scale, font)
  }
  ink.restore()
}

function paintLegend(ink: Ink, palette: Palette, scale: ColorScale, font: string): void {
  const ramp = rampOf(palette, scale)
  const steps = 50
  for (let step = 0; step < steps; step++) {
    const level = 4 * Math.round((step / (steps - 1)) * (LEVELS - 1))
    ink.fillStyle = `rgb(${ramp[level]}, ${ramp[level + 1]}, ${ramp[level + 2]})`
    ink.fillRect((step * LEGEND_WIDTH) / steps, 0, LEGEND_WIDTH / steps + 0.2, 8)
  }
  ink.strokeStyle = palette.rule
  ink.lineWidth = 1
  ink.strokeRect(0, 0, LEGEND_WIDTH, 8)
  ink.font = `400 10px ${font}`
  ink.fillStyle = palette.muted
  ink.textBaseline = 'top'
  const last = scale.ticks.length - 1
  scale.ticks.forEach((tick, at) => {
    ink.textAlign = at === 0 ? 'left' : at === last ? 'right' : 'center'
    ink.fillText(scale.format(tick), (at * LEGEND_WIDTH) / last, 12)
  })
}
