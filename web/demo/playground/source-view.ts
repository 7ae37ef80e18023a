/** Draws the source of queries, keys and values: a table to type in, or a head of a model that reads a text. */
import { html, type TemplateResult } from 'lit'
import { words as siteWords } from '../words/index.js'
import {
  MOST_NUMBERS,
  MOST_TOKENS,
  TABLES,
  drawn,
  firstNumbers,
  resized,
  withNumber,
  withToken,
  type OwnNumbers
} from './own-numbers.js'

const words = siteWords.playground

export interface ModelSource {
  readonly text: string
  readonly layer: number
  readonly head: number
}

/** A number field with a label. */
function counter(name: string, value: number, most: number, change: (value: number) => void): TemplateResult {
  const onInput = ({ target }: Event) => {
    const asked = target instanceof HTMLInputElement ? Math.round(Number(target.value)) : NaN
    if (asked >= 1 && asked <= most) change(asked)
  }
  return html`<label class="setting"
    ><span>${name}</span><input type="number" min="1" max=${most} .value=${String(value)} @change=${onInput}
  /></label>`
}

export function ownNumbersView(numbers: OwnNumbers, change: (numbers: OwnNumbers) => void): TemplateResult {
  const { tokens } = numbers
  const width = numbers.q[0]?.length ?? 1
  const cell = (name: (typeof TABLES)[number], row: number, column: number) => {
    const onInput = ({ target }: Event) => {
      const value = target instanceof HTMLInputElement ? target.valueAsNumber : NaN
      if (Number.isFinite(value)) change(withNumber(numbers, name, row, column, value))
    }
    return html`<td class=${column === 0 ? 'first' : ''}>
      <input
        type="number"
        step="0.1"
        aria-label=${words.cell(name, tokens[row]?.trim() ?? '', column)}
        .value=${String(numbers[name][row]?.[column] ?? 0)}
        @input=${onInput}
      />
    </td>`
  }
  const onToken = (row: number) => (event: Event) => {
    if (event.target instanceof HTMLInputElement) change(withToken(numbers, row, event.target.value))
  }
  return html`<div class="scroll">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">${words.token}</th>
            ${TABLES.map((name) => html`<th scope="colgroup" colspan=${numbers[name][0]?.length ?? 0}>${words.tables[name]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${tokens.map(
            (token, row) =>
              html`<tr>
                <th scope="row">
                  <input
                    class="token"
                    aria-label=${words.tokenAt(row)}
                    maxlength="24"
                    .value=${token}
                    @input=${onToken(row)}
                  />
                </th>
                ${TABLES.map((name) => (numbers[name][row] ?? []).map((_, column) => cell(name, row, column)))}
              </tr>`
          )}
        </tbody>
      </table>
    </div>
    <div class="row">
      ${counter(words.tokens, tokens.length, MOST_TOKENS, (count) => change(resized(numbers, count, width)))}
      ${counter(words.width, width, MOST_NUMBERS, (count) => change(resized(numbers, tokens.length, count)))}
      <button type="button" class="quiet" @click=${() => change(drawn(numbers))}>${words.draw}</button>
      <button type="button" class="quiet" @click=${() => change(firstNumbers)}>${words.reset}</button>
    </div>`
}

/** `size`: the model's layers and heads, once the model is loaded. */
export function modelSourceView(
  source: ModelSource,
  size: { readonly layers: number; readonly heads: number } | undefined,
  change: (source: ModelSource) => void
): TemplateResult {
  const pick = (name: 'layer' | 'head', count: number) =>
    html`<label class="setting"
      ><span>${words[name]}</span
      ><select
        @change=${({ target }: Event) =>
          target instanceof HTMLSelectElement && change({ ...source, [name]: Number(target.value) })}
      >
        ${Array.from({ length: count }, (_, at) => html`<option ?selected=${at === source[name]}>${at}</option>`)}
      </select></label
    >`
  const onText = ({ target }: Event) => {
    if (target instanceof HTMLInputElement) change({ ...source, text: target.value })
  }
  return html`<div class="row">
      <label class="setting wide"
        ><span>${words.text}</span><input type="text" .value=${source.text} maxlength="200" @input=${onText}
      /></label>
      ${pick('layer', size?.layers ?? source.layer + 1)} ${pick('head', size?.heads ?? source.head + 1)}
    </div>
    <p class="caption">${words.aboutModel}</p>`
}
