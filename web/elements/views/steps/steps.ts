/**
 * `<attn-steps>`: one query's steps from q · k through scale, mask and softmax to the weighted sum, number by number.
 */
import type { PatternSource } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { bar } from '../../parts/bar.js'
import { figureStyles } from '../../parts/figure-styles.js'
import { keepStyles } from '../../parts/keep.js'
import { percent, significant } from '../../parts/format.js'
import { shownKeys, type QueryData } from '../../sources/query-data.js'
import { tabStop } from '../../parts/roving.js'
import { QueryElement } from '../../base/query-element.js'
import { stateStyles } from '../../parts/states.js'
import { strip, stripKeys, stripStyles, mostOf } from '../../parts/strip.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { queryLabel, tokenLabel } from '../../parts/token-label.js'
import { spokenToken } from '../../parts/token-text.js'
import * as words from '../../words/index.js'

/** A stage of the scores as a column. */
interface Column {
  readonly name: string
  readonly title: string
  readonly values: Float32Array
}

/** The terms of a softmax: e to the power of each score minus the highest, and the sum of these terms. */
export interface Softmax {
  readonly highest: number
  readonly sum: number
  readonly of: (score: number) => number
}

/** The terms for scores as they enter the softmax. */
export function softmaxOf(scores: ArrayLike<number>): Softmax {
  let highest = -Infinity
  for (let at = 0; at < scores.length; at++) highest = Math.max(highest, scores[at] ?? -Infinity)
  const of = (score: number) => Math.exp(score - highest)
  let sum = 0
  for (let at = 0; at < scores.length; at++) sum += of(scores[at] ?? -Infinity)
  return { highest, sum, of }
}

