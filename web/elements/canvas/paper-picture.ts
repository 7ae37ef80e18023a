/** The picture of a view for paper: a canvas of its own, which keeps its proportions at any width. */
import type { Figure } from '../parts/figure.js'
import { measurePart } from './page-painting.js'
import { readPalette } from './palette.js'

/** The width of a printed picture at most, in CSS pixels: the text of a page of A4 or US letter. */
export const PAPER_WIDTH = 680

/** Device pixels per CSS pixel: 288 to the inch. */
const RATIO = 3
/** Browsers limit the pixels of a canvas. */
const MOST_PIXELS = 16e6

/** Paints a figure without its title and legend, which print as part of the page. */
export function paperPicture(figure: Figure, probe: Element): HTMLCanvasElement {
  const { title, height } = figure
  const width = Math.max(1, figure.width)
  const ratio = Math.min(RATIO, Math.sqrt(MOST_PIXELS / (width * Math.max(1, height))))
  const canvas = document.createElement('canvas')
  canvas.className = 'printed'
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  // Through the CSSOM, because a strict Content-Security-Policy refuses style attributes.
  canvas.style.inlineSize = `${width}px`
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', title)
  const context = canvas.getContext('2d')
  if (!context) return canvas
  context.scale(ratio, ratio)
  const { fontFamily: font } = getComputedStyle(probe)
  const paper = { context, width, height, band: { top: 0, bottom: height }, ratio, palette: readPalette(probe), font }
  figure.paint?.(paper)
  if (figure.over) measurePart(figure.over).paint(paper)
  return canvas
}
