// Writes the tables of docs/benchmarks.md, each between its two marks.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/paths.mjs'
import { figureTexts, passes } from './report.mjs'

const file = join(root, 'docs/benchmarks.md')

/** The page with `content` in place of the text between <!-- NAME --> and <!-- /NAME -->. */
export function withSection(page, name, content) {
  const marked = new RegExp(`(?<=<!-- ${name} -->\n)[^]*(?=<!-- /${name} -->)`)
  if (!marked.test(page))
    throw new Error(`docs/benchmarks.md has no section between <!-- ${name} --> and <!-- /${name} -->`)
  return page.replace(marked, () => `\n${content.trim()}\n\n`)
}

/** Puts a table and the line about its machine into the section `name`, laid out as prettier does. */
export async function writeSection(name, content) {
  const { format, resolveConfig } = await import('prettier')
  const page = withSection(readFileSync(file, 'utf8'), name, content)
  writeFileSync(file, await format(page, { ...(await resolveConfig(file)), filepath: file }))
}

const unit = (text) => (text.endsWith('B') ? text : `${text} ms`)

/** A row of the table; the ratio is bold where it reaches its target. */
function line(row) {
  const { ours, other } = figureTexts(row)
  const beside = row.peerMs === null ? '' : `${row.peer}: `
  const limit = row.mostMs === undefined ? '' : `, ${row.mostMs} ms`
  const times = passes(row) ? `**${row.ratio.toFixed(2)}**` : row.ratio.toFixed(2)
  return `| ${row.name} | ${unit(ours)} | ${beside}${unit(other)} | ${times} | ${row.target}${limit} |`
}

/** The table of speed. `machine` is { cpu, cores, runtime … } as describeMachine has it; rows without figures are left out. */
export function speedTable(machine, rows, peers) {
  const versions = peers.map(({ name, version }) => `${name} ${version}`).join(', ')
  return [
    '| work, one thread unless said | ours | peer | ratio | target |',
    '| --- | --: | --: | --: | --: |',
    ...rows.filter(({ error }) => !error).map(line),
    '',
    `${machine.runtime}, ${machine.variant} SIMD, ${versions}; ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB; load ${machine.load.toFixed(1)} before.`,
    'Medians of 20 or more in turns; a bold ratio reaches its target. `npm run bench -- --docs` writes this table.'
  ].join('\n')
}
