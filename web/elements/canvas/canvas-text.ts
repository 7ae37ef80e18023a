/**
 * Token labels on a canvas. Marks are fainter than text, long labels are cut, and CJK characters stand upright in
 * columns.
 */
import type { Token } from 'attenscope'
import type { Ink, Paper } from './canvas-surface.js'
import { graphemes, labelParts, labelText, standsUpright, type LabelPart } from '../parts/token-text.js'

export const LABEL_SIZE = 11

export interface LabelStyle {
  readonly color: string
  readonly bold?: boolean
  /** The size of the letters in pixels. */
  readonly size?: number
}

function setFont({ context, font }: Paper, { bold = false, size = LABEL_SIZE }: LabelStyle): void {
  context.font = `${bold ? 600 : 400} ${size}px ${font}`
}

function widthOf(context: Ink, parts: readonly LabelPart[]): number {
  return parts.reduce((sum, part) => sum + context.measureText(part.text).width, 0)
}

/** The parts of a token's label, cut with an ellipsis until they are at most `room` pixels long. */
function fittingParts({ context }: Paper, tokens: readonly Token[], index: number, room: number): LabelPart[] {
  let parts = labelParts(tokens, index)
  for (
    let limit = Math.min(16, graphemes(tokens[index]?.text ?? '').length);
    limit > 1 && widthOf(context, parts) > room;
    limit--
  ) {
    parts = labelParts(tokens, index, limit)
  }
  return parts
}

function drawParts(paper: Paper, parts: readonly LabelPart[], x: number, y: number, color: string): void {
  const { context, palette } = paper
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  for (const part of parts) {
    context.fillStyle = part.mark ? palette.muted : color
    context.fillText(part.text, x, y)
    x += context.measureText(part.text).width
  }
}

/** The place of a label: y is its middle, x its end or its middle; `room` is its greatest length in pixels. */
export interface LabelPlace {
  readonly x: number
  readonly y: number
  readonly room: number
  readonly align: 'end' | 'middle'
}

/** Draws a label in one line, from left to right. */
export function drawLabel(
  paper: Paper,
  tokens: readonly Token[],
  index: number,
  { x, y, room, align }: LabelPlace,
  style: LabelStyle
): void {
  setFont(paper, style)
  const parts = fittingParts(paper, tokens, index, room)
  const width = widthOf(paper.context, parts)
  drawParts(paper, parts, align === 'end' ? x - width : x - width / 2, y, style.color)
}

/**
 * Draws a label upwards from y at the column x. Chinese, Japanese and Korean characters and single characters stand
 * upright.
 */
export function drawLabelAbove(
  paper: Paper,
  tokens: readonly Token[],
  index: number,
  x: number,
  y: number,
  room: number,
  style: LabelStyle
): void {
  const { context } = paper
  setFont(paper, style)
  const token = tokens[index]
  const isUpright = token && !token.special && (standsUpright(token.text) || graphemes(token.text).length === 1)
  if (isUpright) {
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillStyle = style.color
    const step = (style.size ?? LABEL_SIZE) + 1
    const shown = graphemes(labelText(tokens, index)).slice(0, Math.floor(room / step))
    shown.reverse().forEach((character, at) => context.fillText(character, x, y - (at + 0.5) * step))
    return
  }
  context.save()
  context.translate(x, y)
  context.rotate(-Math.PI / 2)
  drawParts(paper, fittingParts(paper, tokens, index, room), 0, 0, style.color)
  context.restore()
}
