/** `<attn-show>`: a phrase in a text that shows a state of a figure. */
import type { Edit, Part } from 'attenscope'
import { css, html, render, type PropertyValues } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { AttnElement } from '../base/attn-element.js'
import { selectionFor, type Selection } from '../base/selection.js'
import { indexOfAttribute } from '../base/wrong-choice.js'
import { themeStyles } from '../parts/theme-styles.js'
import { membersOf, showState, type GroupState } from './group-state.js'

/** The phrase that a reader pressed last, by the selection of its group. */
const pressed = new WeakMap<Selection, AttnShow>()

const styles = css`
  :host {
    display: inline;
    font: inherit;
    color: inherit;
  }
  button {
    display: inline;
    min-block-size: 0;
    padding: 0;
    border: 0;
    border-block-end: 1px dashed var(--_accent);
    border-radius: 0;
    color: inherit;
    text-align: inherit;
  }
  button:hover:not(:disabled) {
    border-color: var(--_accent);
    color: var(--_accent);
  }
  button[aria-pressed='true'] {
    border-block-end-style: solid;
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
  }
  @media (pointer: coarse) {
    button {
      padding-block: 6px;
    }
  }
  @media print {
    button {
      border: 0;
      background: none;
    }
  }
`

/**
 * A phrase in a text that sets the state of the group's figure: a layer, a head, a token, a stage, a text or edits. While a
 * reader points at it or the keyboard is on it, the figure shows the state; a click or Enter keeps it until the next one.
 *
 * @csspart phrase - The phrase, a button.
 * @cssprop --attn-accent - The line below the phrase.
 */
@customElement('attn-show')
export class AttnShow extends AttnElement {
  static override readonly styles = [...themeStyles, styles]

  /** The name of the group whose elements show the state. */
  @property() group = ''
  /** The layer to show, by its number in the model. */
  @property({ converter: indexOfAttribute }) layer?: number
  /** The head to show, from 0. */
  @property({ converter: indexOfAttribute }) head?: number
  /** The index of the query token to mark. */
  @property({ converter: indexOfAttribute }) token?: number
  /** The index of the key token to mark. */
  @property({ converter: indexOfAttribute }) key?: number
  /** The attention to show, for a model with two texts: 'cross', 'encoder' or 'decoder'. */
  @property({ attribute: 'of' }) shownPart?: Part
  /** The stage of the matrix: 'scores', 'scaled', 'masked', 'pattern', … */
  @property() stage?: string
  /** The text to run. */
  @property() text?: string
  /** The edits of the model while it runs. As an attribute: JSON. */
  @property({ type: Array }) edits?: readonly Edit[]
  @state() private _isPressed = false
  private _back?: (() => void) | undefined
  private _button?: HTMLButtonElement | null

  /** Adds the phrase before the first drawing. A phrase that came later would move the text. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot()
    const place = document.createDocumentFragment()
    render(
      html`<button
        type="button"
        part="phrase"
        aria-pressed="false"
        @pointerenter=${({ pointerType }: PointerEvent) => pointerType !== 'touch' && this._begin()}
        @pointerleave=${() => this._end()}
        @focus=${() => this._begin()}
        @blur=${() => this._end()}
        @click=${() => (this._isPressed ? this.release() : this.press())}
      >
        <slot></slot>
      </button>`,
      place
    )
    this._button = place.querySelector('button')
    root.append(place)
    return root
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    this._button?.setAttribute('aria-pressed', this._isPressed ? 'true' : 'false')
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this._end()
    this.release()
  }

  /** Shows the state until `release`, or until another phrase of the group is pressed. */
  press(): void {
    if (this._isPressed) return
    const selection = selectionFor(this.group)
    this._end()
    pressed.get(selection)?.release()
    pressed.set(selection, this)
    this._back = showState(selection, membersOf(this, this.group), this._state, true)
    this._isPressed = true
  }

  /** Brings back the state before `press`. */
  release(): void {
    if (!this._isPressed) return
    this._isPressed = false
    const selection = selectionFor(this.group)
    if (pressed.get(selection) === this) pressed.delete(selection)
    this._goBack()
  }

  private _begin(): void {
    if (this._isPressed || this._back) return
    this._back = showState(selectionFor(this.group), membersOf(this, this.group), this._state, false)
  }

  private _end(): void {
    if (!this._isPressed) this._goBack()
  }

  private _goBack(): void {
    this._back?.()
    this._back = undefined
  }

  private get _state(): GroupState {
    const { layer, head, token: query, key, shownPart: part, stage, text, edits } = this
    return {
      ...{ layer, head, part },
      token:
        query === undefined && key === undefined
          ? undefined
          : { ...(query !== undefined && { query }), ...(key !== undefined && { key }) },
      properties: {
        ...(stage !== undefined && { stage }),
        ...(text !== undefined && { text }),
        ...(edits !== undefined && { edits })
      }
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-show': AttnShow
  }
}
