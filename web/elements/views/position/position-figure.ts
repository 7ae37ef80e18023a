/** An encoding of positions for files: its heat map and its numbers. */
import { rangeOf } from '../../canvas/color-scale.js'
import type { Figure, Table } from '../../parts/figure.js'
import { heatmapsFigure } from '../../parts/heatmap-figure.js'
import type { Encoded } from './position-data.js'
import * as words from '../../words/index.js'

/** The encoding; if nothing is added to vectors, the bias that is added to scores. */
function shown({ encoding, similarity }: Encoded) {
  return encoding ?? similarity
}

export function positionFigure(encoded: Encoded): Figure {
  const tensor = shown(encoded)
  const { least, most } = rangeOf([tensor.data])
  const name = encoded.isBias ? words.position.biases : words.position.encodings
  return heatmapsFigure(words.position.kinds[encoded.kind].name, [name], [tensor], Math.max(most, -least))
}

export function positionTable(encoded: Encoded): Table {
  const { data, shape } = shown(encoded)
  const [rows = 0, columns = 0] = shape
  const name = encoded.isBias ? 'position' : 'component'
  return {
    columns: ['position', ...Array.from({ length: columns }, (_, at) => `${name} ${at}`)],
    rows: Array.from({ length: rows }, (_, row) => [row, ...data.subarray(row * columns, (row + 1) * columns)])
  }
}
