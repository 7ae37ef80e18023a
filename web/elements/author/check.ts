/** `<attn-check>`: a question whose answer the author wrote or the model gives. */
import { css, html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { labelText } from '../parts/token-text.js'
import { percent } from '../parts/format.js'
import { moveAmongButtons, tabStop } from '../parts/roving.js'
import { themeStyles } from '../parts/theme-styles.js'
import * as words from '../words/index.js'
import { askingStyles, AskingElement } from './asking-element.js'
import { topOf } from './prediction.js'

/** Where the right answer comes from. */
export type CheckedBy = 'author' | 'top-key' | 'weight'

const styles = css`
  ::slotted([data-choice]) {
    display: inline;
  }
`

/**
 * A question with its answers. The choices are the children with `data-choice`. A choice may explain itself in `data-why`, where
 * `{weight}` stands for the weight of its token. With `by="author"`, the choices with `data-right` are right. With
 * `by="top-key"`, the choice is right whose `data-token` has the largest weight of the query. With `by="weight"`, the reader
 * types the weight from the query to the key in per cent, and `within` is the largest error.
 *
 * @fires attn-checked - The reader answered; `detail` is `{ isRight, tries }`.
 * @csspart question - The question.
 * @csspart answers - The choices or the field.
 * @csspart verdict - The sentence after an answer.
 * @cssprop --attn-accent - The chosen answer, and the mark of a right one.
 * @cssprop --attn-rule - Hairlines.
 */
@customElement('attn-check')
export class AttnCheck extends AskingElement {
  static override readonly styles = [...themeStyles, askingStyles, styles]

  /** Where the right answer comes from: 'author', 'top-key' or 'weight'. */
  @property() by: CheckedBy = 'author'
  /** How far a typed weight may be from the true one, in points of a per cent. */
  @property({ type: Number }) within = 5
  @state() private _chosen = -1
  @state() private _typed?: number
  @state() private _isAnswered = false
  private _tries = 0
  private readonly _children = new MutationObserver(() => this._takeChoices())

  override connectedCallback(): void {
    super.connectedCallback()
    this._takeChoices()
    this._children.observe(this, { childList: true })
  }

  override disconnectedCallback(): void {
    this._children.disconnect()
    super.disconnectedCallback()
  }

  override render() {
    return html`<div class="question" part="question" id="question"><slot></slot></div>
      ${this.by === 'weight' ? this._field() : this._answers()}
      <div class="verdict ${this._isAnswered && this._isRight() ? 'right' : ''}" part="verdict" role="status">
        ${this._isAnswered ? this._verdict() : ''}
      </div>`
  }

  private get _choices(): readonly HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(':scope > [data-choice]')]
  }

  /** Gives each choice a place of its own among the buttons. */
  private _takeChoices(): void {
    this._choices.forEach((choice, at) => (choice.slot = `choice-${at}`))
    this.requestUpdate()
  }

  private _answers(): TemplateResult {
    return html`<div
      class="answers"
      part="answers"
      role="radiogroup"
      aria-labelledby="question"
      @keydown=${moveAmongButtons}
    >
      ${this._choices.map(
        (_, at) =>
          html`<button
            type="button"
            role="radio"
            tabindex=${tabStop(at, this._chosen)}
            aria-checked=${at === this._chosen ? 'true' : 'false'}
            @click=${() => this._answer(at)}
          >
            <slot name="choice-${at}"></slot>
          </button>`
      )}
    </div>`
  }

  private _field(): TemplateResult {
    return html`<form
      class="row"
      part="answers"
      @submit=${(event: Event) => {
        event.preventDefault()
        this._tell()
      }}
    >
      <label
        ><span class="spoken">${words.check.percent}</span
        ><input
          type="number"
          min="0"
          max="100"
          step="any"
          required
          @input=${({ target }: Event & { target: HTMLInputElement }) => {
            this._typed = target.valueAsNumber
            this._isAnswered = false
          }}
        />
        %</label
      >
      <button ?disabled=${this._typed === undefined || Number.isNaN(this._typed)}>${words.check.answer}</button>
    </form>`
  }

  private _answer(at: number): void {
    this._chosen = at
    this._tell()
  }

  private _tell(): void {
    this._isAnswered = true
    this._tries += 1
    const detail = { isRight: this._isRight(), tries: this._tries }
    this.dispatchEvent(new CustomEvent('attn-checked', { detail, bubbles: true, composed: true }))
  }

  /** Whether the answer is right; undefined while the figure has no weights. */
  private _isRight(): boolean | undefined {
    const { by, weights } = this
    const choice = this._choices[this._chosen]
    if (by === 'author') return choice?.hasAttribute('data-right') ?? false
    if (!weights) return undefined
    if (by === 'weight') return Math.abs((this._typed ?? NaN) - 100 * (weights[this.key] ?? NaN)) <= this.within
    return Number(choice?.dataset['token']) === topOf(weights)
  }

  private _verdict(): TemplateResult | string {
    const isRight = this._isRight()
    if (isRight === undefined) return words.check.noNumbers
    const { by, weights = [], keyTokens } = this
    const choice = this._choices[this._chosen]
    const why = (choice?.dataset['why'] ?? '').replaceAll(
      '{weight}',
      percent(weights[Number(choice?.dataset['token'])] ?? NaN)
    )
    const verdict = isRight ? words.check.right : words.check.wrong
    if (by === 'weight') return html`${verdict} ${words.check.weight(percent(weights[this.key] ?? NaN))}`
    if (by === 'author' || why !== '') return html`${verdict} ${why}`
    const top = topOf(weights)
    return html`${verdict} ${words.check.topKey(labelText(keyTokens, top), percent(weights[top] ?? NaN))}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-check': AttnCheck
  }
  interface HTMLElementEventMap {
    'attn-checked': CustomEvent<{ readonly isRight: boolean | undefined; readonly tries: number }>
  }
}
