/** Draws one head's matrix: cells, hatching where a key is hidden, labels or ticks along both axes, and what is in hand. */
import type { PatternSource } from 'attenscope'
import type { Paper } from './canvas-surface.js'
import { drawLabelAbove, drawLabelCentred, drawLabelLeftOf, LABEL_SIZE } from './canvas-text.js'
import { significant } from './format.js'
import type { MatrixView } from './matrix-view.js'
import { wantsPaperText } from './palette.js'
import type { PatternPicture } from './pattern-picture.js'
import type { HeadRef, ScaleKind, TokenRef } from './selection.js'

/** Room for labels left of the plot and above it. */
export const MARGIN = 64
const LABEL_GAP = 6
/** A cell this wide has room for its number, or for a label set level above it. */
const ROOMY_CELL = 40
const TICK_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const TICK_SPACING = 32

export interface MatrixFigure {
  readonly source: PatternSource
  readonly head: HeadRef
  readonly scale: ScaleKind
  readonly token?: TokenRef
  readonly view: MatrixView
  readonly picture: PatternPicture
}

export function paintMatrix(paper: Paper, figure: MatrixFigure): void {
  const { context } = paper
  const { view } = figure
  context.save()
  context.translate(MARGIN, MARGIN)
  context.save()
  context.beginPath()
  context.rect(0, 0, view.side, view.side)
  context.clip()
  paintHatching(paper, figure)
  paintCells(paper, figure)
  if (figure.token) paintCross(paper, figure, figure.token)
  context.restore()
  context.strokeStyle = paper.palette.rule
  context.lineWidth = 1
  context.strokeRect(-0.5, -0.5, view.side + 1, view.side + 1)
  paintLabels(paper, figure)
  paintAxisNames(paper)
  context.restore()
}

function rowEnd({ queries }: PatternSource): number {
  return queries.first + queries.count
}

function paintHatching({ context, ratio, palette }: Paper, { source, view }: MatrixFigure): void {
  const { cell } = view
  const tile = document.createElement('canvas')
  const step = Math.round(5 * ratio)
  tile.width = tile.height = step
  const ink = tile.getContext('2d')
  if (!ink) return
  ink.strokeStyle = palette.rule
  ink.lineWidth = ratio
  ink.beginPath()
  // Over the corners too, so that the lines meet across tiles.
  for (const shift of [-step, 0, step]) {
    ink.moveTo(shift, step)
    ink.lineTo(shift + step, 0)
  }
  ink.stroke()
  const pattern = context.createPattern(tile, 'repeat')
  if (!pattern) return
  pattern.setTransform(new DOMMatrix().scale(1 / ratio))
  const end = rowEnd(source)
  const { first } = source.queries
  context.beginPath()
  context.moveTo(view.x(end), view.y(first))
  for (let query = first; query < end; query++) {
    context.lineTo(view.x(query + 1), view.y(query))
    context.lineTo(view.x(query + 1), view.y(query) + cell)
  }
  context.closePath()
  context.fillStyle = pattern
  context.fill()
}

