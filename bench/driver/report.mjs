// Formats the results: an entry of the JSON file, a line of progress, and the final table.
import { figures, gaugeFigures } from './statistics.mjs'

/**
 * Returns an entry of the report. When the results of both sides differ, it has an error in place of figures.
 *
 * @typedef {{
 *   id: string, name: string, target: number, mostMs?: number, peer: string, peerVersion: string | null,
 *   oursMs: number | null, peerMs: number | null, ratio: number | null, spread: number[] | null, samples: number,
 *   difference?: number, tolerance?: number, measured?: number, unit?: 'ms' | 'bytes', ceiling?: number, error?: string
 * }} ReportRow
 * @param {Pick<ReportRow, 'id' | 'name' | 'target' | 'mostMs'> & { against?: string }} row
 * @param {{ name: string, version: string }} peer
 * @param {import('../suite/index.js').Measured} found
 * @returns {ReportRow}
 */
export function reportRow({ id, name, target, against, mostMs }, peer, found) {
  const limit = mostMs === undefined ? {} : { mostMs }
  const peerVersion = (against ?? peer.name) === peer.name ? peer.version : null
  const row = { id, name, ...limit, peer: against ?? peer.name, peerVersion }
  if ('readings' in found) {
    const { readings } = found
    return { ...row, peer: 'a ceiling', peerVersion: null, ...gaugeFigures(found), target, samples: readings.length }
  }
  const { agreement, ours, peer: theirs, ceiling } = found
  const { difference, tolerance, largest, agrees } = agreement
  const checks = { difference, tolerance, samples: ours.length }
  if (agrees) return { ...row, ...figures({ ours, peer: theirs, ceiling }), target, ...checks }
  const error =
    difference <= tolerance
      ? `the peer's largest number is ${largest}, too small to tell right from wrong`
      : `the results differ by ${difference}, tolerated are ${tolerance}`
  return { ...row, oursMs: null, peerMs: null, ratio: null, target, spread: null, ...checks, error }
}

const milliseconds = (value) => (value < 100 ? value.toFixed(2) : value.toFixed(0))

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** The engine's figure of a row, and the figure it is compared with. */
const ours = ({ oursMs, measured }) => (oursMs === null ? `${wholeNumber.format(measured)} B` : milliseconds(oursMs))
const other = ({ peerMs, ceiling, unit }) => {
  if (peerMs !== null) return milliseconds(peerMs)
  return unit === 'ms' ? `at most ${milliseconds(ceiling)}` : `at most ${wholeNumber.format(ceiling)} B`
}

/**
 * Returns both figures as text.
 * @param {ReportRow} row
 */
export const figureTexts = (row) => ({ ours: ours(row), other: other(row) })

/**
 * Tells whether a row meets its target.
 * @param {ReportRow} row
 */
export const passes = ({ ratio, target, oursMs, mostMs = Infinity }) => ratio >= target && (oursMs ?? 0) <= mostMs

const columns = [
  ['row', ({ id }) => id],
  ['ours, ms', ours],
  ['peer, ms', other],
  ['ratio', ({ ratio }) => ratio.toFixed(2)],
  ['p10 – p90', ({ spread }) => spread.map((each) => each.toFixed(2)).join(' – ')],
  ['target', ({ target, mostMs }) => `${target.toFixed(2)}${mostMs ? `, ${mostMs} ms` : ''}`],
  ['', (row) => (passes(row) ? 'passes' : 'below')],
  ['difference', ({ difference }) => difference?.toExponential(1) ?? ''],
  ['samples', ({ samples }) => String(samples)]
]

/** Returns a line about a row that has just been measured. */
export function progressLine(row) {
  if (row.error) return `${row.id}: FAILED, ${row.error}`
  const unit = row.unit === 'bytes' ? '' : ' ms'
  return `${row.id}: ${ours(row)}${unit}, ${row.peer} ${other(row)}${unit}, ratio ${row.ratio.toFixed(2)}`
}

/** Returns a table of all rows that have figures, as text. */
export function table(rows) {
  const cells = rows.filter(({ error }) => !error).map((row) => columns.map(([, show]) => show(row)))
  const lines = [columns.map(([title]) => title), ...cells]
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i].length)))
  return lines
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}
