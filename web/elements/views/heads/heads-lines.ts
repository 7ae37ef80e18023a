/** Draws lines from queries to the keys they attend to: within a text that wraps, or from one text up to another. */
import type { PatternSource } from 'attenscope'
import type { Ink, Paper } from '../../canvas/canvas-surface.js'
import { percent } from '../../parts/format.js'
import { keysOf, layoutOf, queriesOf, queryEnd, visibleKeys, weightAt, type Weighted } from '../../base/layout.js'
import { magnitude } from '../../canvas/palette.js'
import type { HeadRef, TokenRef } from '../../base/refs.js'
import type { ScaleKind } from '../../base/scale-kind.js'

/** The place of a token's word, in CSS pixels of the scrolled text. */
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
  /** The words of the keys and of the queries; the same words within one text. */
  readonly keyBoxes: readonly TokenBox[]
  readonly queryBoxes: readonly TokenBox[]
  /** The token to draw lines for. Without one, all strong lines are drawn, faint. */
  readonly token?: TokenRef
  readonly locked: boolean
}

/** Weights below this have no line: hundreds of hairlines would hide the few important ones. */
const FAINTEST = { one: 0.01, all: 0.12 } as const
const FEW_QUERIES = 24
const NUMBERED_TOKENS = 4
const NUMBERED_FROM = 0.03
const NUMBER_SIZE = 10
const ARC_ROOM = 16
/** How far a line rises at most above the higher of its words, in pixels. */
const HIGHEST_RISE = 24
/** The tint of the strongest word; the tints of other words are in proportion. */
const STRONGEST_TINT = 0.5

/** A line's width in pixels. */
export function lineWidth(weight: number, scale: ScaleKind): number {
  return 0.75 + 5.25 * magnitude(weight, scale)
}

/** How strongly a word is tinted, relative to the strongest word of the text. */
export function tintOf(weight: number, strongest: number): number {
  return strongest > 0 ? (STRONGEST_TINT * weight) / strongest : 0
}

export function paintLines(paper: Paper, figure: LinesFigure): void {
  const { token, source, head, queryBoxes, keyBoxes, locked } = figure
  const { first } = source.queries
  const layout = layoutOf(source)
  if (layout === 'pooled') return paintPooled(paper, figure)
  if (!token) {
    return paintFaintLines(paper, figure)
  }
  const { query, key } = token
  if (query !== undefined) {
    if (query >= first && query < queryEnd(source)) {
      const strong = keysOf(source, head, query, FAINTEST.one)
      const weight =
        key === undefined || strong.some(({ index }) => index === key) ? undefined : weightAt(source, head, query, key)
      // The current weight has a line, however faint.
      const shown = key === undefined || weight === undefined ? strong : [...strong, { index: key, weight }]
      const line = (to: Weighted) => ({
        ...to,
        from: queryBoxes[query],
        to: keyBoxes[to.index],
        at: keyBoxes[to.index]
      })
      paintStrands(paper, figure, shown.map(line), key, layout === 'two' ? 'above' : 'below')
    }
    outline(paper, queryBoxes[query], locked ? 2 : 1.5)
    if (key !== undefined && (layout === 'two' || key !== query)) outline(paper, keyBoxes[key], 1)
  } else if (key !== undefined) {
    const line = (of: Weighted) => ({ ...of, from: queryBoxes[of.index], to: keyBoxes[key], at: queryBoxes[of.index] })
    paintStrands(paper, figure, queriesOf(source, head, key, FAINTEST.one).map(line), undefined, 'below')
    outline(paper, keyBoxes[key], locked ? 2 : 1.5)
  }
}

/** Draws the lines of all queries that are strong enough, if one of their ends is in sight. */
function paintFaintLines({ context, palette, height, band }: Paper, figure: LinesFigure): void {
  const { source, queryBoxes, keyBoxes } = figure
  context.strokeStyle = palette.accent
  context.lineWidth = 1
  const isInSight = ({ top, bottom }: TokenBox) => bottom >= 0 && top <= height
  const meetsBand = (from: TokenBox, to: TokenBox) =>
    Math.max(from.bottom, to.bottom) >= band.top && Math.min(from.top, to.top) - HIGHEST_RISE <= band.bottom
  for (const { query, key, weight } of strongLinks(figure)) {
    const [from, to] = [queryBoxes[query], keyBoxes[key]]
    if (!from || !to || to === from || !(isInSight(from) || isInSight(to)) || !meetsBand(from, to)) continue
    context.globalAlpha = 0.08 + 0.32 * weight
    if (layoutOf(source) === 'two') {
      // These lines are the whole picture, so they are darker; in a long text they are fainter.
      context.globalAlpha = (0.15 + 0.6 * weight) * Math.min(1, FEW_QUERIES / source.queries.count)
      context.lineWidth = lineWidth(weight, figure.scale) / 2
    }
    context.beginPath()
    trace(context, from, to)
    context.stroke()
  }
  context.globalAlpha = 1
}

interface Link {
  readonly query: number
  readonly key: number
  readonly weight: number
}

