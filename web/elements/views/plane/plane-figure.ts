/** The plane of queries and keys for print: every point with its name. */
import type { Figure, Table } from '../../parts/figure.js'
import * as words from '../../words/index.js'

const SIDE = 480
const MARGIN = 32

/** The approximate width of a letter, in pixels. */
export const GLYPH = 6

/** The start of a point's name beside it; its end, if the name would cross the right edge. */
export function besidePoint(
  x: number,
  name: string,
  side: number
): { readonly x: number; readonly align: 'left' | 'right' } {
  return x + GLYPH * (name.length + 1) > side ? { x: x - GLYPH, align: 'right' } : { x: x + GLYPH, align: 'left' }
}

/** `table`: kind, index, token, x, y. */
export function planeFigure(title: string, { rows }: Table): Figure {
  const points = rows.map(([kind, , token, x, y]) => ({
    isQuery: kind === words.plane.queries,
    ...{ token: String(token), x: Number(x), y: Number(y) }
  }))
  const most = points.reduce((far, { x, y }) => Math.max(far, Math.abs(x), Math.abs(y)), 0) || 1
  const place = (value: number) => (value / most) * (SIDE / 2 - MARGIN)
  return {
    ...{ title, note: `● ${words.plane.queries}  ○ ${words.plane.keys}`, width: SIDE, height: SIDE },
    paint: ({ context, palette, font }) => {
      context.strokeStyle = palette.rule
      context.lineWidth = 1
      context.beginPath()
      context.moveTo(0, SIDE / 2)
      context.lineTo(SIDE, SIDE / 2)
      context.moveTo(SIDE / 2, 0)
      context.lineTo(SIDE / 2, SIDE)
      context.stroke()
      context.font = `400 10px ${font}`
      context.textBaseline = 'middle'
      for (const { isQuery, token, x, y } of points) {
        const [left, top] = [SIDE / 2 + place(x), SIDE / 2 - place(y)]
        context.beginPath()
        context.arc(left, top, 4, 0, 2 * Math.PI)
        context.fillStyle = palette.accent
        context.strokeStyle = palette.ink
        if (isQuery) context.fill()
        else context.stroke()
        context.fillStyle = isQuery ? palette.ink : palette.muted
        const name = besidePoint(left, token, SIDE)
        context.textAlign = name.align
        context.fillText(token, name.x, top + (isQuery ? -5 : 6))
      }
    }
  }
}
