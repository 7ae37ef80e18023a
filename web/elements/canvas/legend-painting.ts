/** Paints legends into pictures: the colours of a scale with their numbers, and the meaning of hatching. */
import type { Ink, Paper } from './canvas-surface.js'
import { rampOf, type ColorScale } from './color-scale.js'
import { LEVELS } from './palette.js'

/** The room that a legend takes, in pixels. */
export const LEGEND = { width: 200, height: 32 } as const
const BAR = 8
const STEPS = 50

export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Paints the colours of a scale from left to right. */
export function paintGradient(
  { context, palette }: Paper,
  diverging: boolean,
  { left, top, width, height }: Box
): void {
  const ramp = rampOf(palette, { diverging })
  for (let step = 0; step < STEPS; step++) {
    const level = 4 * Math.round((step / (STEPS - 1)) * (LEVELS - 1))
    context.fillStyle = `rgb(${ramp[level]}, ${ramp[level + 1]}, ${ramp[level + 2]})`
    context.fillRect(left + (step * width) / STEPS, top, width / STEPS + 0.2, height)
  }
}

/** Paints the legend of a scale at the origin. */
export function paintScale(paper: Paper, scale: ColorScale): void {
  const { context, palette, font } = paper
  paintGradient(paper, scale.diverging, { left: 0, top: 0, width: LEGEND.width, height: BAR })
  context.strokeStyle = palette.rule
  context.lineWidth = 1
  context.strokeRect(0, 0, LEGEND.width, BAR)
  context.font = `400 10px ${font}`
  context.fillStyle = palette.muted
  context.textBaseline = 'top'
  const last = scale.ticks.length - 1
  scale.ticks.forEach((tick, at) => {
    context.textAlign = at === 0 ? 'left' : at === last ? 'right' : 'center'
    context.fillText(scale.format(tick), (at * LEGEND.width) / last, BAR + 4)
  })
}

/** Paints the meaning of hatched cells at the origin. */
export function paintHatchKey({ context, palette, font }: Paper, meaning: string): void {
  context.save()
  context.beginPath()
  context.rect(0, 0, 16, 12)
  context.clip()
  context.strokeStyle = palette.rule
  context.lineWidth = 1
  context.beginPath()
  for (let x = -12; x < 16; x += 4) {
    context.moveTo(x, 12)
    context.lineTo(x + 12, 0)
  }
  context.stroke()
  context.restore()
  context.strokeStyle = palette.rule
  context.lineWidth = 1
  context.strokeRect(0, 0, 16, 12)
  write(context, meaning, palette.muted, font)
}

function write(context: Ink, text: string, color: string, font: string): void {
  context.font = `400 10px ${font}`
  context.fillStyle = color
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(text, 24, 6)
}
