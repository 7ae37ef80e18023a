// `npm run true-sizes`: loads models of real sizes in Chromium, with random weights, and prints their table.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import puppeteer from 'puppeteer-core'
import { buildLibrary } from '../../scripts/build-lib.mjs'
import { buildWasm } from '../../scripts/build-wasm.mjs'
import { chromiumFlags } from '../../scripts/lib/browsers.mjs'
import { main, step, UserError } from '../../scripts/lib/log.mjs'
import { buildDir, dist, root } from '../../scripts/lib/paths.mjs'
import { writeSection } from '../driver/benchmarks-page.mjs'
import { browserPath } from '../driver/browser.mjs'
import { serveFolders } from '../driver/server.mjs'
import { measureModel } from './page.mjs'
import { gpt2Form, llamaForm, marianForm, writeRandomCheckpoint } from './random-checkpoint.mjs'

const effort = { prompt: 16, tokens: 33 }

const models = [
  { id: 'gpt2', name: 'GPT-2, 124 M', form: gpt2Form(), dtype: 'F32', held: ['f32', 'int8'] },
  { id: 'llama', name: 'Llama form, 360 M', form: llamaForm(), dtype: 'BF16', held: ['int8'] },
  { id: 'marian', name: 'Marian form, 77 M', form: marianForm(), dtype: 'F32', held: ['f32', 'int8'] }
]

const folder = join(buildDir, 'true-sizes')
const heldNames = { f32: 'float32', int8: '8 bits' }

/** Returns the memory of the page's process, current and peak, as Linux reports it. */
async function rendererMemory(client) {
  const { processInfo } = await client.send('SystemInfo.getProcessInfo')
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => {
      const status = readFileSync(`/proc/${id}/status`, 'utf8')
      const kilobytes = (field) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1])
      return { resident: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 }
    })
  return sizes.reduce((largest, each) => (each.peak > largest.peak ? each : largest), { resident: 0, peak: 0 })
}

/** Measures one model in a new browser, so that nothing else is in the memory of its process. */
async function measureIn(executablePath, origin, id, dtype) {
  const browser = await puppeteer.launch({ executablePath, args: chromiumFlags, protocolTimeout: 0 })
  try {
    const client = await browser.target().createCDPSession()
    const page = await browser.newPage()
    await page.goto(`${origin}/models/`)
    const before = await rendererMemory(client)
    const found = await page.evaluate(
      `(${measureModel})(${JSON.stringify(`${origin}/models/${id}/`)}, ${JSON.stringify(dtype)}, ${JSON.stringify(effort)})`
    )
    const after = await rendererMemory(client)
    return { ...found, peakBytes: after.peak - before.resident, browser: await browser.version() }
  } finally {
    await browser.close()
  }
}

const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`

function tableOf(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const head = ['model', 'file', 'precision', 'weights', 'load', 'peak memory', 'tokens a second']
  return [
    line(head),
    line(head.map((_, i) => (i < 3 ? '---' : '---:'))),
    ...rows.map(({ name, storedBytes, dtype, bytes, loadMs, peakBytes, tokensPerSecond }) =>
      line([
        name,
        megabytes(storedBytes),
        heldNames[dtype],
        megabytes(bytes),
        `${(loadMs / 1000).toFixed(1)} s`,
        megabytes(peakBytes),
        tokensPerSecond.toFixed(1)
      ])
    )
  ].join('\n')
}

/** How busy the machine was: other programs make every time longer. */
function otherWork() {
  const load = loadavg()[1] - 1
  return load < 0.5 ? '' : `, which ${load.toFixed(0)} other programs used at the same time`
}

/** The line below the table: what was measured, where. */
function machineLine([{ variant, browser }]) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return `Measured with attenscope ${version} (${variant} SIMD, one thread) in ${browser.replace('/', ' ')}, headless, on ${cpus().length} cores of ${cpus()[0].model.trim()}${otherWork()}.`
}

await main(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' }, docs: { type: 'boolean', default: false } } })
  const chromium = await browserPath()
  step('building the package')
  await buildWasm()
  await buildLibrary()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>True sizes</title>')
  const server = await serveFolders({ '/dist/': dist, '/models/': folder })
  const rows = []
  try {
    for (const { id, name, form, dtype: stored, held } of models.filter((model) =>
      [model.id, undefined].includes(values.only)
    )) {
      step(`writing ${name}`)
      const { storedBytes } = writeRandomCheckpoint(join(folder, id), form, { dtype: stored })
      for (const dtype of held) {
        const found = await measureIn(chromium, server.origin, id, dtype)
        rows.push({ name, dtype, storedBytes, ...found })
        step(`${name} in ${heldNames[dtype]}: ${JSON.stringify(found)}`)
      }
      rmSync(join(folder, id), { recursive: true })
    }
  } finally {
    server.close()
  }
  console.log(`\n${tableOf(rows)}`)
  if (values.docs) await writeSection('true-sizes', `${tableOf(rows)}\n\n${machineLine(rows)}`)
})
