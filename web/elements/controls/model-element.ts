/**
 * The base class of the elements with a model and its controls: the load, the text box, the examples, and the errors.
 */
import { AttenscopeError, type Edit, type Model, type ModelKind, type Token } from 'attenscope'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { property, state } from 'lit/decorators.js'
import { isLost } from '../parts/error-text.js'
import { FollowedLoad } from '../sources/followed-load.js'
import { MADE_FOR, outsideOf, type ModelUse, type Outside } from './fit/made-for.js'
import { InView } from '../base/in-view.js'
import { GroupElement } from '../base/group-element.js'
import { Wait } from '../pacing/waits.js'
import { wrongNumber, type NumberRanges } from '../base/number-attributes.js'
import type { Loadable, ModelLoad } from '../sources/model-registry.js'
import { errorState, loadState, troubleState } from '../parts/states.js'
import * as words from '../words/index.js'

/** The settings that the reader chooses and that a link carries. */
export interface Settings {
  readonly text: string
}

/** The parts of the controls that differ from element to element. */
export interface Controls {
  /** The label of the text box for a screen reader, and the text box's placeholder. */
  readonly label: string
  readonly placeholder: string
  /** The label of the main button; while `busy`, the button stops the run instead. */
  readonly action: string
  readonly busy: boolean
  /** Buttons beside the main button. */
  readonly buttons?: TemplateResult
  /** The settings, which fold away on a phone. */
  readonly settings?: TemplateResult
  /** The result, between the controls and the status. */
  readonly result?: TemplateResult | ''
  readonly status: string
  /** True if the result already shows the status, so that only a screen reader needs it. */
  readonly isSeen?: boolean
  /** False while the status changes with every token, so that a screen reader does not read each change. */
  readonly isNews: boolean
  readonly figures?: TemplateResult | ''
  /** The list of edits, below all else. */
  readonly changes?: TemplateResult | ''
  readonly error: unknown
}

/** @fires attn-settings - The reader changed the text, a setting or the edits; `detail` has all of them. */
export abstract class ModelElement extends GroupElement {
  /** A model: its folder's address, its files, a loaded model, or a promise of one. */
  @property() model?: Loadable
  /** The text in the box. */
  @property() text = ''
  /** Texts to choose from. As an attribute: a JSON list. */
  @property({ type: Array }) examples: readonly string[] = []
  /**
   * The shipped model whose use the text should have: 'stories', 'translate', 'sentiment' or 'dates'. The element says
   * when a text is outside of it. Default: any text.
   */
  @property({ attribute: 'made-for' }) madeFor?: ModelUse | undefined
  /** Runs the model as soon as it is loaded. */
  @property({ type: Boolean }) autostart = false
  /** Shows only the controls; the views of the group show the picture. */
  @property({ type: Boolean, attribute: 'controls-only' }) controlsOnly = false
  @state() private _open = false
  private readonly _followed = new FollowedLoad(this, () => this._onReady())
  private readonly _inView = new InView(this, () => this._load())
  private _isAskedAgain = false
  /** The model that `autostart` has run: an element that comes back to the page keeps what it shows. */
  private _started?: Loadable | undefined
  private readonly _toShow = new Wait(this)
  private readonly _typed = new Wait(this)

  /** Runs the model with the current text, and stops an earlier run. */
  abstract run(): void
  /** Stops the run. */
  abstract stop(): void
  /** The kinds of model that this element can use. */
  protected abstract readonly kinds: readonly ModelKind[]
  protected abstract get settings(): Settings
  /** Shows the group the patterns that there are by now. */
  protected abstract show(): void

  /** The model, if it is loaded and the element can use it. */
  protected get ready(): Model | undefined {
    const { model } = this._followed
    return model?.info.hasTokenizer && this.kinds.includes(model.info.kind) ? model : undefined
  }

  override disconnectedCallback(): void {
    this.stop()
    super.disconnectedCallback()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (!changed.has('model')) return
    this._started = undefined
    this.stop()
    this._load()
  }

  /** Starts the engine when the element is in sight. */
  private _load(): void {
    if (this._inView.isSeen) this._followed.follow(this.model)
  }

  protected controls(controls: Controls): TemplateResult {
    const { label, placeholder, action, busy, buttons, settings, result, status, isSeen, isNews, figures } = controls
    const isReady = this.ready !== undefined
    return html`<form part="controls" class=${this._open ? 'open' : ''} @submit=${this._onSubmit}>
      <label>
        <span class="spoken">${label}</span>
        <textarea
          rows="1"
          dir="auto"
          spellcheck="false"
          placeholder=${placeholder}
          .value=${this.text}
          @input=${this._onText}
          @keydown=${this._onTextKey}
        ></textarea>
      </label>
      ${this._examples()}
      <div class="row">
        <div class="row actions">
          ${
            busy
              ? html`<button class="primary" type="button" @click=${() => this.stop()}>${words.controls.stop}</button>`
              : html`<button class="primary" ?disabled=${!isReady}>${action}</button>`
          }
          ${buttons}
          ${
            settings || this.examples.length > 0
              ? html`<button
                  class="more"
                  type="button"
                  aria-expanded=${this._open ? 'true' : 'false'}
                  @click=${() => (this._open = !this._open)}
                >
                  ${settings ? words.controls.settings : words.controls.examples}
                </button>`
              : ''
          }
        </div>
        ${settings}
      </div>
      ${this._trouble(controls.error ?? wrongNumber(this, this.numbers))} ${result}
      ${
        isReady
          ? html`<div class="row status">
              <span role="status" class=${isSeen ? 'spoken' : ''} aria-live=${isNews ? 'polite' : 'off'}
                >${status}</span
              >
            </div>`
          : ''
      }
      ${controls.changes}${isReady ? html`<p class="figures">${figures}</p>` : ''}
    </form>`
  }

