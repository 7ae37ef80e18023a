/** The form in which a view gives its picture and its numbers to files. */
import type { Ink, Paper } from '../canvas/canvas-surface.js'
import type { ColorScale } from '../canvas/color-scale.js'
import { significant } from './format.js'

/** Rows of cells under named columns. A number stays a number. */
export interface Table {
  /** The title of the numbers, if it differs from the picture's title. */
  readonly title?: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

export interface Figure {
  readonly title: string
  /** A second line: the name in the trace, or the text. */
  readonly note?: string
  readonly width: number
  readonly height: number
  readonly scale?: ColorScale
  /** The meaning of hatched cells, if the picture has some. */
  readonly hatched?: string
  /** Paints the picture; a view that consists of elements of the page has only parts. */
  readonly paint?: (paper: Paper) => void
  /** An element of the page that is painted over the picture, from the same corner. */
  readonly over?: Element
  /** Elements of the page that belong to the picture, one below another, painted as they look there. */
  readonly parts?: readonly Element[]
}

/** The part of a figure that consists of the elements of a view that match the selector. */
export function partsFigure(root: ParentNode, selector: string): Pick<Figure, 'width' | 'height' | 'parts'> {
  return { width: 0, height: 0, parts: [...root.querySelectorAll(selector)] }
}

/** A table as a picture, for views that are tables on the page. */
export function tableFigure(title: string, { columns, rows }: Table, note?: string): Figure {
  const COLUMN = 84
  const ROW = 20
  const shown = rows.map((row) => row.map(cellText))
  return {
    ...{ title, width: COLUMN * columns.length, height: ROW * (1 + rows.length) },
    ...(note && { note }),
    paint: ({ context: ink, palette, font, width }) => {
      ink.textBaseline = 'middle'
      const line = (cells: readonly string[], at: number, color: string, weight: number) => {
        ink.font = `${weight} 11px ${font}`
        ink.fillStyle = color
        cells.forEach((cell, column) => {
          ink.textAlign = column === 0 ? 'left' : 'right'
          ink.fillText(fitting(ink, cell, COLUMN - 8), column === 0 ? 0 : (column + 1) * COLUMN, (at + 0.5) * ROW)
        })
      }
      line(columns, 0, palette.muted, 400)
      ink.strokeStyle = palette.rule
      ink.lineWidth = 1
      ink.beginPath()
      ink.moveTo(0, ROW)
      ink.lineTo(width, ROW)
      ink.stroke()
      shown.forEach((row, at) => line(row, at + 1, palette.ink, 400))
    }
  }
}

/** A cell for a reader. Whole numbers are counts and indices, which are not rounded. */
export function cellText(cell: string | number): string {
  if (typeof cell === 'string') return cell
  return Number.isInteger(cell) ? String(cell) : significant(cell)
}

/** The start of a text that fits into a width. */
export function fitting(ink: Ink, text: string, width: number): string {
  let shown = Array.from(text)
  while (shown.length > 1 && ink.measureText(shown.join('')).width > width) shown = [...shown.slice(0, -2), '…']
  return shown.join('')
}
