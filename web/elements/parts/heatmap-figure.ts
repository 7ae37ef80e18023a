/** Heat maps one below another, for print. */
import type { Tensor } from 'attenscope'
import { levelOf, rampOf, signedScale } from '../canvas/color-scale.js'
import type { Figure } from './figure.js'

const CELL = 6
const NAME = 20
const WIDEST = 720

/** Draws tensors of one shape, (rows, columns), on one scale from −most to most. */
export function heatmapsFigure(
  title: string,
  names: readonly string[],
  tensors: readonly Tensor[],
  most: number
): Figure {
  const [rows = 0, columns = 0] = tensors[0]?.shape ?? []
  const scale = signedScale('linear', most)
  const cellWidth = Math.min(3 * CELL, WIDEST / Math.max(1, columns))
  return {
    ...{ title, scale, width: columns * cellWidth, height: tensors.length * (NAME + rows * CELL) },
    paint: ({ context, palette, font }) => {
      const ramp = rampOf(palette, scale)
      tensors.forEach(({ data }, at) => {
        const top = at * (NAME + rows * CELL)
        context.font = `400 11px ${font}`
        context.textAlign = 'left'
        context.textBaseline = 'middle'
        context.fillStyle = palette.muted
        context.fillText(names[at] ?? '', 0, top + NAME / 2)
        data.forEach((value, index) => {
          const level = 4 * levelOf(value, scale)
          context.fillStyle = `rgb(${ramp[level]}, ${ramp[level + 1]}, ${ramp[level + 2]})`
          const [row, column] = [Math.floor(index / columns), index % columns]
          context.fillRect(column * cellWidth, top + NAME + row * CELL, cellWidth + 0.1, CELL + 0.1)
        })
      })
    }
  }
}
