/**
 * Writes figures as SVG and PNG, in the colours and the font that the element has on the page. kept-files.ts loads this
 * file on demand.
 */
import type { Ink, Paper } from './canvas-surface.js'
import { LEGEND, paintHatchKey, paintScale } from './legend-painting.js'
import { fitting, type Figure } from '../parts/figure.js'
import { escaped } from './markup-text.js'
import { measurePart, type PagePart } from './page-painting.js'
import { readPalette, type Palette } from './palette.js'
import { SvgInk } from './svg-ink.js'

const MARGIN = 16
const TITLE = 40
/** Between the picture and its legend, and between parts of the page. */
const GAP = 10
/** Device pixels per pixel of a PNG. */
const PNG_RATIO = 2

/** The look of an element on the page. */
interface Look {
  readonly palette: Palette
  readonly font: string
}

/** A figure with what of it comes from the page, measured. */
interface Measured extends Look {
  readonly figure: Figure
  readonly over: PagePart | undefined
  readonly parts: readonly PagePart[]
  readonly width: number
  readonly height: number
}

export function toSvg(figure: Figure, root: ParentNode): string {
  const measured = measure(figure, root)
  const { width, height, font, palette } = measured
  const ink = new SvgInk(palette.rule, palette.paper)
  paintFigure(measured, ink, 1)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${escaped(font)}" role="img" aria-label="${escaped(figure.title)}"><title>${escaped(figure.title)}</title>` +
    `<rect width="100%" height="100%" fill="${escaped(palette.paper)}"/>${ink.content}</svg>`
  )
}

export async function toPng(figure: Figure, root: ParentNode): Promise<Blob> {
  const measured = measure(figure, root)
  const { width, height, palette } = measured
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * PNG_RATIO)
  canvas.height = Math.round(height * PNG_RATIO)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser gives no canvas of that size')
  context.scale(PNG_RATIO, PNG_RATIO)
  paintFigure(measured, context, PNG_RATIO)
  // The paper comes last, below everything: painters clear the places of labels.
  context.globalCompositeOperation = 'destination-over'
  context.fillStyle = palette.paper
  context.fillRect(0, 0, width, height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large'))), 'image/png')
  )
}

/** The colours and the font of an element, from its own probe or, in a view without a canvas, from one made for it. */
function lookOf(root: ParentNode): Look {
  const known = root.querySelector('.probe')
  const probe = known ?? document.createElement('span')
  if (!known) {
    probe.className = 'probe'
    root.append(probe)
  }
  const look = { palette: readPalette(probe), font: getComputedStyle(probe).fontFamily }
  if (!known) probe.remove()
  return look
}

function measure(figure: Figure, root: ParentNode): Measured {
  const parts = (figure.parts ?? []).map(measurePart)
  const { scale, hatched } = figure
  const widths = [figure.width, ...(scale ? [LEGEND.width] : []), ...parts.map(({ width }) => width)]
  const heights = [
    TITLE + figure.height,
    ...(scale ? [LEGEND.height] : []),
    ...(hatched === undefined ? [] : [LEGEND.height / 2]),
    ...parts.map(({ height }) => height)
  ]
  return {
    ...{ figure, over: figure.over && measurePart(figure.over), parts, ...lookOf(root) },
    width: Math.ceil(Math.max(...widths) + 2 * MARGIN),
    height: Math.ceil(heights.reduce((sum, height) => sum + height + GAP) + 2 * MARGIN)
  }
}

function paintFigure({ figure, over, parts, width: all, palette, font }: Measured, ink: Ink, ratio: number): void {
  const { width, height, title, note, scale, hatched } = figure
  const inner = all - 2 * MARGIN
  const paper: Paper = { context: ink, width, height, band: { top: 0, bottom: height }, ratio, palette, font }
  const below = (room: number, paint: () => void) => {
    ink.translate(0, GAP)
    ink.save()
    paint()
    ink.restore()
    ink.translate(0, room)
  }
  ink.save()
  ink.translate(MARGIN, MARGIN)
  ink.textBaseline = 'top'
  ink.textAlign = 'left'
  ink.fillStyle = palette.ink
  ink.font = `600 14px ${font}`
  ink.fillText(fitting(ink, title, inner), 0, 0)
  if (note) {
    ink.font = `400 11px ${font}`
    ink.fillStyle = palette.muted
    ink.fillText(fitting(ink, note, inner), 0, 19)
  }
  ink.translate(0, TITLE)
  ink.save()
  figure.paint?.(paper)
  over?.paint(paper)
  ink.restore()
  ink.translate(0, height)
  if (scale) below(LEGEND.height, () => paintScale(paper, scale))
  if (hatched !== undefined) below(LEGEND.height / 2, () => paintHatchKey(paper, hatched))
  for (const part of parts) below(part.height, () => part.paint(paper))
  ink.restore()
}
