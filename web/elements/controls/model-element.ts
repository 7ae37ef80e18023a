/** What the elements with a model and its controls have in common: the load, the text box, the examples, and what goes wrong. */
import { AttenscopeError, type Edit, type Model, type ModelKind } from 'attenscope'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { property, state } from 'lit/decorators.js'
import { isLost } from '../parts/error-text.js'
import { FollowedLoad } from '../sources/followed-load.js'
import { InView } from '../base/in-view.js'
import { GroupElement } from '../base/group-element.js'
import { Wait } from '../pacing/waits.js'
import type { Loadable, ModelLoad } from '../sources/model-registry.js'
import { errorState, loadState, troubleState } from '../parts/states.js'
import * as words from '../words/index.js'

/** What the reader chooses, and what a link carries. */
export interface Settings {
  readonly text: string
}

/** What one element puts into the controls that all have. */
export interface Controls {
  /** What the text box is, for a screen reader, and what it says while empty. */
  readonly label: string
  readonly placeholder: string
  /** What the main button does; while `busy` it stops. */
  readonly action: string
  readonly busy: boolean
  /** Buttons beside the main one. */
  readonly buttons?: TemplateResult
  /** Settings; they fold away on a phone. */
  readonly settings?: TemplateResult
  /** What came of it, between the controls and the status. */
  readonly result?: TemplateResult | ''
  readonly status: string
  /** Set where the status says no more than the result shows: it is spoken only. */
  readonly isSeen?: boolean
  /** False while the status changes with every token: a screen reader need not hear each. */
  readonly isNews: boolean
  readonly figures?: TemplateResult | ''
  /** What is changed about the model, below all else. */
  readonly changes?: TemplateResult | ''
  readonly error: unknown
}

/** @fires attn-settings - The reader changed the text, a setting or the edits; `detail` has them all. */
export abstract class ModelElement extends GroupElement {
  /** A model's folder by its address, the files of one, or a model that is loaded or being loaded. */
  @property() model?: Loadable
  /** The text in the box. */
  @property() text = ''
  /** Texts to choose from: as an attribute, a JSON list. */
  @property({ type: Array }) examples: readonly string[] = []
  /** Starts as soon as the model is there. */
  @property({ type: Boolean }) autostart = false
  /** Leaves the picture to the views of the group. */
  @property({ type: Boolean, attribute: 'controls-only' }) controlsOnly = false
  @state() private _open = false
  private readonly _followed = new FollowedLoad(this, () => this._onReady())
  private readonly _inView = new InView(this, () => this._load())
  private _isAskedAgain = false
  private readonly _toShow = new Wait(this)
  private readonly _typed = new Wait(this)

  /** Begins with the text as it stands; what is under way is dropped. */
  abstract run(): void
  /** Ends what is under way. */
  abstract stop(): void
  /** The kinds of model that this element has a use for. */
  protected abstract readonly kinds: readonly ModelKind[]
  protected abstract get settings(): Settings
  /** Hands the group what there is by now. */
  protected abstract show(): void

  /** The model, once it is there and of use. */
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
    this.stop()
    this._load()
  }

  /** The engine starts when somebody can see what it computes. */
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
      ${this._trouble(controls.error)} ${result}
      ${
        isReady
          ? html`<div class="row status">
              <span role="status" class=${isSeen ? 'spoken' : ''} aria-live=${isNews ? 'polite' : 'off'}
                >${status}</span
              >
              <p class="figures">${figures}</p>
            </div>`
          : ''
      }
      ${controls.changes}
    </form>`
  }

  protected change<S extends Settings>(settings: S, { letsGo = true } = {}): void {
    Object.assign(this, settings)
    // Another text is to come, in which the token held would be some other word.
    if (letsGo) this.letGo()
    this.dispatchEvent(new CustomEvent('attn-settings', { detail: this.settings, bubbles: true, composed: true }))
  }

  /** Where what is shown came from, for what can be kept of it. */
  private _tellOrigin(): void {
    const { model, text, applied: edits } = this
    this.selection.origin = { ...(typeof model === 'string' && { model }), text, edits }
  }

  /** Several tokens may come within a frame; the views are told once, and of the end at once. */
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

  /** What is changed about the model: nothing, unless an element says otherwise. */
  protected get applied(): readonly Edit[] {
    return []
  }

  /** What to do with a text while it is typed, once the fingers rest; nothing, unless an element says otherwise. */
  protected get whileTyping(): (() => void) | undefined {
    return undefined
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
    if (!this.ready || !(this.autostart || this._isAskedAgain)) return
    this._isAskedAgain = false
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

  /** Enter starts, Shift+Enter breaks the line; an input method's own Enter is left to it. */
  private readonly _onTextKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    this.run()
  }

  /** Progress while the model loads; what is wrong when something is. */
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

  /** The engine went down with its worker: what was asked of it is asked of a new one. */
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
