/** The time of a run, among the figures below it. */
import { html, type TemplateResult } from 'lit'
import { significant } from './format.js'

export function milliseconds(elapsedMs: number): TemplateResult {
  return html`<span><b>${significant(elapsedMs)}</b> ms</span>`
}
