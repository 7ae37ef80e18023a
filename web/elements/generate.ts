/** `<attn-generate>`: a model with its controls, writing token by token, with its attention shown by the views of its group. */
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { AttenscopeError, type ModelSource } from 'attenscope'
import { examplesRow, settingsRow, type GenerateSettings } from './generate-controls.js'
import { figures, statusText } from './generate-status.js'
import { generateStyles } from './generate-styles.js'
import { GroupElement } from './group-element.js'
import { loadFor, type ModelLoad } from './model-registry.js'
import { errorState, loadState, stateStyles } from './states.js'
import { TextWriter } from './text-writer.js'
import { themeStyles } from './theme-styles.js'
import { runningTextStyles } from './token-label.js'
import { writtenText } from './written-text.js'

/**
 * Loads a model, writes from a prompt, and hands the attention to the views of its `group` as it comes.
 *
 * @fires attn-settings - The reader changed the prompt or a setting; `detail` is `{ text, temperature, seed, pace }`.
 * @fires attn-selection - The reader held a token or let go; `detail` is `{ layer, head, locked? }`.
 * @fires attn-ended - A generation ended; `detail` is its reason.
 * @csspart controls - Prompt, examples, buttons, settings and figures.
 * @csspart text - The tokens as they come.
 * @csspart progress - The bar while the model loads.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Labels, the prompt's tokens.
 * @cssprop --attn-rule - Borders.
 * @cssprop --attn-accent - The Generate button, examples, focus.
 * @cssprop --attn-alarm - What went wrong.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-generate')
export class AttnGenerate extends GroupElement {
  static override readonly styles = [...themeStyles, stateStyles, runningTextStyles, generateStyles]

  /** A model's folder by its address, or the files of one. */
  @property() model?: ModelSource
  /** The prompt. Empty, the model writes from nothing. */
  @property() text = ''
  /** Prompts to choose from: as an attribute, a JSON list. */
  @property({ type: Array }) examples: readonly string[] = []
  @property({ type: Number }) temperature = 0.8
  @property({ type: Number }) seed = 1
  /** Tokens a second at most; 0 for as fast as the engine goes. */
  @property({ type: Number }) pace = 0
  @property({ type: Number, attribute: 'max-tokens' }) maxTokens = 160
  /** Writes as soon as the model is there. */
  @property({ type: Boolean }) autostart = false
  /** Leaves the text to the views of the group. */
  @property({ type: Boolean, attribute: 'controls-only' }) controlsOnly = false
  @state() private _load?: ModelLoad
  @state() private _open = false
  private readonly _writer = new TextWriter()
  private _frame = 0
  private readonly _onLoad = () => this._followLoad()

  constructor() {
    super()
    this._writer.addEventListener('change', () => this._schedule())
  }

  override disconnectedCallback(): void {
    this._writer.stop()
    cancelAnimationFrame(this._frame)
    this._frame = 0
    super.disconnectedCallback()
  }

  /** Writes from the prompt as it stands; a generation under way is dropped. `steps` pauses after so many tokens. */
  generate(steps = Infinity): void {
    const model = this._load?.model
    if (this._load?.status !== 'ready' || !model) return
    const { temperature, seed, pace, maxTokens: maxNewTokens } = this
    void this._writer.start(model, this.text, { temperature, seed, pace, maxNewTokens }, steps)
  }

  stop(): void {
    this._writer.stop()
  }

  override render() {
    const { state: doing } = this._writer
    const idle = doing === 'idle'
    const trouble = this._trouble()
    const ready = this._load?.status === 'ready' && this._load.model?.info.hasTokenizer === true
    return html`<form part="controls" class=${this._open ? 'open' : ''} @submit=${this._onSubmit}>
        <label>
          <span class="spoken">Prompt: the beginning of the text</span>
          <textarea
            rows="1"
            spellcheck="false"
            placeholder="Empty: the model begins by itself"
            .value=${this.text}
            @input=${this._onPrompt}
            @keydown=${this._onPromptKey}
          ></textarea>
        </label>
        ${examplesRow(this.examples, (example) => this._tryExample(example))}
        <div class="row">
          <div class="row actions">
            ${
              idle
                ? html`<button class="primary" ?disabled=${!ready}>Generate</button>`
                : html`<button class="primary" type="button" @click=${() => this.stop()}>Stop</button>`
            }
            <button type="button" ?disabled=${idle} @click=${this._togglePause}>
              ${doing === 'paused' ? 'Resume' : 'Pause'}
            </button>
            <button type="button" ?disabled=${!ready} title="Write one token" @click=${this._step}>Step</button>
            <button
              class="more"
              type="button"
              aria-expanded=${this._open ? 'true' : 'false'}
              @click=${() => (this._open = !this._open)}
            >
              Settings
            </button>
          </div>
          ${settingsRow(this, this._change)}
        </div>
        ${trouble}
        ${
          this._load?.status === 'ready'
            ? html`<div class="row status">
                <span role="status" aria-live=${doing === 'writing' ? 'off' : 'polite'}
                  >${statusText(this._writer, this.text)}</span
                >
                <p class="figures">${figures(this._writer, this._load.model?.info)}</p>
              </div>`
            : ''
        }
      </form>
      ${this.controlsOnly ? '' : this._text()}`
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (!changed.has('model')) return
    this._writer.stop()
    this._load?.removeEventListener('change', this._onLoad)
    // Dropped files are not shared with anyone; a model with an address may be.
    if (typeof changed.get('model') === 'object') this._load?.dispose()
    this._load = this.model === undefined ? undefined : loadFor(this.model)
    this._load?.addEventListener('change', this._onLoad)
    if (this._load?.status === 'ready') this._followLoad()
  }

  private _followLoad(): void {
    this.requestUpdate()
    if (this.autostart && this._load?.status === 'ready' && this._load.model?.info.hasTokenizer) this.generate()
  }

  /** Several tokens may come within a frame; the views are told once. */
  private _schedule(): void {
    if (this._writer.state === 'idle') return this._show()
    if (this._frame === 0) this._frame = requestAnimationFrame(() => this._show())
  }

  private _show(): void {
    cancelAnimationFrame(this._frame)
    this._frame = 0
    const { recorder, state: doing, ended } = this._writer
    if (recorder) this.selection.show(recorder, doing !== 'idle')
    this.requestUpdate()
    if (doing === 'idle' && ended)
      this.dispatchEvent(new CustomEvent('attn-ended', { detail: ended, bubbles: true, composed: true }))
  }

  private _tryExample(text: string): void {
    this._change({ text })
    this._open = false
    this.generate()
  }

  private readonly _change = (settings: Partial<GenerateSettings>): void => {
    Object.assign(this, settings)
    // Another text is to come, in which the token held would be some other word.
    if (settings.pace === undefined) this.letGo()
    const { text, temperature, seed, pace } = this
    const detail: GenerateSettings = { text, temperature, seed, pace }
    this.dispatchEvent(new CustomEvent('attn-settings', { detail, bubbles: true, composed: true }))
  }

  private readonly _onSubmit = (event: Event): void => {
    event.preventDefault()
    this._open = false
    this.generate()
  }

  private readonly _onPrompt = (event: InputEvent): void => {
    if (event.target instanceof HTMLTextAreaElement) this._change({ text: event.target.value })
  }

  /** Enter writes, Shift+Enter breaks the line; an input method's own Enter is left to it. */
  private readonly _onPromptKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    this.generate()
  }

  private readonly _togglePause = (): void => {
    if (this._writer.state === 'paused') this._writer.resume()
    else this._writer.pause()
  }

  private readonly _step = (): void => {
    if (this._writer.state === 'paused') this._writer.resume(1)
    else if (this._writer.state === 'writing') this._writer.pause()
    else this.generate(1)
  }

  private _text(): TemplateResult {
    return writtenText({
      tokens: this.source?.tokens ?? [],
      promptTokenCount: this._writer.promptTokenCount,
      inHand: this.selection.token,
      onPoint: (index) => this.point(index === undefined ? undefined : { query: index }),
      onHold: (index) => this.lock({ query: index })
    })
  }

  /** Progress while the model loads; what is wrong when something is. */
  private _trouble(): TemplateResult | '' {
    const load = this._load
    const state = load && loadState(load)
    if (state) return state
    if (load?.model && !load.model.info.hasTokenizer) {
      return errorState(new AttenscopeError('tokenizer', 'the model has no tokenizer.json'), () => load.retry())
    }
    return this._writer.error === undefined ? '' : errorState(this._writer.error)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-generate': AttnGenerate
  }
  interface HTMLElementEventMap {
    'attn-settings': CustomEvent<GenerateSettings>
    'attn-ended': CustomEvent<NonNullable<TextWriter['ended']>>
  }
}
