/** A slider through the moments of a text that was written: the views show the attention of each moment. */
import { css, html, type TemplateResult } from 'lit'
import { labelText } from './token-text.js'
import type { Selection } from '../base/selection.js'
import * as words from '../words/index.js'

export const scrubStyles = css`
  .scrubber {
    display: flex;
    align-items: center;
    gap: 8px 12px;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .scrubber input[type='range'] {
    flex: 1 1 120px;
    min-block-size: 32px;
    padding: 0;
    border: 0;
    accent-color: var(--_accent);
  }
  .scrubber output {
    min-inline-size: 12ch;
    color: var(--_ink);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @media (pointer: coarse) {
    .scrubber input[type='range'] {
      min-block-size: 44px;
    }
  }
`

/** From the prompt alone to the whole text; nothing if nothing was written. */
export function scrubber(selection: Selection, promptTokenCount: number): TemplateResult | '' {
  const { given } = selection
  if (!given || given.part === 'encoder') return ''
  const last = given.queries.first + given.queries.count
  const first = Math.max(1, given.part === 'cross' ? 1 : promptTokenCount)
  if (last <= first) return ''
  const shown = Math.min(last, selection.tuning.shown)
  // The last query shown chose the token after it.
  const written = (given.part === 'cross' ? given.queryTokens : given.tokens)[
    given.part === 'cross' ? shown - 1 : shown
  ]
  const tokens = given.part === 'cross' ? given.queryTokens : given.tokens
  const label = written ? labelText(tokens, tokens.indexOf(written), 12) : ''
  const move = (event: Event) => {
    if (!(event.target instanceof HTMLInputElement)) return
    const to = Number(event.target.value)
    // At the end of the slider, the views follow the text again.
    selection.tune({ shown: to >= last ? Infinity : to })
  }
  return html`<label class="scrubber" title=${words.scrubber.title}>
    <span>${words.scrubber.label}</span>
    <input type="range" min=${first} max=${last} step="1" .value=${String(shown)} @input=${move} />
    <output>${words.scrubber.at(shown, label)}</output>
  </label>`
}