/** Stored for a head of a text: a long text has a million weights, and each frame of a scroll needs the lines. */
const linksOf = new WeakMap<PatternSource, { readonly of: string; readonly links: readonly Link[] }>()

function strongLinks({ source, head: { layer, head } }: LinesFigure): readonly Link[] {
  const { first } = source.queries
  const of = [layer, head, first, queryEnd(source)].join()
  const known = linksOf.get(source)
  if (known?.of === of) return known.links
  const links: Link[] = []
  for (let query = first; query < queryEnd(source); query++) {
    const row = source.row(layer, head, query)
    const keys = Math.min(visibleKeys(source, query), row.length)
    for (let key = 0; key < keys; key++) {
      const weight = row[key]!
      if (weight >= FAINTEST.all) links.push({ query, key, weight })
    }
  }
  linksOf.set(source, { of, links })
  return links
}

/** A line, and the token that shows its weight. */
interface Strand extends Weighted {
  readonly from: TokenBox | undefined
  readonly to: TokenBox | undefined
  readonly at: TokenBox | undefined
}

/** The lines of one token, strongest first. */
function paintStrands(
  paper: Paper,
  { scale }: LinesFigure,
  strands: readonly Strand[],
  inHand: number | undefined,
  side: 'above' | 'below'
): void {
  const { context, palette } = paper
  // The strongest line is drawn last, on top.
  for (const { index, weight, from, to, at } of [...strands].reverse()) {
    if (!from || !to || !at) continue
    const strength = magnitude(weight, scale)
    tint(paper, at, 0.06 + 0.4 * strength)
    if (from === to) continue
    const dimmed = inHand !== undefined && index !== inHand
    context.strokeStyle = palette.accent
    context.lineWidth = lineWidth(weight, scale)
    context.lineCap = 'round'
    context.globalAlpha = index === inHand ? 1 : (dimmed ? 0.35 : 1) * (0.3 + 0.6 * strength)
    context.beginPath()
    trace(context, from, to)
    context.stroke()
  }
  context.globalAlpha = 1
  const numbered = strands.filter(
    ({ weight, index }) => index === inHand || (inHand === undefined && weight >= NUMBERED_FROM)
  )
  writeNumbers(paper, numbered, side)
}

/** Tints every word by its weight, and writes the largest weights. */
function paintPooled(paper: Paper, { source, head, keyBoxes, token, locked }: LinesFigure): void {
  const weights = keysOf(source, head, 0).map((each) => ({ ...each, at: keyBoxes[each.index] }))
  const strongest = weights[0]?.weight ?? 0
  for (const { weight, at } of weights) if (at) tint(paper, at, tintOf(weight, strongest))
  const inHand = token?.key
  writeNumbers(paper, inHand === undefined ? weights : weights.filter(({ index }) => index === inHand), 'below')
  if (inHand !== undefined) outline(paper, keyBoxes[inHand], locked ? 2 : 1.5)
}

function tint({ context, palette }: Paper, { left, right, top, bottom }: TokenBox, alpha: number): void {
  context.fillStyle = palette.accent
  context.globalAlpha = alpha
  context.beginPath()
  context.roundRect(left - 2, top, right - left + 4, bottom - top, 3)
  context.fill()
  context.globalAlpha = 1
}

/** Writes the largest weights at their tokens, except where the number of a larger weight already stands. */
function writeNumbers(
  { context, palette, font, width }: Paper,
  strands: readonly (Weighted & { readonly at: TokenBox | undefined })[],
  side: 'above' | 'below'
): void {
  const taken: { x: number; y: number; half: number }[] = []
  context.font = `400 ${NUMBER_SIZE}px ${font}`
  context.textBaseline = side === 'above' ? 'bottom' : 'top'
  context.textAlign = 'center'
  context.strokeStyle = palette.paper
  context.lineWidth = 3
  context.lineJoin = 'round'
  context.fillStyle = palette.ink
  for (const { weight, at } of strands.slice(0, NUMBERED_TOKENS)) {
    if (!at) continue
    const text = percent(weight)
    const half = context.measureText(text).width / 2
    const x = Math.min(Math.max((at.left + at.right) / 2, half), width - half)
    const y = side === 'above' ? at.top - 2 : at.bottom + 2
    if (taken.some((other) => Math.abs(other.y - y) < NUMBER_SIZE && Math.abs(other.x - x) < other.half + half + 4))
      continue
    taken.push({ x, y, half })
    context.strokeText(text, x, y)
    context.fillText(text, x, y)
  }
}

function outline({ context, palette }: Paper, box: TokenBox | undefined, width: number): void {
  if (!box) return
  context.strokeStyle = palette.ink
  context.lineWidth = width
  context.beginPath()
  context.roundRect(box.left - 3, box.top - 1, box.right - box.left + 6, box.bottom - box.top + 2, 4)
  context.stroke()
}

/**
 * Within a line of text, an arc over the words. Between lines, a curve that leaves the lower word upwards and arrives
 * at the upper word from below.
 */
function trace(context: Ink, from: TokenBox, to: TokenBox): void {
  // An encoder also attends to later tokens, on lines further down. Words that are not displayed have no height.
  if (to.top >= from.bottom && to.top > from.top) return trace(context, to, from)
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
