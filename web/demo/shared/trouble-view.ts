/** Shows an error in a page's own part; the elements show their own errors. */
import { errorText } from 'attenscope/elements'
import { html, type TemplateResult } from 'lit'
import { words } from '../words/index.js'

/** `again` repeats the failed action; without it, the view has no button. */
export function troubleView(error: unknown, again?: () => void): TemplateResult {
  const { what, meaning, remedy } = errorText(error)
  return html`<div class="trouble" role="alert">
    <p class="what">${what}</p>
    <p>${meaning} ${remedy}</p>
    ${again ? html`<button type="button" class="quiet" @click=${again}>${words.frame.again}</button>` : ''}
  </div>`
}
