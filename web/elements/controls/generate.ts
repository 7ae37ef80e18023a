/**
 * `<attn-generate>`: a model with its controls, which writes token by token; the views of its group show the attention.
 */
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { controlStyles } from './control-styles.js'
import { settingsRow, type GenerateSettings } from './generate-controls.js'
import { figures, statusText } from './generate-status.js'
import { EditedElement, editedStyles } from '../change/edited-element.js'
import { stateStyles } from '../parts/states.js'
import { TextWriter } from './text-writer.js'
import { themeStyles } from '../parts/theme-styles.js'
import { scrubber, scrubStyles } from '../parts/scrubber.js'
import { runningTextStyles } from '../parts/token-label.js'
import * as words from '../words/index.js'
import { writtenText } from './written-text.js'

/**
 * Loads a model, writes from a prompt, and passes the attention of each token to the views of its `group`.
 *
 * @fires attn-loaded - The model is loaded; `detail` is `{ info, fileBytes?, elapsedMs? }`.
 * @fires attn-settings - The reader changed the prompt or a setting; `detail` is `{ text, temperature, seed, pace, edits }`.
 * @fires attn-selection - The reader locked or released a token; `detail` is `{ layer, head, locked? }`.
 * @fires attn-ended - A generation ended; `detail` is its reason.
 * @csspart controls - Prompt, examples, buttons, settings and figures.
 * @csspart text - The tokens as they are written.
 * @csspart edits - The chosen head and the list of edits.
 * @csspart progress - The bar while the model loads.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Labels, the prompt's tokens.
 * @cssprop --attn-rule - Borders.
 * @cssprop --attn-accent - The Generate button, examples, focus.
 * @cssprop --attn-alarm - Error messages.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-generate')
export class AttnGenerate extends EditedElement {
  static override readonly styles = [
    ...themeStyles,
    stateStyles,
    runningTextStyles,
    controlStyles,
    ...editedStyles,
    scrubStyles
  ]

  /** The temperature of sampling; at 0 the model always takes the token with the highest probability. */
  @property({ type: Number }) temperature = 0.8
  /** The seed of sampling: the same seed gives the same tokens. */
  @property({ type: Number }) seed = 1
  /** At most so many tokens a second; 0 for the engine's own speed. */
  @property({ type: Number }) pace = 0
  /** At most so many tokens are written. */
  @property({ type: Number, attribute: 'max-tokens' }) maxTokens = 160
  protected readonly kinds = ['decoder'] as const
  private readonly _writer = new TextWriter()

  constructor() {
    super()
    this._writer.addEventListener('change', () => this.progressed(this._writer.state === 'idle'))
  }

  override run(): void {
    this.generate()
  }

  /** Writes from the current prompt, and stops an earlier generation. With `steps`, it pauses after so many tokens. */
  generate(steps = Infinity): void {
    const { ready: model } = this
    if (!model) return
    const { temperature, seed, pace, maxTokens: maxNewTokens } = this
    void this._writer.start(
      model,
      this.text,
      { temperature, seed, pace, maxNewTokens, edits: this.history.edits },
      steps
    )
  }

  override stop(): void {
    this._writer.stop()
  }

  override render() {
    const { _writer: writer } = this
    const controls = this.controls({
      label: words.generate.label,
      placeholder: words.generate.placeholder,
      action: words.generate.action,
      busy: writer.state !== 'idle',
      buttons: html`<button type="button" ?disabled=${writer.state === 'idle'} @click=${this._togglePause}>
          ${writer.state === 'paused' ? words.generate.resume : words.generate.pause}
        </button>
        <button type="button" ?disabled=${!this.ready} title=${words.generate.whatStep} @click=${this._step}>
          ${words.generate.step}
        </button>`,
      settings: settingsRow(this, this._change),
      status: statusText(writer, this.text),
      isNews: writer.state !== 'writing',
      figures: figures(writer, this.ready?.info),
      // Below the status, which has its place before anything is written.
      changes: html`${scrubber(this.selection, writer.promptTokenCount)} ${this.changes(writer.error)}`,
      error: this.withoutRefusal(writer.error)
    })
    return html`${controls} ${this.controlsOnly ? '' : this._text()}`
  }

  protected override get settings(): GenerateSettings {
    const { temperature, seed, pace } = this
    return { ...this.editedSettings, temperature, seed, pace }
  }

  protected override get hasRun(): boolean {
    return this._writer.state !== 'idle' || this._writer.ended !== undefined
  }

  protected override show(): void {
    const { recorder, state: doing, ended } = this._writer
    // While the reader looks back, new tokens are stored, but the view stays where it is.
    if (recorder) this.selection.show(recorder, doing !== 'idle' && this.selection.tuning.shown === Infinity)
    if (doing === 'idle' && ended)
      this.dispatchEvent(new CustomEvent('attn-ended', { detail: ended, bubbles: true, composed: true }))
  }

  private readonly _change = (settings: Partial<GenerateSettings>): void => {
    // Another pace gives the same text.
    this.change({ ...this.settings, ...settings }, { letsGo: settings.pace === undefined })
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
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-generate': AttnGenerate
  }
  interface HTMLElementEventMap {
    'attn-ended': CustomEvent<NonNullable<TextWriter['ended']>>
  }
}
