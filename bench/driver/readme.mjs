// Puts the figures of a run into the README, between its two marks.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/paths.mjs'
import { figureTexts, passes } from './report.mjs'

const file = join(root, 'README.md')
const marked = /(?<=<!-- speed -->\n)[^]*(?=<!-- \/speed -->)/

const unit = (text) => (text.endsWith('B') ? text : `${text} ms`)

/** A row of the table; where a row is short of its target, the ratio says by how much. */
function line(row) {
  const { ours, other } = figureTexts(row)
  const beside = row.peerMs === null ? '' : `${row.peer}: `
  const limit = row.mostMs === undefined ? '' : `, ${row.mostMs} ms`
  const times = passes(row) ? `**${row.ratio.toFixed(2)}**` : row.ratio.toFixed(2)
  return `| ${row.name} | ${unit(ours)} | ${beside}${unit(other)} | ${times} | ${row.target}${limit} |`
}

/** { cpu, cores, runtime … } as describeMachine has it, and the rows that have figures. */
export function writeReadme(machine, rows, peers) {
  const text = readFileSync(file, 'utf8')
  if (!marked.test(text)) throw new Error('README.md has lost the marks between which the figures stand')
  const versions = peers.map(({ name, version }) => `${name} ${version}`).join(', ')
  const lines = [
    '',
    '| work, one thread unless said | ours | the other side | ratio | asked for |',
    '| --- | --: | --: | --: | --: |',
    ...rows.filter(({ error }) => !error).map(line),
    '',
    `${machine.runtime}, ${machine.variant} SIMD, ${versions}; ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB; load ${machine.load.toFixed(1)} before.`,
    'Medians of 20 or more in turns; bold reaches what was asked for. `npm run bench -- --readme` writes this table.',
    ''
  ]
  writeFileSync(
    file,
    text.replace(marked, () => lines.join('\n'))
  )
}
