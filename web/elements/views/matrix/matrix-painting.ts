/**
 * Draws one head's matrix: cells, hatching for hidden keys, the path of the strongest weights, and the current cell.
 */
import type { PatternSource } from 'attenscope'
import type { Area, Ink, Paper } from '../../canvas/canvas-surface.js'
import { LABEL_SIZE } from '../../canvas/canvas-text.js'
import { wantsPaperText, type ColorScale } from '../../canvas/color-scale.js'
import { hasRow, keysOf, queryEnd, visibleKeys, type CellFacts } from '../../base/layout.js'
import type { Figure } from '../../parts/figure.js'
import { MARGIN, paintLabels, paintLabelsInHand, ROOMY_CELL } from './matrix-labels.js'
import type { Subject } from './matrix-subject.js'
import { MatrixView } from './matrix-view.js'
import { PatternPicture } from '../../canvas/pattern-picture.js'
import type { HeadRef, TokenRef } from '../../base/refs.js'
import type { Selection } from '../../base/selection.js'

export interface MatrixFigure {
  readonly source: PatternSource & CellFacts
  readonly head: HeadRef
  readonly scale: ColorScale
  /** A value as it is written in its cell. */
  readonly numberOf: (value: number) => string
  readonly view: MatrixView
  readonly picture: PatternPicture
  /** True to draw the path from each query's strongest key to the next query's. */
  readonly path: boolean
}

export function paintMatrix(paper: Paper, figure: MatrixFigure): void {
  const { context } = paper
  const { view } = figure
  const inside = () => {
    paintHatching(paper, figure)
    paintCells(paper, figure)
    if (figure.path) paintPath(paper, figure)
  }
  framed(paper, view, inside, () => {
    context.strokeStyle = paper.palette.rule
    context.lineWidth = 1
    context.strokeRect(-0.5, -0.5, view.width + 1, view.height + 1)
    paintLabels(paper, figure)
  })
}

/** Draws the marks of the current cell over the matrix. Returns the areas it painted. */
export function paintInHand(
  paper: Paper,
  figure: Pick<MatrixFigure, 'source' | 'view'>,
  token: TokenRef
): readonly Area[] {
  const { view } = figure
  framed(
    paper,
    view,
    () => paintCross(paper, figure, token),
    () => paintLabelsInHand(paper, figure, token)
  )
  const { query, key = query } = token
  const areas: Area[] = []
  // Wider than the lines of a row and a column, and as wide as their names.
  const across = Math.max(view.cell, LABEL_SIZE) + 12
  const middle = (start: number) => MARGIN + start + view.cell / 2
  if (query !== undefined)
    areas.push({ x: 0, y: middle(view.y(query)) - across / 2, width: paper.width, height: across })
  if (key !== undefined) {
    const x = middle(view.x(key))
    areas.push({ x: x - across / 2, y: 0, width: across, height: paper.height })
    areas.push({ x: x - MARGIN, y: 0, width: 2 * MARGIN, height: MARGIN })
  }
  return areas
}

/**
 * Draws the cells, which end at the matrix's edges, then the marks around them. The origin is the upper left corner.
 */
function framed({ context }: Paper, view: MatrixView, inside: () => void, about: () => void): void {
  context.save()
  context.translate(MARGIN, MARGIN)
  context.save()
  context.beginPath()
  context.rect(0, 0, view.width, view.height)
  context.clip()
  inside()
  context.restore()
  about()
  context.restore()
}

/** The size of a printed matrix without its labels, and of a cell in it. */
const PRINTED_SIDE = 720
const PRINTED_CELL = 32

/** The whole matrix as a figure, whichever part of it is in sight. */
export function matrixFigure(
  { source, head, scale, numberOf, title, name, hatched }: Subject,
  { token }: Selection,
  path: boolean
): Figure {
  const extent = { columns: source.keyCount, rows: queryEnd(source) }
  const cell = Math.min(PRINTED_CELL, PRINTED_SIDE / Math.max(extent.columns, extent.rows, 1))
  const view = new MatrixView()
  const [width, height] = [extent.columns * cell, extent.rows * cell]
  view.resize(width, height, extent)
  return {
    ...{
      title,
      note: name,
      scale,
      ...(hatched && { hatched }),
      width: MARGIN + width + 1,
      height: MARGIN + height + 1
    },
    paint: (paper) => {
      const picture = new PatternPicture(PRINTED_SIDE)
      picture.update(source, head, paper.palette, scale)
      paintMatrix(paper, { source, head, scale, numberOf, view, picture, path })
      if (token) paintInHand(paper, { source, view }, token)
    }
  }
}

function paintHatching({ context, ratio, palette }: Paper, figure: MatrixFigure): void {
  const { source } = figure
  const isCausal = source.part === 'decoder' && !source.isBeforeMask
  if (!isCausal && !source.hasGaps) return
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
  context.beginPath()
  if (isCausal) traceLaterKeys(context, figure, ratio)
  if (source.hasGaps) traceGaps(context, figure)
  context.fillStyle = pattern
  context.fill()
}

