/**
 * The page that runs the benchmarks on the reader's machine: it measures the selected rows in turn and draws the
 * results.
 */

import { html, nothing, render } from 'lit'
import { detectVariant } from '../../web/lib/page/variant.js'
import { figureTexts, passes, type ReportRow, reportRow } from '../driver/report.mjs'
import { rows } from '../suite/index.js'
import type { RowAnswer, RowRequest } from './worker.js'

type State = ReportRow | 'waits' | 'runs' | { readonly failed: string }

const variant = detectVariant()
const offered = rows.filter(({ contest, only }) => contest && (!only || (variant === 'relaxed' && crossOriginIsolated)))
const chosen = new Set(offered.map(({ id }) => id))
const states = new Map<string, State>()
const peer = document.documentElement.dataset
let worker: Worker | undefined
let halt: (() => void) | undefined

async function run(): Promise<void> {
  states.clear()
  const queue = offered.filter(({ id }) => chosen.has(id))
  for (const { id } of queue) states.set(id, 'waits')
  let stopped = false
  halt = () => {
    stopped = true
    worker?.terminate()
    for (const [id, state] of states) if (state === 'waits' || state === 'runs') states.delete(id)
    halt = undefined
    draw()
  }
  for (const row of queue) {
    states.set(row.id, 'runs')
    draw()
    const answer = await measured({ id: row.id, variant, effort: { samples: 20, clock: 'wall' } })
    if (stopped) return
    states.set(
      row.id,
      'error' in answer
        ? { failed: answer.error }
        : reportRow(row, { name: peer.peer ?? '', version: peer.peerVersion ?? '' }, answer.measured)
    )
  }
  halt = undefined
  draw()
}

function measured(request: RowRequest): Promise<RowAnswer> {
  return new Promise((resolve) => {
    worker = new Worker(new URL('page-worker.js', import.meta.url), { type: 'module' })
    const end = (answer: RowAnswer) => {
      worker?.terminate()
      resolve(answer)
    }
    worker.onmessage = ({ data }: MessageEvent<RowAnswer>) => end(data)
    worker.onerror = ({ message }) => end({ error: message || 'the worker failed to start' })
    worker.postMessage(request)
  })
}

/** The largest ratio on the axis. */
const farthest = 6
const share = (ratio: number) => `${(Math.min(ratio, farthest) / farthest) * 100}%`

function picture(row: ReportRow) {
  if (row.ratio === null || row.spread === null) return nothing
  const [low, high] = row.spread as [number, number]
  const label = `${row.ratio.toFixed(2)} times; ${row.target} asked for`
  return html`<div class="bar" role="img" aria-label=${label}>
    <i class=${passes(row) ? 'passes' : ''} style="inline-size: ${share(row.ratio)}"></i>
    <b style="inset-inline-start: ${share(low)}; inline-size: calc(${share(high)} - ${share(low)})"></b>
    <u style="inset-inline-start: ${share(row.target)}"></u>
  </div>`
}

function cells(state: State | undefined) {
  if (state === undefined) return html`<td colspan="4"></td>`
  if (state === 'waits') return html`<td colspan="4" class="muted">waits</td>`
  if (state === 'runs') return html`<td colspan="4" class="muted">is measured …</td>`
  if ('failed' in state) return html`<td colspan="4" role="alert">${state.failed}</td>`
  if (state.error) return html`<td colspan="4" role="alert">${state.error}</td>`
  const { ours, other } = figureTexts(state)
  return html`<td>${ours}</td>
    <td>${other}</td>
    <td>${state.ratio?.toFixed(2)}</td>
    <td>${picture(state)}</td>`
}

function draw(): void {
  const running = halt !== undefined
  const results = [...states.values()].filter(
    (state): state is ReportRow => typeof state === 'object' && 'ratio' in state
  )
  const toggle = (id: string) => () => {
    if (!chosen.delete(id)) chosen.add(id)
    draw()
  }
  render(
    html`<p>
        ${
          running
            ? html`<button @click=${() => halt?.()}>Stop</button>`
            : html`<button ?disabled=${chosen.size === 0} @click=${() => void run()}>
                Measure ${chosen.size} rows
              </button>`
        }
        <button ?disabled=${results.length === 0} @click=${() => void copy(results)}>Copy as JSON</button>
        <span role="status" class="muted">${status(results.length)}</span>
      </p>
      <table>
        <thead>
          <tr>
            <th>row</th>
            <th>ours, ms</th>
            <th>peer, ms</th>
            <th>ratio</th>
            <th class="wide">0 to ${farthest} times; the tick is the target, the line the spread</th>
          </tr>
        </thead>
        <tbody>
          ${offered.map(
            ({ id, name, against }) =>
              html`<tr>
                <th scope="row">
                  <label>
                    <input type="checkbox" .checked=${chosen.has(id)} ?disabled=${running} @change=${toggle(id)} />
                    ${name}${against ? html` <span class="muted">(beside ${against})</span>` : nothing}
                  </label>
                </th>
                ${cells(states.get(id))}
              </tr>`
          )}
        </tbody>
      </table>`,
    document.querySelector('main')!
  )
}

function status(done: number): string {
  const machine = `${navigator.hardwareConcurrency} processors, ${variant} SIMD`
  if (halt) return `${done} of ${states.size}; ${machine}`
  const passed = [...states.values()].filter((state) => typeof state === 'object' && 'ratio' in state && passes(state))
  return done > 0 ? `${passed.length} of ${done} reach their target; ${machine}` : machine
}

function copy(results: readonly ReportRow[]): Promise<void> {
  const machine = { userAgent: navigator.userAgent, processors: navigator.hardwareConcurrency, variant }
  return navigator.clipboard.writeText(JSON.stringify({ machine, rows: results }, null, 2))
}

draw()
