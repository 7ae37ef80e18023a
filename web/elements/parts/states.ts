/** The messages in place of a picture: progress, an error with a way out, or what is missing. */
import { css, html, type TemplateResult } from 'lit'
import { errorText, isAbsent, isBlocked, type ErrorText } from './error-text.js'
import { bytes } from './format.js'
import type { ModelLoad } from '../sources/model-registry.js'
import * as words from '../words/index.js'

export const stateStyles = css`
  .message {
    max-inline-size: 68ch;
    padding: 16px 0;
    color: var(--_muted);
  }
  .message p {
    margin: 0 0 4px;
  }
  .message .what {
    color: var(--_alarm);
    overflow-wrap: anywhere;
  }
  .message button {
    margin-block-start: 8px;
    color: var(--_ink);
  }
  .empty {
    padding: 16px;
    border: 1px solid var(--_rule);
  }
  /* One line for names and sizes of any length, so that the layout does not move while they change. */
  .progress {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 4px 16px;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .progress > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .track {
    grid-column: 1 / -1;
    block-size: 2px;
    margin-block-end: 2px;
    background: var(--_rule);
    overflow: hidden;
  }
  .bar {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    border: 0;
    background: transparent;
    appearance: none;
  }
  .bar::-webkit-progress-bar {
    background: transparent;
  }
  .bar::-webkit-progress-value {
    background: var(--_accent);
  }
  .bar::-moz-progress-bar {
    background: var(--_accent);
  }
  .progress button {
    min-block-size: 28px;
    padding: 0 8px;
  }
  @media (pointer: coarse) {
    .progress button {
      min-block-size: 44px;
    }
  }
`

export function emptyState(what: string): TemplateResult {
  const isComing = what === words.view.reading || what === words.view.computing
  return html`<div class="message empty ${isComing ? 'coming' : ''}" part="message"><p>${what}</p></div>`
}

export function errorState(error: unknown, retry?: () => void): TemplateResult {
  return troubleState(errorText(error), isBlocked(error) ? undefined : retry)
}

/** The message for a failed question; a plain sentence if the model or file cannot answer it. */
export function failedState(error: unknown, retry: () => void): TemplateResult {
  return isAbsent(error) ? emptyState(errorText(error).what) : errorState(error, retry)
}

/** The message, and the content between the element's tags, such as a saved picture, in place of the view. */
export function troubleState({ what, meaning, remedy }: ErrorText, retry?: () => void): TemplateResult {
  return html`<div class="message" part="error" role="alert">
      <p class="what">${what}</p>
      <p>${meaning} ${remedy}</p>
      ${retry ? html`<button type="button" @click=${retry}>${words.load.again}</button>` : ''}
    </div>
    <slot></slot>`
}

/** The progress bar appears before the first byte has come. */
function progressState(load: ModelLoad): TemplateResult {
  const { file, loaded = 0, total } = load.progress ?? {}
  return html`<div class="progress" part="progress">
    <span class="track"
      ><progress class="bar" max="1" .value=${total ? loaded / total : 0.01} aria-label=${words.load.label}></progress
    ></span>
    <span>${file ? words.load.progress(file, bytes(loaded), total ? bytes(total) : undefined) : words.load.begun}</span>
    <button type="button" @click=${() => load.cancel()}>${words.load.cancel}</button>
  </div>`
}

function cancelledState(load: ModelLoad): TemplateResult {
  return html`<div class="message" part="message">
    <p>${words.load.cancelled}</p>
    <button type="button" @click=${() => load.retry()}>${words.load.load}</button>
  </div>`
}

/** The message of a load; `undefined` once the model is loaded. */
export function loadState(load: ModelLoad): TemplateResult | undefined {
  switch (load.status) {
    case 'loading':
      return progressState(load)
    case 'cancelled':
      return cancelledState(load)
    case 'failed':
      return errorState(load.error, () => load.retry())
    case 'ready':
      return undefined
  }
}