/** Traces the triangle of the keys that come after their query. */
function traceLaterKeys(context: Ink, { source, view }: MatrixFigure, ratio: number): void {
  const end = queryEnd(source)
  const { first } = source.queries
  context.moveTo(view.x(end), view.y(first))
  if (view.cell * ratio < 1) {
    // Steps of less than a pixel become a line.
    context.lineTo(view.x(first), view.y(first))
    context.lineTo(view.x(end), view.y(end))
  } else {
    for (let query = first; query < end; query++) {
      context.lineTo(view.x(query + 1), view.y(query))
      context.lineTo(view.x(query + 1), view.y(query) + view.cell)
    }
  }
  context.closePath()
}

/** Traces the visible cells without a number, a rectangle for each run of them in a row. */
function traceGaps(context: Ink, { source, head, view }: MatrixFigure): void {
  const rows = view.rows()
  for (let query = Math.max(rows.first, source.queries.first); query < Math.min(rows.end, queryEnd(source)); query++) {
    const row = source.row(head.layer, head.head, query).subarray(0, visibleKeys(source, query))
    for (let key = 0; key < row.length; key++) {
      if (Number.isFinite(row[key])) continue
      const from = key
      while (key + 1 < row.length && !Number.isFinite(row[key + 1])) key++
      context.rect(view.x(from), view.y(query), (key + 1 - from) * view.cell, view.cell)
    }
  }
}

function paintCells(paper: Paper, figure: MatrixFigure): void {
  const { context, palette } = paper
  const { source, view, picture, head, scale } = figure
  const { cell } = view
  const [end, keyCount] = [queryEnd(source), source.keyCount]
  const [width, height] = [keyCount / picture.block, end / picture.block]
  context.imageSmoothingEnabled = cell * paper.ratio < 1
  context.drawImage(picture.canvas, 0, 0, width, height, view.x(0), view.y(0), keyCount * cell, end * cell)
  if (cell < 12) return
  context.strokeStyle = palette.paper
  context.lineWidth = 1
  context.beginPath()
  const rows = view.rows()
  for (let query = rows.first; query < Math.min(rows.end, end); query++) {
    const visible = visibleKeys(source, query)
    const row = source.hasGaps && hasRow(source, query) ? source.row(head.layer, head.head, query) : undefined
    for (let key = 0; key < visible; key++)
      if (!row || Number.isFinite(row[key])) context.rect(view.x(key), view.y(query), cell, cell)
  }
  context.stroke()
  // The path would cover numbers.
  if (cell < ROOMY_CELL || figure.path) return
  context.font = `400 ${LABEL_SIZE}px ${paper.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const columns = view.columns()
  for (let query = Math.max(rows.first, source.queries.first); query < Math.min(rows.end, end); query++) {
    const row = source.row(head.layer, head.head, query)
    const visible = visibleKeys(source, query)
    for (let key = columns.first; key < Math.min(columns.end, visible); key++) {
      const weight = row[key] ?? 0
      // The hatching says that there is no number.
      if (!Number.isFinite(weight)) continue
      context.fillStyle = wantsPaperText(weight, scale) ? palette.paper : palette.ink
      context.fillText(figure.numberOf(weight), view.x(key) + cell / 2, view.y(query) + cell / 2)
    }
  }
}

/** Draws the alignment through the middle of each query's strongest cell. The end of a text is aligned with nothing. */
function paintPath({ context, palette }: Paper, { source, head, view }: MatrixFigure): void {
  const { cell } = view
  const { first } = source.queries
  const points = Array.from({ length: source.queries.count }, (_, at) => first + at)
    .filter((query) => !source.queryTokens[query]?.special)
    .flatMap((query) => {
      const [strongest] = keysOf(source, head, query)
      if (!strongest || !Number.isFinite(strongest.weight)) return []
      return [[view.x(strongest.index) + cell / 2, view.y(query) + cell / 2] as const]
    })
  context.beginPath()
  for (const [x, y] of points) context.lineTo(x, y)
  // A halo, so that the line is visible on light and on dark cells.
  context.lineJoin = 'round'
  context.strokeStyle = palette.paper
  context.lineWidth = 4
  context.stroke()
  context.strokeStyle = palette.ink
  context.lineWidth = 1.5
  context.stroke()
  for (const [x, y] of points) {
    context.beginPath()
    context.arc(x, y, 3, 0, 2 * Math.PI)
    context.fillStyle = palette.paper
    context.fill()
    context.stroke()
  }
}

function paintCross(
  { context, palette }: Paper,
  { source, view }: Pick<MatrixFigure, 'source' | 'view'>,
  { query, key }: TokenRef
): void {
  const { cell } = view
  const [width, height] = [view.x(source.keyCount) - view.x(0), view.y(queryEnd(source)) - view.y(0)]
  // Within one text, a token also has a column: the queries that attend to it.
  const column = key ?? (source.part === 'cross' ? undefined : query)
  context.strokeStyle = palette.ink
  context.lineWidth = 1
  if (query !== undefined) context.strokeRect(view.x(0), view.y(query), width, cell)
  context.setLineDash(key === undefined ? [2, 3] : [])
  if (column !== undefined) context.strokeRect(view.x(column), view.y(0), cell, height)
  context.setLineDash([])
  if (key === undefined || query === undefined) return
  context.lineWidth = 2
  context.strokeRect(view.x(key) - 1, view.y(query) - 1, cell + 2, cell + 2)
}
