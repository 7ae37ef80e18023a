// Prints the counts of a whole check as its last line; the slow run of a suite replaces the suite's quick run.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sum, totalLine } from './lib/counts.mjs'
import { resultsDir } from './lib/paths.mjs'

const suitesOf = (name) => {
  const file = join(resultsDir, name)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).suites : []
}

const bySuite = new Map([...suitesOf('summary.json'), ...suitesOf('slow.json')].map((suite) => [suite.name, suite]))
// If there are no results, the set-up failed: this counts as one failure.
const totals = bySuite.size > 0 ? sum([...bySuite.values()]) : { passed: 0, failed: 1, skipped: 0 }
console.log(totalLine(totals))
process.exitCode = totals.failed > 0 ? 1 : 0
