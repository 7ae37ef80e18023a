/** Views of two predictions: a table of tokens, and a text tinted by the change. */
import type { Token } from 'attenscope'
import { css, html, svg, type TemplateResult } from 'lit'
import { change as words } from '../words/change.js'
import type { ComparedRuns, Written } from './compared-runs.js'
import { percent, significant } from '../parts/format.js'
import { moveAmongButtons, tabStop } from '../parts/roving.js'
import { runningTextStyles, runningToken, tokenLabel } from '../parts/token-label.js'

/** The texts of both runs, their predictions after one token, and the change of the predictions over the text. */
export function comparedOutcome(compared: ComparedRuns, row: number, onPick: (row: number) => void): TemplateResult {
  const { before, after, tokens, text, model } = compared
  const given = model.info.kind === 'decoder' ? text : ''
  const token = tokens[row]
  return html`<div class="outcome">
    ${
      before.tokens.length > 0
        ? html`<div class="texts" part="texts">
            <section>
              <h3>${words.original}</h3>
              ${writtenText(given, before, before)}
            </section>
            <section>
              <h3>${words.edited}</h3>
              ${writtenText(given, after, before)}
            </section>
          </div>`
        : ''
    }
    <section part="predictions">
      <h3>
        ${
          token
            ? html`${words.predictions.heading} ${words.predictions.after(tokenLabel(tokens, row))}`
            : words.predictions.labels
        }
      </h3>
      ${predictionTable(compared, token ? row : 0)}
      <p class="note">
        ${words.predictions.apart(significant(compared.predictions[token ? row : 0]?.divergence ?? NaN))}
      </p>
      ${
        token
          ? html`<h3>${words.predictions.divergence}</h3>
              ${divergenceText(compared, row, onPick)}
              <p class="note">${words.predictions.whatDivergence}</p>`
          : ''
      }
    </section>
  </div>`
}

/** The text of a run. Tokens that differ from the original are marked. */
function writtenText(given: string, { tokens }: Written, other: Written): TemplateResult {
  const parts = tokens.findIndex((token, at) => token.id !== other.tokens[at]?.id)
  const turns = parts < 0 ? tokens.length : parts
  const piece = (from: number, to: number) =>
    tokens
      .slice(from, to)
      .filter(({ special }) => !special)
      .map(({ text }) => text)
      .join('')
  // The pieces are joined without white space: space from this file would change the text.
  const pieces = [
    html`<span class="given">${given}</span>`,
    html`<span>${piece(0, turns)}</span>`,
    html`<mark>${piece(turns, tokens.length)}</mark>`
  ]
  return html`<p class="written" dir="auto">${pieces}</p>`
}

/** The likeliest tokens of one row, with both probabilities. */
function predictionTable({ predictions, names }: ComparedRuns, row: number): TemplateResult {
  const { top = [] } = predictions[row] ?? {}
  return html`<table class="predictions">
    <thead>
      <tr>
        <th scope="col">${words.predictions.token}</th>
        <th scope="col" colspan="2">${words.original}</th>
        <th scope="col" colspan="2">${words.edited}</th>
      </tr>
    </thead>
    <tbody>
      ${top.map(
        ({ id, before, after }) =>
          html`<tr>
            <th scope="row">${nameOf(names.get(id))}</th>
            <td class="length">${bar(before, 'before')}</td>
            <td class="number">${percent(before)}</td>
            <td class="length">${bar(after, 'after')}</td>
            <td class="number">${percent(after)}</td>
          </tr>`
      )}
    </tbody>
  </table>`
}

/** The text, with each token tinted by the divergence of the predictions after it. */
function divergenceText(
  { tokens, predictions }: ComparedRuns,
  row: number,
  onPick: (row: number) => void
): TemplateResult {
  const most = Math.max(1e-9, ...predictions.map(({ divergence }) => divergence))
  return html`<p
    class="tinted"
    dir="auto"
    role="toolbar"
    aria-label=${words.predictions.divergence}
    @keydown=${moveAmongButtons}
  >
    ${tokens.map((_, at) => {
      const { divergence = 0 } = predictions[at] ?? {}
      const said = `${significant(divergence)} ${words.predictions.bits}`
      const level = Math.round((4 * divergence) / most)
      return html`<button
        type="button"
        class="token level-${level}"
        tabindex=${tabStop(at, row)}
        title=${said}
        aria-pressed=${at === row ? 'true' : 'false'}
        @click=${() => onPick(at)}
      >
        ${runningToken(tokens, at)}
      </button>`
    })}
  </p>`
}

function nameOf(token: Token | undefined): TemplateResult | string {
  return token ? tokenLabel([{ ...token, start: 0, end: Math.max(1, token.text.length) }], 0) : ''
}

function bar(share: number, side: string): TemplateResult {
  return html`<svg class=${side} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<rect class="of" width="100" height="8" /><rect width=${(100 * share).toFixed(2)} height="8" />`}
  </svg>`
}

export const predictionStyles = [
  runningTextStyles,
  css`
    .written {
      margin: 0;
      font-size: 1.0625rem;
      line-height: 28px;
      overflow-wrap: anywhere;
    }
    .written > *,
    .tinted .space,
    .tinted .word {
      white-space: pre-wrap;
    }
    .given {
      color: var(--_muted);
    }
    mark {
      background: none;
      color: inherit;
      text-decoration: underline;
      text-decoration-color: var(--_accent);
      text-decoration-thickness: 2px;
      text-underline-offset: 5px;
    }
    .predictions {
      inline-size: 100%;
      max-inline-size: 560px;
      border-collapse: collapse;
    }
    .predictions th {
      padding: 2px 8px 2px 0;
      color: var(--_muted);
      font-weight: 400;
      text-align: start;
      white-space: nowrap;
    }
    .predictions tbody th {
      color: var(--_ink);
    }
    .predictions td {
      padding: 2px 8px 2px 0;
      vertical-align: middle;
    }
    .predictions .number {
      inline-size: 9ch;
      text-align: end;
      white-space: nowrap;
    }
    .length svg {
      display: block;
      inline-size: 100%;
      min-inline-size: 32px;
      block-size: 8px;
    }
    .length rect {
      fill: var(--_muted);
    }
    .length .after rect {
      fill: var(--_accent);
    }
    .length rect.of {
      fill: var(--_rule);
      fill-opacity: 0.5;
    }
    .tinted {
      margin: 0;
      line-height: 32px;
    }
    .tinted button {
      white-space: normal;
      /* A comma is a target as well; one that is broken over lines keeps its place in them. */
      min-inline-size: 24px;
      min-block-size: 0;
      padding: 2px 0;
      border: 0;
      border-radius: 3px;
      font-size: 1rem;
    }
    /* What is faint elsewhere could not be read upon a tint. */
    .tinted .mark {
      color: inherit;
    }
    .tinted button[aria-pressed='true'] {
      outline: 1.5px solid var(--_ink);
    }
    .level-1 {
      background: color-mix(in oklab, var(--_accent) 12%, transparent);
    }
    .level-2 {
      background: color-mix(in oklab, var(--_accent) 24%, transparent);
    }
    .level-3 {
      background: color-mix(in oklab, var(--_accent) 38%, transparent);
    }
    .level-4 {
      background: color-mix(in oklab, var(--_accent) 50%, transparent);
    }
  `
]