  protected change<S extends Settings>(settings: S, { letsGo = true } = {}): void {
    Object.assign(this, settings)
    // In the next text, the locked token would be another word.
    if (letsGo) this.letGo()
    this.dispatchEvent(new CustomEvent('attn-settings', { detail: this.settings, bubbles: true, composed: true }))
  }

  /** Tells the group the origin of the patterns, for the menu that saves them. */
  private _tellOrigin(): void {
    const { model, text, applied: edits } = this
    this.selection.origin = { ...(typeof model === 'string' && { model }), text, edits }
  }

  /** Shows progress: once for all tokens of a frame, and at once when the run is over. */
  protected progressed(isOver: boolean): void {
    const show = () => {
      this._toShow.cancel()
      this._tellOrigin()
      this.show()
      this.requestUpdate()
    }
    if (isOver) show()
    else if (!this._toShow.isWaiting) this._toShow.forFrame(show)
  }

  /** The ranges of the element's numbers. */
  protected get numbers(): NumberRanges {
    return {}
  }

  /** The edits that act on the model; none by default. */
  protected get applied(): readonly Edit[] {
    return []
  }

  /** The action after the reader has typed and paused; none by default. */
  protected get whileTyping(): (() => void) | undefined {
    return undefined
  }

  /** The reason why the text that was run is outside what the model was made for. */
  protected outside(text: string, tokens: readonly Token[]): Outside | undefined {
    const { madeFor } = this
    if (madeFor === undefined || !Object.hasOwn(MADE_FOR, madeFor)) return undefined
    return outsideOf(text, madeFor, tokens.filter(({ special }) => !special).length)
  }

  /** The sentence about a text that is outside. */
  protected outsideNote(outside: Outside | undefined): TemplateResult | '' {
    const { madeFor } = this
    if (!outside || madeFor === undefined) return ''
    return html`<p class="outside" part="outside" role="note">${words.outside.says(madeFor, outside)}</p>`
  }

  private _examples(): TemplateResult | '' {
    if (this.examples.length === 0) return ''
    return html`<div class="row examples foldable">
      <span>${words.controls.tryOne}</span>
      ${this.examples.map(
        (example) => html`<button type="button" dir="auto" @click=${() => this._try(example)}>${example}</button>`
      )}
    </div>`
  }

  private _try(text: string): void {
    this.change({ ...this.settings, text })
    this._open = false
    this.run()
  }

  private _onReady(): void {
    const { model } = this
    if (!this.ready || !((this.autostart && model !== this._started) || this._isAskedAgain)) return
    this._isAskedAgain = false
    this._started = model
    this.run()
  }

  private readonly _onSubmit = (event: Event): void => {
    event.preventDefault()
    this._open = false
    this.run()
  }

  private readonly _onText = (event: InputEvent): void => {
    if (!(event.target instanceof HTMLTextAreaElement)) return
    this.change({ ...this.settings, text: event.target.value })
    this._typed.cancel()
    const { whileTyping } = this
    if (whileTyping) this._typed.forQuiet('typing', whileTyping)
  }

  /** Enter runs the model, Shift+Enter breaks the line. An input method's own Enter is left alone. */
  private readonly _onTextKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    this.run()
  }

  /** The progress of the load, or the error. */
  private _trouble(error: unknown): TemplateResult | '' {
    const { load, model } = this._followed
    const state = load && loadState(load)
    if (state) return state
    const { kind, hasTokenizer } = model?.info ?? {}
    if (kind && !this.kinds.includes(kind)) return troubleState(words.controls.wrongKind(kind, this.kinds))
    if (hasTokenizer === false)
      return errorState(new AttenscopeError('tokenizer', words.controls.noTokenizer), () => load?.retry())
    if (error === undefined) return ''
    return errorState(error, load && isLost(error) ? () => this._loadAgain(load) : undefined)
  }

  /** Loads the model into a new engine after the old one crashed, and then runs it again. */
  private _loadAgain(load: ModelLoad): void {
    this._isAskedAgain = true
    load.retry()
  }
}

declare global {
  interface HTMLElementEventMap {
    'attn-settings': CustomEvent<Settings & Readonly<Record<string, unknown>>>
  }
}
