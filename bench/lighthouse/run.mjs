// `npm run lighthouse`: Lighthouse scores of every page of the built site, on a desktop and on a simulated phone.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import puppeteer from 'puppeteer-core'
import { preview } from 'vite'
import { buildSite } from '../../scripts/build.mjs'
import { chromiumFlags } from '../../scripts/lib/browsers.mjs'
import { ensureOwnDependencies } from '../../scripts/lib/dependencies.mjs'
import { main, step } from '../../scripts/lib/log.mjs'
import { buildDir, root } from '../../scripts/lib/paths.mjs'
import { browserPath } from '../driver/browser.mjs'
import { median } from '../driver/statistics.mjs'

const wanted = { performance: 95, accessibility: 95, 'best-practices': 95 }
const categories = Object.keys(wanted)
const mostShift = 0.05

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '3' },
    forms: { type: 'string', default: 'desktop,mobile' },
    reports: { type: 'string' }
  }
})

/** Returns the figures of one run: scores out of 100, layout shift, and the blocking time of the main thread. */
async function measure(lighthouse, url, port, config) {
  const { lhr } = await lighthouse(url, { port, onlyCategories: categories, logLevel: 'error' }, config)
  const scores = categories.map((name) => [name, Math.round((lhr.categories[name].score ?? 0) * 100)])
  return {
    report: lhr,
    ...Object.fromEntries(scores),
    shift: lhr.audits['cumulative-layout-shift'].numericValue,
    blockedMs: lhr.audits['total-blocking-time'].numericValue,
    paintedMs: lhr.audits['largest-contentful-paint'].numericValue
  }
}

await main(async () => {
  const folder = join(root, 'bench/lighthouse')
  await ensureOwnDependencies(folder)
  const built = await buildSite()
  if (built) return void (process.exitCode = built)
  const { default: lighthouse, desktopConfig } = await import('./node_modules/lighthouse/core/index.js')
  const { pageNames, asideNames, framedNames } = await import('../../web/demo/shared/site-pages.ts')
  const chosen = values.only ? values.only.split(',') : [...pageNames, ...asideNames, ...framedNames]
  const forms = { desktop: desktopConfig, mobile: undefined }
  const server = await preview({
    configFile: false,
    root: join(buildDir, 'site'),
    build: { outDir: '.' },
    logLevel: 'silent'
  })
  const executablePath = await browserPath()
  const results = []
  try {
    for (const name of chosen) {
      for (const form of values.forms.split(',')) {
        const runs = []
        for (let run = 0; run < Number(values.runs); run++) {
          // A new browser for each run, because a cache from an earlier run would improve the scores.
          const browser = await puppeteer.launch({ executablePath, args: chromiumFlags })
          try {
            const url = new URL(`${name}.html`, server.resolvedUrls.local[0]).href
            runs.push(await measure(lighthouse, url, Number(new URL(browser.wsEndpoint()).port), forms[form]))
          } finally {
            await browser.close()
          }
        }
        const middle = (key) => median(runs.map((each) => each[key]))
        const figures = Object.fromEntries(
          [...categories, 'shift', 'blockedMs', 'paintedMs'].map((key) => [key, middle(key)])
        )
        const short = categories.some((key) => figures[key] < wanted[key]) || figures.shift >= mostShift
        results.push({ name, form, ...figures, short })
        if (values.reports) {
          mkdirSync(values.reports, { recursive: true })
          writeFileSync(join(values.reports, `${name}-${form}.json`), JSON.stringify(runs.at(-1).report))
        }
        const scores = categories.map((key) => `${key} ${figures[key]}`).join('  ')
        step(
          `${name.padEnd(11)} ${form.padEnd(8)} ${scores}  shift ${figures.shift.toFixed(3)}  ` +
            `blocked ${Math.round(figures.blockedMs)} ms  painted ${Math.round(figures.paintedMs)} ms${short ? '  short' : ''}`
        )
      }
    }
  } finally {
    await server.close()
  }
  const short = results.filter((each) => each.short).length
  step(`${results.length - short} of ${results.length} reach 95 and a shift under ${mostShift}`)
})