/**
 * The computation of a head for the current query, else the last: a row for each key. Pointing or the arrow keys
 * explain
 * one key's numbers; a click or Enter locks the key; Escape releases it.
 *
 * @fires attn-selection - The reader locked or released a key; `detail` is `{ layer, head, locked? }`.
 * @csspart title - The head and the query.
 * @csspart table - The numbers.
 * @csspart legend - The colour scale of the strips with its numbers.
 * @csspart walk - One key's numbers in a sentence.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the numbers cannot be computed.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Column heads and notes.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-above - Numbers above 0.
 * @cssprop --attn-below - Numbers below 0.
 * @cssprop --attn-scale-middle - The bars of the weights.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-steps')
export class AttnSteps extends QueryElement {
  static override readonly styles = [...themeStyles, stateStyles, stripStyles, figureStyles, keepStyles]

  protected override draw(data: QueryData): TemplateResult {
    const { source } = this
    if (!source) return html``
    const inHand = this.keyInHand(data)
    const keys = shownKeys(data.pattern, this.mostKeys, inHand)
    const columns = columnsOf(data)
    const current = inHand === undefined ? 0 : keys.indexOf(inHand)
    const weighted = new Map(keys.map((key) => [key, data.v?.[key]?.map((each) => each * (data.pattern[key] ?? NaN))]))
    // One scale for the weighted values and their sum.
    const most = mostOf(...weighted.values(), data.output)
    const walked =
      inHand ?? keys.reduce((a, b) => ((data.pattern[b] ?? 0) > (data.pattern[a] ?? 0) ? b : a), keys[0] ?? 0)
    return html`<header part="title">
        <h3>${words.names.head(data.head, source)}</h3>
        <span>${words.steps.of(queryLabel(source, data.query))}</span>
      </header>
      <div class="scroll">
        <table part="table" @keydown=${this.onRowKey} @pointerleave=${() => this.point(undefined)}>
          <caption class="spoken">
            ${words.steps.label}
          </caption>
          <thead>
            <tr>
              <th scope="col">${words.steps.key}</th>
              ${columns.map(({ name, title }) => html`<th scope="col" class="number" title=${title}>${name}</th>`)}
              <th scope="col" class="number" title=${words.stages.pattern.title}>${words.stages.pattern.name}</th>
              <td></td>
              ${data.v ? html`<th scope="col" title=${words.steps.whatValue}>${words.steps.value}</th>` : ''}
            </tr>
          </thead>
          <tbody>
            ${keys.map((key, at) => this._row(data, columns, key, key === inHand, tabStop(at, current), most))}
            ${this._others(data, keys, columns.length)}
          </tbody>
          <tfoot>
            <tr>
              <td>${words.steps.sum}</td>
              ${columns.map(() => html`<td></td>`)}
              <td class="number">${percent(data.pattern.reduce((sum, weight) => sum + weight, 0))}</td>
              <td></td>
              ${data.output ? html`<td>${strip(data.output, { label: words.steps.output, most })}</td>` : ''}
            </tr>
          </tfoot>
        </table>
      </div>
      ${data.v ? stripKeys([{ name: words.steps.value, most }]) : ''}
      <p class="walk" part="walk" aria-live="polite">${walk(data, source, walked)}</p>`
  }

  private _row(
    data: QueryData,
    columns: readonly Column[],
    key: number,
    isInHand: boolean,
    stop: 0 | -1,
    most: number
  ): TemplateResult {
    const tokens = this.source?.tokens ?? []
    const weight = data.pattern[key] ?? 0
    const value = data.v?.[key]
    const token = { query: data.query, key }
    return html`<tr
      data-key=${key}
      tabindex=${stop}
      class=${isInHand ? 'in-hand' : ''}
      @pointerenter=${(event: PointerEvent) => event.pointerType !== 'touch' && this.point(token)}
      @focus=${() => this.point(token)}
      @click=${() => this.lock(token)}
    >
      <td>${tokenLabel(tokens, key)}</td>
      ${columns.map(({ values }) => html`<td class="number">${number(values[key])}</td>`)}
      <td class="number">${percent(weight)}</td>
      <td>${bar(weight)}</td>
      ${
        value
          ? html`<td>
              ${strip(
                value.map((each) => each * weight),
                { label: words.steps.moved(spokenToken(tokens, key)), most }
              )}
            </td>`
          : ''
      }
    </tr>`
  }

  private _others({ pattern, v }: QueryData, keys: readonly number[], columns: number): TemplateResult | '' {
    const count = pattern.length - keys.length
    if (count === 0) return ''
    const rest = pattern.reduce((sum, weight, key) => (keys.includes(key) ? sum : sum + weight), 0)
    return html`<tr>
      <td colspan=${1 + columns}>${words.steps.others(count)}</td>
      <td class="number">${percent(rest)}</td>
      <td>${bar(rest)}</td>
      ${v ? html`<td></td>` : ''}
    </tr>`
  }
}

function columnsOf(data: QueryData): Column[] {
  const { scores, scaled, squashed, masked } = data
  const columns: Column[] = []
  if (scores) columns.push({ ...words.stages.scores, values: scores })
  // A score divided by 1 stays the same.
  const by = divisor(data)
  if (scaled && by !== 1)
    columns.push({
      name: words.steps.scaled(by === undefined ? undefined : significant(by)),
      title: words.stages.scaled.title,
      values: scaled
    })
  if (squashed) columns.push({ ...words.stages.squashed, values: squashed })
  // Hidden keys are not in the table, so masked scores need a column only if the mask changes visible scores.
  const before = squashed ?? scaled ?? scores
  if (masked && masked.some((score, key) => score !== before?.[key]))
    columns.push({ ...words.stages.masked, values: masked })
  return columns
}

/** The divisor of the scores, from the run's own numbers. */
function divisor({ scores, scaled }: QueryData): number | undefined {
  if (!scores || !scaled) return undefined
  const at = scores.reduce((best, score, key) => (Math.abs(score) > Math.abs(scores[best] ?? 0) ? key : best), 0)
  const ratio = (scores[at] ?? 0) / (scaled[at] ?? 0)
  return Number.isFinite(ratio) ? ratio : undefined
}

/** One key's numbers in a sentence. */
function walk(data: QueryData, { tokens }: PatternSource, key: number): TemplateResult {
  const { scores, scaled, squashed, masked, pattern } = data
  const entering = masked ?? squashed ?? scaled ?? scores
  const weight = pattern[key] ?? 0
  const score = entering?.[key]
  if (!entering || score === undefined) return words.steps.weighs(tokenLabel(tokens, key), percent(weight))
  const { highest, sum, of } = softmaxOf(entering)
  const by = divisor(data)
  return words.steps.walk({
    key: tokenLabel(tokens, key),
    score: significant(scores?.[key] ?? score),
    ...(scaled &&
      by !== undefined &&
      by !== 1 && { divisor: significant(by), scaled: significant(scaled[key] ?? NaN) }),
    ...{
      entering: significant(score),
      highest: significant(highest),
      term: significant(of(score)),
      sum: significant(sum)
    },
    weight: percent(weight),
    // An edit, or another normaliser, makes other weights from the same scores.
    isSoftmax: pattern.every((each, at) => Math.abs(of(entering[at] ?? -Infinity) / sum - each) < 1e-3)
  })
}

function number(value: number | undefined): string {
  return value === -Infinity ? words.matrix.hidden : significant(value ?? NaN)
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-steps': AttnSteps
  }
}
