/** Draws the lines from a query token back to the tokens it attends to, over a text that wraps. */
import type { PatternSource } from 'attenscope'
import type { Paper } from './canvas-surface.js'
import { percent } from './format.js'
import { magnitude } from './palette.js'
import type { HeadRef, ScaleKind, TokenRef } from './selection.js'

/** Where a token's word stands, in CSS pixels of the scrolled text. */
export interface TokenBox {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface LinesFigure {
  readonly source: PatternSource
  readonly head: HeadRef
  readonly scale: ScaleKind
  readonly boxes: readonly TokenBox[]
  /** The token to draw lines for; without one, all strong lines are drawn, faint. */
  readonly token?: TokenRef
  readonly locked: boolean
}

/** Weights below this have no line of their own: hundreds of hairlines would hide the few that count. */
const FAINTEST = { one: 0.01, all: 0.12 } as const
const NUMBERED_KEYS = 4
const NUMBERED_FROM = 0.03
const NUMBER_SIZE = 10
const ARC_ROOM = 16

/** A line's width in pixels. */
export function lineWidth(weight: number, scale: ScaleKind): number {
  return 0.75 + 5.25 * magnitude(weight, scale)
}

export function paintLines(paper: Paper, figure: LinesFigure): void {
  const { token, source } = figure
  const { first, count } = source.queries
  if (!token) {
    for (let query = first; query < first + count; query++) paintFaintLines(paper, figure, query)
    return
  }
  if (token.query >= first && token.query < first + count) paintRow(paper, figure, token)
  outline(paper, figure.boxes[token.query], figure.locked ? 2 : 1.5)
  if (token.key !== undefined && token.key !== token.query) outline(paper, figure.boxes[token.key], 1)
}

function paintFaintLines({ context, palette }: Paper, { source, head, boxes }: LinesFigure, query: number): void {
  const row = source.row(head.layer, head.head, query)
  const from = boxes[query]
  if (!from) return
  context.strokeStyle = palette.accent
  context.lineWidth = 1
  for (let key = 0; key < query; key++) {
    const weight = row[key] ?? 0
    const to = boxes[key]
    if (weight < FAINTEST.all || !to) continue
    context.globalAlpha = 0.08 + 0.32 * weight
    context.beginPath()
    trace(context, from, to)
    context.stroke()
  }
  context.globalAlpha = 1
}

function paintRow(paper: Paper, { source, head, scale, boxes }: LinesFigure, { query, key: inHand }: TokenRef): void {
  const { context, palette } = paper
  const row = source.row(head.layer, head.head, query)
  const from = boxes[query]
  if (!from) return
  // The strongest last, on top.
  const keys = Array.from(row.subarray(0, query + 1), (weight, key) => ({ weight, key }))
    .filter(({ weight, key }) => weight >= FAINTEST.one || key === inHand)
    .sort((a, b) => a.weight - b.weight)
  for (const { weight, key } of keys) {
    const to = boxes[key]
    if (!to) continue
    const strength = magnitude(weight, scale)
    context.fillStyle = palette.accent
    context.globalAlpha = 0.06 + 0.4 * strength
    context.beginPath()
    context.roundRect(to.left - 2, to.top, to.right - to.left + 4, to.bottom - to.top, 3)
    context.fill()
    if (key === query) continue
    const isInHand = key === inHand
    const dimmed = inHand !== undefined && !isInHand
    context.strokeStyle = palette.accent
    context.lineWidth = lineWidth(weight, scale)
    context.lineCap = 'round'
    context.globalAlpha = isInHand ? 1 : (dimmed ? 0.35 : 1) * (0.3 + 0.6 * strength)
    context.beginPath()
    trace(context, from, to)
    context.stroke()
  }
  context.globalAlpha = 1
  const numbered = keys.filter(({ weight, key }) => key === inHand || (inHand === undefined && weight >= NUMBERED_FROM))
  const taken: { x: number; y: number; half: number }[] = []
  for (const { weight, key } of numbered.slice(-NUMBERED_KEYS).reverse()) writeNumber(paper, boxes[key], weight, taken)
}

/** Writes a weight under its token, unless a stronger one stands there already. */
function writeNumber(
  { context, palette, font, width }: Paper,
  box: TokenBox | undefined,
  weight: number,
  taken: { x: number; y: number; half: number }[]
): void {
  if (!box) return
  context.font = `400 ${NUMBER_SIZE}px ${font}`
  context.textBaseline = 'top'
  context.textAlign = 'center'
  const text = percent(weight)
  const half = context.measureText(text).width / 2
  const x = Math.min(Math.max((box.left + box.right) / 2, half), width - half)
  const y = box.bottom + 2
  if (taken.some((other) => Math.abs(other.y - y) < NUMBER_SIZE && Math.abs(other.x - x) < other.half + half + 4))
    return
  taken.push({ x, y, half })
  context.strokeStyle = palette.paper
  context.lineWidth = 3
  context.lineJoin = 'round'
  context.strokeText(text, x, y)
  context.fillStyle = palette.ink
  context.fillText(text, x, y)
}

function outline({ context, palette }: Paper, box: TokenBox | undefined, width: number): void {
  if (!box) return
  context.strokeStyle = palette.ink
  context.lineWidth = width
  context.beginPath()
  context.roundRect(box.left - 3, box.top - 1, box.right - box.left + 6, box.bottom - box.top + 2, 4)
  context.stroke()
}

/** An arc over the words of one line; from line to line, a curve that leaves upwards and arrives from below. */
function trace(context: CanvasRenderingContext2D, from: TokenBox, to: TokenBox): void {
  const x1 = (from.left + from.right) / 2
  const x2 = (to.left + to.right) / 2
  context.moveTo(x1, from.top)
  if (to.bottom > from.top) {
    const rise = Math.min(ARC_ROOM, 6 + Math.abs(x1 - x2) * 0.06) * (4 / 3)
    context.bezierCurveTo(x1, from.top - rise, x2, to.top - rise, x2, to.top)
  } else {
    const bend = Math.max(12, (from.top - to.bottom) * 0.5)
    context.bezierCurveTo(x1, from.top - bend, x2, to.bottom + bend, x2, to.bottom)
  }
}