function paintCells(paper: Paper, figure: MatrixFigure): void {
  const { context, palette } = paper
  const { source, view, picture, head, scale } = figure
  const { cell } = view
  const pixels = rowEnd(source) / picture.block
  context.imageSmoothingEnabled = cell * paper.ratio < 1
  context.drawImage(
    picture.canvas,
    0,
    0,
    pixels,
    pixels,
    view.x(0),
    view.y(0),
    rowEnd(source) * cell,
    rowEnd(source) * cell
  )
  if (cell < 12) return
  context.strokeStyle = palette.paper
  context.lineWidth = 1
  context.beginPath()
  const rows = view.rows()
  for (let query = rows.first; query < Math.min(rows.end, rowEnd(source)); query++) {
    for (let key = 0; key <= query; key++) context.rect(view.x(key), view.y(query), cell, cell)
  }
  context.stroke()
  if (cell < ROOMY_CELL) return
  context.font = `400 ${LABEL_SIZE}px ${paper.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const columns = view.columns()
  for (let query = Math.max(rows.first, source.queries.first); query < Math.min(rows.end, rowEnd(source)); query++) {
    const row = source.row(head.layer, head.head, query)
    for (let key = columns.first; key < Math.min(columns.end, query + 1); key++) {
      const weight = row[key] ?? 0
      context.fillStyle = wantsPaperText(weight, scale) ? palette.paper : palette.ink
      const number = weight < 1e-5 ? '0' : significant(weight * 100)
      context.fillText(number, view.x(key) + cell / 2, view.y(query) + cell / 2)
    }
  }
}

function paintCross({ context, palette }: Paper, { source, view }: MatrixFigure, { query, key }: TokenRef): void {
  const { cell, side } = view
  const column = key ?? query
  context.strokeStyle = palette.ink
  context.lineWidth = 1
  context.strokeRect(view.x(0), view.y(query), view.x(rowEnd(source)) - view.x(0), cell)
  context.setLineDash(key === undefined ? [2, 3] : [])
  context.strokeRect(view.x(column), 0, cell, Math.min(side, view.y(rowEnd(source))))
  context.setLineDash([])
  if (key === undefined) return
  context.lineWidth = 2
  context.strokeRect(view.x(key) - 1, view.y(query) - 1, cell + 2, cell + 2)
}

function paintLabels(paper: Paper, figure: MatrixFigure): void {
  const { palette } = paper
  const { source, view, token } = figure
  const { cell } = view
  const room = MARGIN - LABEL_GAP - 2
  const level = cell >= ROOMY_CELL
  const labelled = cell >= LABEL_SIZE + 2
  const step = labelled ? 1 : (TICK_STEPS.find((tick) => tick * cell >= TICK_SPACING) ?? 1000)
  const end = rowEnd(source)
  const inSight = (middle: number) => middle >= 0 && middle <= view.side
  const middles = {
    column: (index: number) => view.x(index) + cell / 2,
    row: (index: number) => view.y(index) + cell / 2
  }

  const drawColumn = (index: number, bold: boolean) => {
    const x = middles.column(index)
    const style = { color: palette.ink, bold }
    if (!inSight(x)) return
    if (level) drawLabelCentred(paper, source.tokens, index, x, -LABEL_GAP - LABEL_SIZE / 2, cell - 4, style)
    else if (!labelled)
      drawLabelCentred(paper, source.tokens, index, x, -LABEL_GAP - 2.2 * LABEL_SIZE, 2 * MARGIN, style)
    else drawLabelAbove(paper, source.tokens, index, x, -LABEL_GAP, room, style)
  }
  const drawRow = (index: number, bold: boolean) => {
    const y = middles.row(index)
    if (inSight(y)) drawLabelLeftOf(paper, source.tokens, index, -LABEL_GAP, y, room, { color: palette.ink, bold })
  }

  const columns = view.columns()
  const rows = view.rows()
  const column = token && (token.key ?? token.query)
  for (let index = 0; index < end; index += step) {
    if (labelled) {
      if (index >= columns.first && index < columns.end && index !== column) drawColumn(index, false)
      if (index >= rows.first && index < rows.end && index !== token?.query) drawRow(index, false)
      continue
    }
    if (inSight(middles.column(index)))
      drawTick(paper, String(index), middles.column(index), -LABEL_GAP - LABEL_SIZE / 2, 'center', view.side)
    if (inSight(middles.row(index))) drawTick(paper, String(index), -LABEL_GAP, middles.row(index), 'right')
  }
  if (!token || column === undefined) return
  // Room for the name of the token in hand among the ticks.
  if (!labelled) paper.context.clearRect(-MARGIN, middles.row(token.query) - 9, MARGIN - 2, 18)
  if (column < end) drawColumn(column, true)
  if (token.query < end) drawRow(token.query, true)
}

/** A number beside its row, or above its column, but not beyond `right`, where the canvas ends. */
function drawTick(
  { context, palette, font }: Paper,
  text: string,
  x: number,
  y: number,
  align: 'center' | 'right',
  right = Infinity
): void {
  context.font = `400 ${LABEL_SIZE}px ${font}`
  context.fillStyle = palette.muted
  context.textAlign = align
  context.textBaseline = 'middle'
  context.fillText(text, align === 'center' ? Math.min(x, right - context.measureText(text).width / 2) : x, y)
}

function paintAxisNames({ context, palette, font }: Paper): void {
  context.font = `400 ${LABEL_SIZE}px ${font}`
  context.fillStyle = palette.muted
  context.textAlign = 'left'
  context.textBaseline = 'top'
  context.fillText('key →', 2 - MARGIN, 2 - MARGIN)
  context.fillText('query ↓', 2 - MARGIN, 4 + LABEL_SIZE - MARGIN)
}
