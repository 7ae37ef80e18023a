/** `<attn-neurons>`: a query times each key, element by element. */
import { css, html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { figureStyles } from '../../parts/figure-styles.js'
import { keepStyles } from '../../parts/keep.js'
import { percent, significant } from '../../parts/format.js'
import { shownKeys, type QueryData } from '../../sources/query-data.js'
import { tabStop } from '../../parts/roving.js'
import { QueryElement } from '../../base/query-element.js'
import { emptyState, stateStyles } from '../../parts/states.js'
import { bar } from '../../parts/bar.js'
import { elementUnder, mostOf, strip, stripKeys, stripStyles } from '../../parts/strip.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { queryLabel, tokenLabel } from '../../parts/token-label.js'
import { spokenToken } from '../../parts/token-text.js'
import * as words from '../../words/index.js'

const styles = css`
  td.vector {
    inline-size: 40%;
    min-inline-size: 96px;
  }
`

/**
 * The current query and the keys it attends to most: q, each k, and their products, which sum to the score.
 * Pointing at a strip, or left and right, chooses an element; up and down move from key to key.
 *
 * @fires attn-selection - The reader locked or released a key; `detail` is `{ layer, head, locked? }`.
 * @csspart title - The head and the query.
 * @csspart table - The strips.
 * @csspart legend - The colour scales of the strips with their numbers.
 * @csspart walk - The current element in a sentence.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the numbers cannot be computed.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Column heads and notes.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-above - Numbers above 0.
 * @cssprop --attn-below - Numbers below 0.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-neurons')
export class AttnNeurons extends QueryElement {
  static override readonly styles = [...themeStyles, stateStyles, stripStyles, figureStyles, keepStyles, styles]

  @state() private _element?: number | undefined

  protected override draw(data: QueryData): TemplateResult {
    const { source } = this
    const { q, k, scores, pattern } = data
    if (!source) return html``
    if (!q || !k || q.length !== k[0]?.length) return emptyState(words.neurons.none)
    const inHand = this.keyInHand(data)
    const keys = shownKeys(pattern, this.mostKeys, inHand)
    const products = new Map(keys.map((key) => [key, q.map((value, at) => value * (k[key]?.[at] ?? 0))]))
    // On one scale, a short query beside long keys would have no visible tint: each has a legend with its numbers.
    const most = { q: mostOf(q), k: mostOf(...keys.map((key) => k[key])), product: mostOf(...products.values()) }
    const current = inHand === undefined ? 0 : keys.indexOf(inHand)
    const element = this._element !== undefined && this._element < q.length ? this._element : undefined
    const shared = { inHand: element }
    const point = (event: PointerEvent) => (this._element = elementUnder(event, q.length))
    const walked = inHand ?? keys.reduce((a, b) => ((pattern[b] ?? 0) > (pattern[a] ?? 0) ? b : a), keys[0] ?? 0)
    return html`<header part="title">
        <h3>${words.names.head(data.head, source)}</h3>
        <span>${words.neurons.of(queryLabel(source, data.query))}</span>
      </header>
      <div class="scroll">
        <table
          part="table"
          @keydown=${this._onKey}
          @pointerleave=${() => {
            this._element = undefined
            this.point(undefined)
          }}
        >
          <caption class="spoken">
            ${words.neurons.label}
          </caption>
          <thead>
            <tr>
              <td></td>
              <th scope="col">k</th>
              <th scope="col">q × k</th>
              <th scope="col" class="number" title=${words.stages.scores.title}>${words.stages.scores.name}</th>
              <th scope="col" class="number">${words.stages.pattern.name}</th>
              <td></td>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td><b>q</b> ${queryLabel(source, data.query)}</td>
              <td class="vector" @pointermove=${point}>
                ${strip(q, { label: words.neurons.query, most: most.q, ...shared })}
              </td>
              <td colspan="4"></td>
            </tr>
            ${keys.map((key, at) => {
              const token = { query: data.query, key }
              const name = spokenToken(source.tokens, key)
              return html`<tr
                data-key=${key}
                tabindex=${tabStop(at, current)}
                class=${key === inHand ? 'in-hand' : ''}
                @pointerenter=${(event: PointerEvent) => event.pointerType !== 'touch' && this.point(token)}
                @focus=${() => this.point(token)}
                @click=${() => this.lock(token)}
              >
                <td>${tokenLabel(source.tokens, key)}</td>
                <td class="vector" @pointermove=${point}>
                  ${strip(k[key] ?? [], { label: words.neurons.key(name), most: most.k, ...shared })}
                </td>
                <td class="vector" @pointermove=${point}>
                  ${strip(products.get(key) ?? [], { label: words.neurons.product(name), most: most.product, ...shared })}
                </td>
                <td class="number">${significant(scores?.[key] ?? sumOf(products.get(key)))}</td>
                <td class="number">${percent(pattern[key] ?? NaN)}</td>
                <td>${bar(pattern[key] ?? 0)}</td>
              </tr>`
            })}
          </tbody>
        </table>
      </div>
      ${stripKeys([
        { name: 'q', most: most.q },
        { name: 'k', most: most.k },
        { name: 'q × k', most: most.product }
      ])}
      <p class="walk" part="walk" aria-live="polite">
        ${
          element === undefined
            ? words.neurons.sums(
                tokenLabel(source.tokens, walked),
                q.length,
                significant(scores?.[walked] ?? sumOf(products.get(walked)))
              )
            : words.neurons.element(
                element,
                significant(q[element] ?? NaN),
                significant(k[walked]?.[element] ?? NaN),
                significant((q[element] ?? NaN) * (k[walked]?.[element] ?? NaN)),
                tokenLabel(source.tokens, walked)
              )
        }
      </p>`
  }

  private readonly _onKey = (event: KeyboardEvent): void => {
    const count = this.asked.value?.q?.length ?? 0
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined || count === 0) return this.onRowKey(event)
    this._element = Math.min(count - 1, Math.max(0, (this._element ?? (step > 0 ? -1 : count)) + step))
    event.preventDefault()
  }
}

function sumOf(values: Float32Array | undefined): number {
  return (values ?? new Float32Array()).reduce((sum, value) => sum + value, 0)
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-neurons': AttnNeurons
  }
}
