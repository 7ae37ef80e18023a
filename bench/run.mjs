// `npm run bench`: compares the engine's results with onnxruntime-web's, then times both in turns.
import { writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { main, step, UserError } from '../scripts/lib/log.mjs'
import { browserPath, openBrowser, serveSite } from './driver/browser.mjs'
import { openNode } from './driver/node.mjs'
import { describeMachine } from './driver/machine.mjs'
import { speedTable, writeSection } from './driver/benchmarks-page.mjs'
import { progressLine, reportRow, table } from './driver/report.mjs'
import { buildModules, buildPackage, buildSuite, peer, wllama } from './driver/site.mjs'

function wholeNumber(text) {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('expected a whole number from 1 on.')
  return number
}

function readArguments() {
  return new Command('npm run bench --')
    .description('Times the engine beside onnxruntime-web, after comparing what both compute.')
    .option('--only <ids>', 'these rows, separated by commas', (text) => text.split(','))
    .option('--samples <number>', 'pairs of samples of each row, at least', wholeNumber, 20)
    .addOption(new Option('--variant <variant>', 'build of the engine').choices(['base', 'relaxed']).default('relaxed'))
    .addOption(
      new Option('--runtime <runtime>', 'what runs the WebAssembly')
        .choices(['chromium', 'firefox', 'node'])
        .default('chromium')
    )
    .addOption(
      new Option('--clock <clock>', "the wall's time, or in Node the processor's")
        .choices(['wall', 'cpu'])
        .default('wall')
    )
    .option('--page', 'opens no browser: serves a page that runs the rows and draws them, for a browser of yours')
    .option('--docs', 'puts the figures into docs/benchmarks.md')
    .option('--json <file>', 'writes { machine, rows } to this file')
    .parse()
    .opts()
}

function chooseRows(rows, only) {
  if (!only) return rows
  const unknown = only.find((id) => !rows.some((row) => row.id === id))
  if (unknown !== undefined) {
    throw new UserError(`There is no row '${unknown}', expected one of ${rows.map(({ id }) => id).join(', ')}.`)
  }
  return rows.filter(({ id }) => only.includes(id))
}

/** Serves the page with all modules until the process ends. */
async function servePage() {
  await buildSuite()
  for (const variant of ['base', 'relaxed']) await buildModules(variant)
  await buildPackage()
  const server = await serveSite()
  step(`the benchmarks' page: ${server.origin} (end with Ctrl-C)`)
}

await main(async () => {
  const { only, samples, variant, runtime: runtimeName, clock, json, page, docs } = readArguments()
  if (page) return servePage()
  if (clock === 'cpu' && runtimeName !== 'node') throw new UserError('--clock cpu needs --runtime node.')
  const browser = runtimeName === 'node' ? undefined : await browserPath(runtimeName)
  const chosen = chooseRows(await buildSuite(), only)
  const rows = chosen.filter((row) => row.only !== 'page' || (runtimeName === 'chromium' && variant === 'relaxed'))
  const left = chosen.filter((row) => !rows.includes(row)).map(({ id }) => id)
  if (left.length > 0) step(`left out, since only Chromium on relaxed SIMD has them: ${left.join(', ')}`)
  step(`building the ${variant} modules`)
  await buildModules(variant)
  await buildPackage()
  const runtime = browser ? await openBrowser(runtimeName, browser) : openNode()
  const machine = describeMachine(runtime.name, variant, clock)
  const results = []
  try {
    step(`${runtime.name}, ${peer.name} ${peer.version}, ${wllama.name} ${wllama.version}`)
    for (const row of rows) {
      const effort = { samples, clock }
      const beside = row.against === wllama.name ? wllama : peer
      results.push(
        reportRow(row, beside, await (row.contest ? runtime.measure(row.id, variant, effort) : runtime.cold(effort)))
      )
      step(progressLine(results.at(-1)))
    }
  } finally {
    await runtime.close()
  }
  console.log(`\n${table(results)}`)
  if (json) writeFileSync(json, `${JSON.stringify({ machine, rows: results }, null, 2)}\n`)
  if (docs) await writeSection('speed', speedTable(machine, results, [peer, wllama]))
  const failed = results.filter(({ error }) => error)
  if (failed.length > 0) {
    throw new UserError(`The results of ${failed.map(({ id }) => id).join(', ')} differ from the peer's.`)
  }
})
