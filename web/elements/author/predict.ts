/** `<attn-predict>`: the reader says what the model will do, and only then sees what it does. */
import { css, html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { bar } from '../parts/bar.js'
import { percent } from '../parts/format.js'
import { moveAmongButtons, tabStop } from '../parts/roving.js'
import { themeStyles } from '../parts/theme-styles.js'
import { tokenLabel } from '../parts/token-label.js'
import { labelText } from '../parts/token-text.js'
import * as words from '../words/index.js'
import { askingStyles, AskingElement } from './asking-element.js'
import { inPlace, misplaced, shares, topOf } from './prediction.js'

/** What the reader predicts: the token with the largest weight, the order of tokens, one weight, or a row of weights. */
export type Predicted = 'token' | 'order' | 'bar' | 'row'

const styles = css`
  ol {
    margin: 0 0 8px;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: minmax(6ch, 12ch) minmax(80px, 1fr) 8ch auto;
    gap: 2px 8px;
    align-items: center;
    min-block-size: 32px;
  }
  .movable {
    grid-template-columns: minmax(8ch, 20ch) max-content;
  }
  .movable .row {
    flex-wrap: nowrap;
  }
  li .number {
    text-align: end;
  }
  .bar {
    display: block;
    inline-size: 100%;
    block-size: 8px;
    background: color-mix(in srgb, var(--_rule) 50%, transparent);
  }
  .bar rect {
    fill: var(--_scale-middle);
    print-color-adjust: exact;
  }
  .yours rect {
    fill: var(--_muted);
  }
  input[type='range'] {
    inline-size: 100%;
    accent-color: var(--_accent);
  }
  .legend {
    display: flex;
    gap: 16px;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .legend span {
    display: inline-flex;
    gap: 6px;
    align-items: center;
  }
  .legend .bar {
    inline-size: 24px;
  }
`

/**
 * A prediction that the reader commits to before the answer shows. The answer is the row of weights of one query in the
 * group's patterns. The elements that `covers` names are covered until then.
 *
 * @fires attn-predicted - The reader committed; `detail` is `{ ask, guess, weights }`.
 * @csspart question - The question.
 * @csspart answers - The tokens, or the bars to drag.
 * @csspart verdict - The sentence with the true value and the difference.
 * @cssprop --attn-accent - The chosen token, and what can be dragged.
 * @cssprop --attn-scale-middle - The bars of the model.
 * @cssprop --attn-muted - The bars of the reader.
 * @cssprop --attn-rule - Hairlines.
 */
@customElement('attn-predict')
export class AttnPredict extends AskingElement {
  static override readonly styles = [...themeStyles, askingStyles, styles]

  /** What the reader predicts: 'token', 'order', 'bar' or 'row'. */
  @property() ask: Predicted = 'token'
  /** The keys that are offered, by their indices. As an attribute: a JSON list. Default: every key that the query sees. */
  @property({ type: Array }) keys?: readonly number[]
  /** The ids of the elements that stay covered until the reader commits, separated by spaces. */
  @property() covers = ''
  /** The guess: the chosen key, the order of the keys, or the weight of each offered key in per cent. */
  @state() private _guess: readonly number[] = []
  @state() private _isShown = false
  private _offeredBefore = ''

  override render() {
    const { weights } = this
    return html`<div class="question" part="question"><slot>${words.predict[this.ask]}</slot></div>
      ${weights ? this._answers() : html`<p class="soft">${words.predict.noNumbers}</p>`}
      <div class="row">
        ${
          this._isShown
            ? html`<button type="button" @click=${() => this._again()}>${words.predict.again}</button>`
            : html`<button
                type="button"
                class="primary"
                ?disabled=${!weights || !this._isReady}
                @click=${() => this._commit()}
              >
                ${words.predict.commit}
              </button>`
        }
      </div>
      <div class="verdict ${this._isShown && this._isRight() ? 'right' : ''}" part="verdict" role="status">
        ${this._isShown && weights ? this._verdict(weights) : ''}
      </div>`
  }

  override disconnectedCallback(): void {
    this._cover(false)
    super.disconnectedCallback()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    // Another text or another question makes the guess meaningless.
    const offered = JSON.stringify([this.ask, this.token, this._offered, this.keyTokens.map(({ text }) => text)])
    if (offered === this._offeredBefore) return
    this._offeredBefore = offered
    this._again()
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    this._cover(!this._isShown)
  }

  /** The keys that the reader can choose among. */
  private get _offered(): readonly number[] {
    const all = this.keyTokens.map((_, key) => key)
    if (this.ask === 'bar') return [this.key]
    return this.keys ? this.keys.filter((key) => key < all.length) : all
  }

  private get _isReady(): boolean {
    return this.ask !== 'token' || this._guess.length > 0
  }

  private _label(key: number): TemplateResult {
    return tokenLabel(this.keyTokens, key)
  }

  private _name(key: number): string {
    return labelText(this.keyTokens, key)
  }

  private _answers(): TemplateResult {
    if (this.ask === 'token') return this._tokens()
    return this.ask === 'order' ? this._order() : this._bars()
  }

  private _tokens(): TemplateResult {
    const [chosen = -1] = this._guess
    const offered = this._offered
    return html`<div class="answers" part="answers" role="radiogroup" @keydown=${moveAmongButtons}>
      ${offered.map(
        (key, at) =>
          html`<button
            type="button"
            role="radio"
            tabindex=${tabStop(at, offered.indexOf(chosen))}
            aria-checked=${key === chosen ? 'true' : 'false'}
            ?disabled=${this._isShown}
            @click=${() => (this._guess = [key])}
          >
            ${this._label(key)}
          </button>`
      )}
    </div>`
  }

  private _order(): TemplateResult {
    const last = this._guess.length - 1
    const move = (place: number, by: -1 | 1) => {
      const order = [...this._guess]
      const [key = 0] = order.splice(place, 1)
      order.splice(place + by, 0, key)
      this._guess = order
    }
    return html`<ol part="answers">
      ${this._guess.map(
        (key, place) =>
          html`<li class="movable">
            <span>${place + 1}. ${this._label(key)}</span>
            <span class="row">
              <button
                type="button"
                aria-label=${words.predict.earlier(this._name(key))}
                ?disabled=${this._isShown || place === 0}
                @click=${() => move(place, -1)}
              >
                ↑
              </button>
              <button
                type="button"
                aria-label=${words.predict.later(this._name(key))}
                ?disabled=${this._isShown || place === last}
                @click=${() => move(place, 1)}
              >
                ↓
              </button>
            </span>
          </li>`
      )}
    </ol>`
  }

  private _bars(): TemplateResult {
    return html`<ol part="answers">
      ${this._offered.map(
        (key, at) =>
          html`<li>
            <span>${this._label(key)}</span>
            <input
              type="range"
              min="0"
              max="100"
              step="1"
              aria-label=${words.predict.weightOf(this._name(key))}
              .value=${String(this._guess[at] ?? 0)}
              ?disabled=${this._isShown}
              @input=${({ target }: Event & { target: HTMLInputElement }) => {
                this._guess = this._guess.map((value, place) => (place === at ? target.valueAsNumber : value))
              }}
            />
            <span class="number">${this._guess[at] ?? 0} %</span>
          </li>`
      )}
    </ol>`
  }

  private _commit(): void {
    this._isShown = true
    const detail = { ask: this.ask, guess: this._guess, weights: this.weights ?? [] }
    this.dispatchEvent(new CustomEvent('attn-predicted', { detail, bubbles: true, composed: true }))
  }

  private _again(): void {
    this._isShown = false
    const offered = this._offered
    this._guess = this.ask === 'token' ? [] : this.ask === 'order' ? offered : offered.map(() => 0)
  }

  private _isRight(): boolean {
    const { weights = [], ask, _guess: guess, _offered: offered } = this
    const [first = NaN] = guess
    if (ask === 'token') return first === offered[topOf(offered.map((key) => weights[key] ?? NaN))]
    if (ask === 'order') return inPlace(guess, weights) === guess.length
    if (ask === 'bar') return Math.abs(first / 100 - (weights[this.key] ?? NaN)) <= 0.05
    return (
      misplaced(
        guess,
        offered.map((key) => weights[key] ?? 0)
      ) <= 0.1
    )
  }

  private _verdict(weights: readonly number[]): TemplateResult {
    const { ask, _guess: guess, _offered: offered } = this
    const said = words.predict
    const offeredWeights = offered.map((key) => weights[key] ?? NaN)
    const top = offered[topOf(offeredWeights)] ?? 0
    const [first = NaN] = guess
    const weightOf = (key: number) => percent(weights[key] ?? NaN)
    const sentence = {
      token: () =>
        `${said.top(this._name(top), weightOf(top))} ${first === top ? '' : said.chosen(this._name(first), weightOf(first))}`,
      order: () => said.inOrder(inPlace(guess, weights), guess.length),
      bar: () => said.barIs(weightOf(this.key), percent(Math.abs(first / 100 - (weights[this.key] ?? NaN)))),
      row: () => said.rowIs(percent(misplaced(guess, offeredWeights)))
    }[ask]()
    const shown = ask === 'order' ? guess : offered
    const own = ask === 'row' ? shares(guess) : ask === 'bar' ? [first / 100] : undefined
    return html`<p class="question">${this._isRight() ? said.right : ''} ${sentence}</p>
      <ol>
        ${shown.map(
          (key, at) =>
            html`<li>
              <span>${this._label(key)}</span>
              <span
                >${own ? html`<span class="yours">${bar(own[at] ?? 0)}</span>` : ''}${bar(weights[key] ?? NaN)}</span
              >
              <span class="number">${weightOf(key)}</span>
            </li>`
        )}
      </ol>
      ${
        own
          ? html`<p class="legend">
              <span class="yours">${bar(1)}${said.yours}</span><span>${bar(1)}${said.truth}</span>
            </p>`
          : ''
      }`
  }

  /** Covers what would tell the answer, for the eye, the keyboard and a screen reader. */
  private _cover(isCovered: boolean): void {
    const root = this.getRootNode() as Document | ShadowRoot
    for (const id of this.covers.split(/\s+/).filter(Boolean)) {
      const element = root.getElementById(id)
      if (!element) continue
      element.inert = isCovered
      element.style.filter = isCovered ? 'blur(24px) opacity(0.3)' : ''
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-predict': AttnPredict
  }
  interface HTMLElementEventMap {
    'attn-predicted': CustomEvent<{
      readonly ask: Predicted
      readonly guess: readonly number[]
      readonly weights: readonly number[]
    }>
  }
}
