// Scores the shipped models on data that was not trained on; Attenscope itself runs the models:
// `npm run evaluate -- [--model NAMES] [--dtype auto|f32|int8] [--processes N] [--json FILE]`.
import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Missing, metrics } from './evaluate/metrics.mjs'
import { NoPython } from './evaluate/python.mjs'
import { Workers } from './evaluate/workers.mjs'
import { main, step, UserError } from './lib/log.mjs'
import { root } from './lib/paths.mjs'
import { setup } from './setup.mjs'

const models = [...new Set(metrics.map(({ model }) => model))]

/** Reads `stories`, or `stories=FOLDER` for another checkpoint of the same kind. */
function readModels(text) {
  return text.split(',').map((entry) => {
    const [name, folder = join(root, 'models', name)] = entry.split('=')
    if (!models.includes(name)) throw new UserError(`There is no model '${name}'; there are ${models.join(', ')}.`)
    return { name, folder: resolve(folder) }
  })
}

const dtypes = ['auto', 'f32', 'int8']

function readArguments() {
  const { values } = parseArgs({
    options: {
      // Only these models; NAME=FOLDER scores another checkpoint.
      model: { type: 'string', default: models.join(',') },
      // The number format of the weight matrices in memory.
      dtype: { type: 'string', default: 'auto' },
      // The number of processes that run at once.
      processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
      // Writes { rows, skipped } to this file.
      json: { type: 'string' }
    }
  })
  if (!dtypes.includes(values.dtype))
    throw new UserError(`--dtype is '${values.dtype}'; there are ${dtypes.join(', ')}.`)
  return {
    ...values,
    model: readModels(values.model),
    processes: Math.max(1, Math.trunc(Number(values.processes)) || 1)
  }
}

/** A function that prints the progress at every tenth of the items. */
function progressOf(name, total) {
  let printed = 0
  return (done) => {
    const tenth = Math.floor((10 * done) / total)
    if (tenth > printed) step(`${name}: ${done} of ${total}`)
    printed = tenth
  }
}

/** Computes one metric. `answered` keeps the results by the function that lists the items: metrics can share items. */
async function evaluate(metric, workers, answered) {
  const { id, model, name, kind, target, better, digits } = metric
  const startedAt = performance.now()
  if (!answered.has(metric.items)) {
    const { items, wanted } = await metric.items()
    const results = await workers.map(kind, items, progressOf(name, items.length))
    answered.set(metric.items, { items, wanted, results })
  }
  const { items, wanted, results } = answered.get(metric.items)
  const figure = await metric.figure(results, wanted)
  const pass = better === 'less' ? figure <= target : figure >= target
  const seconds = (performance.now() - startedAt) / 1000
  return { id, model, metric: name, figure, digits, target, better, pass, items: items.length, seconds }
}

function table(rows) {
  const lines = rows.map(({ model, metric, figure, digits, target, better, pass }) => [
    model,
    metric,
    figure.toFixed(digits),
    `${better === 'less' ? '≤' : '≥'} ${target}`,
    pass ? 'pass' : 'short'
  ])
  const all = [['model', 'metric', 'figure', 'target', ''], ...lines]
  const widths = all[0].map((_, column) => Math.max(...all.map((line) => line[column].length)))
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

await main(async () => {
  const { model: chosen, dtype, processes, json } = readArguments()
  await setup()
  const rows = []
  const skipped = []
  const skip = (id, reason) => {
    skipped.push({ id, reason })
    step(`skipped ${id}: ${reason}`)
  }
  for (const { name, folder } of chosen) {
    const own = metrics.filter(({ model }) => model === name)
    if (!existsSync(join(folder, 'config.json'))) {
      for (const { id } of own) skip(id, `there is no model in ${folder}`)
      continue
    }
    const workers = await Workers.start(processes, folder, dtype)
    step(`${name}: weights in memory as ${workers.info.dtype}, ${workers.info.bytes} bytes`)
    const answered = new Map()
    try {
      for (const metric of own) {
        try {
          const row = await evaluate(metric, workers, answered)
          rows.push({ ...row, dtype: workers.info.dtype })
          step(`${row.metric}: ${row.figure.toFixed(row.digits)}`)
        } catch (error) {
          if (!(error instanceof Missing || error instanceof NoPython)) throw error
          skip(metric.id, error.message)
        }
      }
    } finally {
      workers.stop()
    }
  }
  if (rows.length > 0) console.log(`\n${table(rows)}`)
  const short = rows.filter(({ pass }) => !pass).length
  console.log(`\n${rows.length - short} pass, ${short} short, ${skipped.length} skipped`)
  if (json) writeFileSync(json, `${JSON.stringify({ rows, skipped }, null, 2)}\n`)
  if (short > 0) process.exitCode = 1
})
