// Runs the test suites and counts their tests; `npm test -- --help` shows how to choose some of them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { changedFirst, rememberGreen } from './lib/affected.mjs'
import { ensureBrowsers } from './lib/browsers.mjs'
import { choose, usage } from './lib/choice.mjs'
import { sum, totalLine } from './lib/counts.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { elapsedSeconds, main, step, UserError } from './lib/log.mjs'
import { resultsDir } from './lib/paths.mjs'
import { setup } from './setup.mjs'
import { toolchain } from './toolchain.mjs'

const prerequisites = {
  packages: ensureDependencies,
  tools: toolchain,
  setup: async () => {
    await Promise.all([prepare('packages'), prepare('tools')])
    await setup()
  }
}
const prepared = new Map()

/** Prepares a need of a suite once; if this fails, every suite with this need fails. */
function prepare(need) {
  if (!prepared.has(need)) prepared.set(need, prerequisites[need]())
  return prepared.get(need)
}

/**
 * Starts the preparations together: one can wait for the network while another one compiles. A suite reports the failure
 * of a preparation that it needs.
 */
function prepareAll(chosen) {
  const needs = new Set(chosen.flatMap((suite) => suite.needs))
  // 'setup' prepares both of these before it builds.
  for (const need of ['tools', 'packages']) {
    if (needs.has(need) || needs.has('setup')) prepare(need).catch(() => {})
  }
  if (chosen.some(({ browsers }) => browsers)) ensureBrowsers().catch(() => {})
}

const tailOf = (text, lines) => text.trimEnd().split('\n').slice(-lines).join('\n')

/** Runs one suite; a failure of its preparation counts as one failed test. */
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

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      // Also runs the slow tests.
      full: { type: 'boolean', default: false },
      // Runs only the tests whose names match, in suites that can select tests by name.
      name: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
      // Runs only the suites that have slow tests, including these tests.
      'slow-only': { type: 'boolean', default: false },
      // Stops after this number of minutes, and starts no suite that may need more than the remaining time.
      minutes: { type: 'string', default: '0' }
    }
  })
  if (values.help) {
    console.log(usage())
    return
  }
  const full = values.full || values['slow-only']
  const deadline = Number(values.minutes) > 0 ? Number(values.minutes) * 60 : Infinity
  const results = []
  const { chosen, files } = choose(positionals, { full, slowOnly: values['slow-only'], name: values.name })
  const isPart = files.length > 0 || values.name !== undefined
  prepareAll(chosen)
  for (const suite of changedFirst(chosen)) {
    const secondsLeft = deadline - elapsedSeconds()
    // A suite that is started and then stopped would count as failed.
    if (secondsLeft < Math.max(1, full ? 60 * (suite.slow ?? 0) : 0)) {
      step(`suite ${suite.name} is left out: it may need more than the rest of the ${values.minutes} minutes`)
      continue
    }
    const timeoutMs = Math.min(secondsLeft, full ? 3600 : 1500) * 1000
    const env = full ? { ATTENSCOPE_FULL: '1' } : {}
    const result = await runSuite(suite, { timeoutMs, env, files, name: values.name })
    if (!isPart && result.failed === 0) rememberGreen(suite)
    results.push(result)
  }
  const totals = sum(results)
  mkdirSync(resultsDir, { recursive: true })
  const file = join(resultsDir, values['slow-only'] ? 'slow.json' : 'summary.json')
  writeFileSync(file, `${JSON.stringify({ suites: results, ...totals }, null, 2)}\n`)
  printTable(results)
  console.log(totalLine(totals))
  if (totals.failed > 0 || totals.passed === 0) process.exitCode = 1
})
