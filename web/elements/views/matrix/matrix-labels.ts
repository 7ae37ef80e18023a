/**
 * The labels along a matrix: every token, small if cells are small; every n-th token of a longer text; ticks along a very
 * long one. The current token is in bold.
 */
import type { PatternSource } from 'attenscope'
import type { Paper } from '../../canvas/canvas-surface.js'
import { drawLabel, drawLabelAbove, LABEL_SIZE, type LabelStyle } from '../../canvas/canvas-text.js'
import { layoutOf, queryEnd } from '../../base/layout.js'
import type { MatrixView } from './matrix-view.js'
import type { TokenRef } from '../../base/refs.js'
import * as words from '../../words/index.js'

/** Room for labels left of the plot and above it, in pixels. */
export const MARGIN = 64
/** A cell of this width has room for its number, or for a horizontal label above it. */
export const ROOMY_CELL = 40
const LABEL_GAP = 6
const ROOM = MARGIN - LABEL_GAP - 2
/** The smallest letters that can be read, in pixels. */
const SMALLEST_LABEL = 7
/** If only every n-th token has room for its name, n is at most this; beyond, numbers say more than scattered words. */
const MOST_SKIPPED = 4
const TICK_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const TICK_SPACING = 32

export interface LabelledFigure {
  readonly source: PatternSource
  readonly view: MatrixView
}

/** One axis: its tokens, those in sight, and how to draw one. */
interface Axis {
  readonly end: number
  readonly range: { readonly first: number; readonly end: number }
  readonly isInSight: (index: number) => boolean
  readonly draw: (index: number, bold: boolean) => void
  readonly drawTick: (index: number) => void
}

/** Draws tokens or ticks along both sides. */
export function paintLabels(paper: Paper, { source, view }: LabelledFigure): void {
  const labelled = hasLabels(view)
  const step = labelled ? labelStep(view) : (TICK_STEPS.find((tick) => tick * view.cell >= TICK_SPACING) ?? 1000)
  for (const axis of [columnAxis(paper, source, view), rowAxis(paper, source, view)]) {
    const { first, end } = axis.range
    for (let index = Math.ceil(first / step) * step; index < Math.min(end, axis.end); index += step) {
      if (!axis.isInSight(index)) continue
      if (labelled) axis.draw(index, false)
      else axis.drawTick(index)
    }
  }
  paintAxisNames(paper)
}

/** Draws the labels of the current token, in bold, over the labels at their places. */
export function paintLabelsInHand(paper: Paper, { source, view }: LabelledFigure, token: TokenRef): void {
  // Within one text, the current token also has a column.
  const column = token.key ?? (layoutOf(source) === 'one' ? token.query : undefined)
  const row = layoutOf(source) === 'pooled' ? undefined : token.query
  const [columns, rows] = [columnAxis(paper, source, view), rowAxis(paper, source, view)]
  if (column !== undefined && column < columns.end && columns.isInSight(column)) {
    // A bold name is larger than small names, and covers its neighbours.
    const half = Math.max(view.cell, LABEL_SIZE + 2) / 2
    if (hasLabels(view)) paper.context.clearRect(view.x(column) + view.cell / 2 - half, -MARGIN, 2 * half, MARGIN - 1)
    columns.draw(column, true)
  }
  if (row !== undefined && row < rows.end && rows.isInSight(row)) {
    // Among ticks, a name needs more room than a row has.
    const half = hasLabels(view) ? Math.max(view.cell, LABEL_SIZE + 2) / 2 : 9
    paper.context.clearRect(-MARGIN, view.y(row) + view.cell / 2 - half, MARGIN - 2, 2 * half)
    rows.draw(row, true)
  }
}

/** The size of the letters beside cells of this size. */
function labelSize(view: MatrixView): number {
  return Math.max(SMALLEST_LABEL, Math.min(LABEL_SIZE, Math.floor(view.cell * labelStep(view)) - 1))
}

/** Of so many tokens, one has room for its name. */
function labelStep({ cell }: MatrixView): number {
  return Math.ceil((SMALLEST_LABEL + 1) / cell)
}

/** True if the labels are words, false if they are numbers. */
function hasLabels(view: MatrixView): boolean {
  return labelStep(view) <= MOST_SKIPPED
}

function columnAxis(paper: Paper, { tokens, keyCount }: PatternSource, view: MatrixView): Axis {
  const middle = (index: number) => view.x(index) + view.cell / 2
  return {
    end: keyCount,
    range: view.columns(),
    isInSight: (index) => middle(index) >= 0 && middle(index) <= view.width,
    draw: (index, bold) => {
      const style = styleOf(paper, view, bold)
      const x = middle(index)
      if (view.cell >= ROOMY_CELL)
        drawLabel(
          paper,
          tokens,
          index,
          { x, y: -LABEL_GAP - LABEL_SIZE / 2, room: view.cell - 4, align: 'middle' },
          style
        )
      else if (hasLabels(view)) drawLabelAbove(paper, tokens, index, x, -LABEL_GAP, ROOM, style)
      else
        drawLabel(
          paper,
          tokens,
          index,
          { x, y: -LABEL_GAP - 2.2 * LABEL_SIZE, room: 2 * MARGIN, align: 'middle' },
          style
        )
    },
    drawTick: (index) =>
      drawTick(paper, String(index), middle(index), -LABEL_GAP - LABEL_SIZE / 2, 'center', view.width)
  }
}

function rowAxis(paper: Paper, source: PatternSource, view: MatrixView): Axis {
  const middle = (index: number) => view.y(index) + view.cell / 2
  const isPooled = layoutOf(source) === 'pooled'
  return {
    end: queryEnd(source),
    range: view.rows(),
    isInSight: (index) => middle(index) >= 0 && middle(index) <= view.height,
    draw: (index, bold) => {
      if (isPooled) drawTick(paper, words.matrix.learnedQuery, -LABEL_GAP, middle(index), 'right')
      else {
        const style = styleOf(paper, view, bold)
        drawLabel(
          paper,
          source.queryTokens,
          index,
          { x: -LABEL_GAP, y: middle(index), room: ROOM, align: 'end' },
          style
        )
      }
    },
    drawTick: (index) => drawTick(paper, String(index), -LABEL_GAP, middle(index), 'right')
  }
}

function styleOf({ palette }: Paper, view: MatrixView, bold: boolean): LabelStyle {
  return { color: palette.ink, bold, size: bold ? LABEL_SIZE : labelSize(view) }
}

/** Draws a number beside its row or above its column, but not beyond `right`, the end of the canvas. */
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
  context.fillText(words.matrix.keys, 2 - MARGIN, 2 - MARGIN)
  context.fillText(words.matrix.queries, 2 - MARGIN, 4 + LABEL_SIZE - MARGIN)
}
