// Runs the test suites and counts them; `npm test -- --help` prints what may follow.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sum, totalLine } from './lib/counts.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { elapsedSeconds, main, step, UserError } from './lib/log.mjs'
import { resultsDir } from './lib/paths.mjs'
import { affectedFirst, rememberGreen } from './lib/affected.mjs'
import { suites } from './lib/suites.mjs'
import { setup } from './setup.mjs'
import { toolchain } from './toolchain.mjs'

const usage = () => `npm test                              every suite that a change needs
npm test -- SUITE…                    some suites: ${suites.map(({ name }) => name).join(', ')}
npm test -- SUITE NAME…               of one suite the files or tests with such a name:
    npm test -- package trace-name        wasm-tests/ts/trace-name.test.ts
    npm test -- browser matrix            the browser tests with 'matrix' in the path of their file
    npm test -- sanitizers softmax        the C++ test cases with 'softmax' in their name
npm run test:full                     the slow tests as well
  --slow-only                         the suites that have slow tests, with them
  --minutes N                         start no suite that may take longer than what is left of N minutes`

const prerequisites = { setup, packages: ensureDependencies, tools: toolchain }
const prepared = new Map()

/** Does once what a suite needs; a failure there is a failure of every suite that needs it. */
function prepare(need) {
  if (!prepared.has(need)) prepared.set(need, prerequisites[need]())
  return prepared.get(need)
}

const tailOf = (text, lines) => text.trimEnd().split('\n').slice(-lines).join('\n')

/** Runs one suite; whatever happens in it comes back as counts. */
async function runSuite({ name, needs, run }, options) {
  const startedAt = performance.now()
  let result
  try {
    for (const need of needs) await prepare(need)
    step(`suite ${name}`)
    result = await run(options)
  } catch (error) {
    const output = error instanceof UserError ? error.message : String(error.stack)
    result = { passed: 0, failed: 1, skipped: 0, why: 'could not be run', output }
  }
  const { output, ...counts } = result
  if (counts.failed > 0) console.log(`${tailOf(output, 120)}\n${name} failed${counts.why ? `: ${counts.why}` : ''}`)
  return { name, ...counts, seconds: Math.round((performance.now() - startedAt) / 100) / 10 }
}

function printTable(results) {
  const row = (cells) =>
    console.log(cells.map((cell, column) => (column ? String(cell).padStart(9) : cell.padEnd(14))).join(''))
  console.log()
  row(['suite', 'passed', 'failed', 'skipped', 'seconds'])
  for (const { name, passed, failed, skipped, seconds } of results) {
    row([name, passed, failed, skipped, seconds.toFixed(1)])
  }
  console.log()
}

/** Suite names come first; the words after them choose among the tests of one suite. */
function chosenTests(words) {
  const isSuite = (word) => suites.some(({ name }) => name === word)
  const firstOther = words.findIndex((word) => !isSuite(word))
  const names = firstOther < 0 ? words : words.slice(0, firstOther)
  const only = words.slice(names.length)
  if (only.length > 0 && names.length !== 1) {
    const problem = names.length === 0 ? `'${only[0]}' is no suite` : 'names of tests need one suite before them'
    throw new UserError(`${problem}.\n\n${usage()}`)
  }
  return { names, only }
}

/** The named suites, or else all that a run of this kind has, those whose inputs changed since they last passed first. */
function chosenSuites(names, full, slowOnly) {
  if (names.length > 0) return suites.filter(({ name }) => names.includes(name))
  return affectedFirst(suites.filter(({ slow, quick = true }) => (slowOnly ? slow : full || quick)))
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      // The slow tests as well.
      full: { type: 'boolean', default: false },
      // Only suites that have slow tests, with them.
      'slow-only': { type: 'boolean', default: false },
      // No suite is started that may take longer than what is left of these, and none runs on beyond them.
      minutes: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) return console.log(usage())
  const full = values.full || values['slow-only']
  const deadline = Number(values.minutes) > 0 ? Number(values.minutes) * 60 : Infinity
  const results = []
  const { names, only } = chosenTests(positionals)
  for (const suite of chosenSuites(names, full, values['slow-only'])) {
    const secondsLeft = deadline - elapsedSeconds()
    // One that is begun and cut off would count as failed.
    if (secondsLeft < Math.max(1, full ? 60 * (suite.slow ?? 0) : 0)) {
      step(`suite ${suite.name} left out: too little is left of the ${values.minutes} minutes`)
      continue
    }
    const timeoutMs = Math.min(secondsLeft, full ? 3600 : 1500) * 1000
    const result = await runSuite(suite, { timeoutMs, only, env: full ? { ATTENSCOPE_FULL: '1' } : {} })
    results.push(result)
    if (result.failed === 0 && only.length === 0) rememberGreen(suite)
  }
  const totals = sum(results)
  mkdirSync(resultsDir, { recursive: true })
  const file = join(resultsDir, values['slow-only'] ? 'slow.json' : 'summary.json')
  writeFileSync(file, `${JSON.stringify({ suites: results, ...totals }, null, 2)}\n`)
  printTable(results)
  console.log(totalLine(totals))
  if (totals.failed > 0 || totals.passed === 0) process.exitCode = 1
})
