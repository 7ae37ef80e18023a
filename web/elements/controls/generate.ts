/**
 * `<attn-generate>`: a model with its controls, which writes token by token; the views of its group show the attention.
 */
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { controlStyles } from './control-styles.js'
import { settingsRow, type GenerateSettings } from './generate-controls.js'
import { figures, statusText } from './generate-status.js'
import { EditedElement, editedStyles } from '../change/edited-element.js'
import type { Drawing } from '../base/selection.js'
import type { Outside } from './fit/made-for.js'
import { drawingOf } from './drawing.js'
import { stateStyles } from '../parts/states.js'
import { TextWriter, type WriterSettings } from './text-writer.js'
import { queryEnd } from '../base/layout.js'
import { themeStyles } from '../parts/theme-styles.js'
import { scrubber, scrubStyles } from '../parts/scrubber.js'
import { runningTextStyles } from '../parts/token-label.js'
import * as words from '../words/index.js'
import { writtenText } from './written-text.js'

/**
 * Loads a model, writes from a prompt, and passes the attention of each token to the views of its `group`.
 *
 * @fires attn-loaded - The model is loaded; `detail` is `{ info, fileBytes?, elapsedMs? }`.
 * @fires attn-settings - The reader changed the prompt or a setting; `detail` is `{ text, temperature, topK, seed, pace, edits }`.
 * @fires attn-selection - The reader locked or released a token; `detail` is `{ layer, head, locked? }`.
 * @fires attn-ended - A generation ended; `detail` is its reason.
 * @csspart controls - Prompt, examples, buttons, settings and figures.
 * @csspart text - The tokens as they are written.
 * @csspart outside - The sentence about a prompt that the model was not made for.
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
  /** Samples among so many of the likeliest tokens; 0 samples among all tokens. */
  @property({ type: Number, attribute: 'top-k' }) topK = 0
  /** The seed of sampling: the same seed gives the same tokens. */
  @property({ type: Number }) seed = 1
  /** At most so many tokens a second; 0 for the engine's own speed. */
  @property({ type: Number }) pace = 0
  /** At most so many tokens are written. */
  @property({ type: Number, attribute: 'max-tokens' }) maxTokens = 160
  protected readonly kinds = ['decoder'] as const
  private readonly _writer = new TextWriter()
  /** True if the temperature or top-k changed since the writer began. */
  private _hasChangedDrawing = false

  private readonly _drawing: Drawing

  constructor() {
    super()
    this._drawing = drawingOf(this._writer, this)
    this._writer.addEventListener('change', () => this.progressed(this._writer.state === 'idle'))
  }

  override run(): void {
    this.generate()
  }

  /** Writes from the current prompt, and stops an earlier generation. With `steps`, it pauses after so many tokens. */
  generate(steps = Infinity): void {
    const { ready: model } = this
    if (!model) return
    this._hasChangedDrawing = false
    void this._writer.start(model, this.text, this._writerSettings, steps)
  }

  protected override get numbers() {
    const count = { least: 0, whole: true }
    return {
      ...{ temperature: { least: 0 }, topK: count, seed: { ...count, most: 2 ** 32 - 1 }, pace: { least: 0 } },
      maxTokens: { least: 1, whole: true }
    }
  }

  override stop(): void {
    this._writer.stop()
  }

  override render() {
    const { _writer: writer } = this
    const isGoing = writer.state === 'writing'
    const canGoOn = !isGoing && this._canGoOn
    const controls = this.controls({
      label: words.generate.label,
      placeholder: words.generate.placeholder,
      action: words.generate.action,
      busy: writer.state !== 'idle',
      buttons: html`<button type="button" ?disabled=${!isGoing && !canGoOn} @click=${this._togglePause}>
          ${canGoOn ? words.generate.resume : words.generate.pause}
        </button>
        <button
          type="button"
          ?disabled=${!this.ready || this._isOver}
          title=${words.generate.whatStep}
          @click=${this._step}
        >
          ${words.generate.step}
        </button>
        ${
          writer.canUndo
            ? html`<button type="button" title=${words.generate.whatUndo} @click=${this._undo}>
                ${words.generate.undo}
              </button>`
            : ''
        }`,
      settings: settingsRow(this, this._change),
      result: this.outsideNote(this._outside()),
      status: statusText(writer, this.text),
      isNews: writer.state !== 'writing',
      figures: figures(writer, this.ready?.info),
      // Below the status, which has its place before anything is written.
      changes: html`${scrubber(this.selection, writer.promptTokenCount)} ${this.changes(writer.error)}`,
      error: this.withoutRefusal(writer.error)
    })
    return html`${controls} ${this.controlsOnly ? '' : this._text()}`
  }

  override disconnectedCallback(): void {
    if (this.selection.drawing === this._drawing) this.selection.setDrawing(undefined)
    super.disconnectedCallback()
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const isNew = this.selection.drawing !== this._drawing
    if (isNew || changed.has('temperature') || changed.has('topK')) this.selection.setDrawing(this._drawing)
  }

  protected override get settings(): GenerateSettings {
    const { temperature, topK, seed, pace } = this
    return { ...this.editedSettings, temperature, topK, seed, pace }
  }

  /** The reason why the prompt of the text in the views is outside what the model was made for. */
  private _outside(): Outside | undefined {
    const { recorder, prompt, promptTokenCount } = this._writer
    return recorder && prompt !== undefined
      ? this.outside(prompt, recorder.queryTokens.slice(0, promptTokenCount))
      : undefined
  }

  private get _writerSettings(): WriterSettings {
    const { temperature, topK, seed, pace, maxTokens: maxNewTokens } = this
    return { temperature, topK, seed, pace, maxNewTokens, edits: this.history.edits }
  }

  /** True while the reader looks at an earlier moment of the text. */
  private get _isLookingBack(): boolean {
    return this._canGoOn && this.selection.source?.isCut === true
  }

  /** True if the text in the views is the model's continuation of the prompt. */
  private get _canGoOn(): boolean {
    const { _writer: writer } = this
    return (
      writer.isOf(this.ready, this.text) &&
      writer.recorder === this.selection.given &&
      (writer.state !== 'idle' || !this._hasModelEnded || this.selection.source?.isCut === true)
    )
  }

  private get _hasModelEnded(): boolean {
    return this._writer.ended === 'end' || this._writer.ended === 'context'
  }

  /** True if the model cannot add a token to the text in the views. */
  private get _isOver(): boolean {
    const { _writer: writer } = this
    return writer.state === 'idle' && this._hasModelEnded && writer.isOf(this.ready, this.text) && !this._isLookingBack
  }

  protected override get hasRun(): boolean {
    return this._writer.state !== 'idle' || this._writer.ended !== undefined
  }

  protected override show(): void {
    const { recorder, state: doing, ended } = this._writer
    // While the reader looks back, new tokens are stored, but the view stays where it is.
    // A text that goes on from an earlier moment is another text, at whose end the views are.
    const { tuning, given } = this.selection
    const isAtEnd = tuning.shown === Infinity || recorder !== given
    if (recorder) this.selection.show(recorder, doing !== 'idle' && isAtEnd)
    if (doing === 'idle' && ended)
      this.dispatchEvent(new CustomEvent('attn-ended', { detail: ended, bubbles: true, composed: true }))
  }

  private readonly _change = (settings: Partial<GenerateSettings>): void => {
    // Only another seed starts another text.
    this.change({ ...this.settings, ...settings }, { letsGo: settings.seed !== undefined })
    // A token is drawn with the settings that the reader sees.
    const isAboutDrawing = settings.temperature !== undefined || settings.topK !== undefined
    if (isAboutDrawing && this._writer.state === 'writing' && !this._isLookingBack) this._goOn(Infinity)
    this._hasChangedDrawing ||= isAboutDrawing
  }

  private readonly _togglePause = (): void => {
    const { _writer: writer } = this
    if (writer.state === 'writing') writer.pause()
    else this._goOn(Infinity)
  }

  private readonly _step = (): void => {
    const { _writer: writer } = this
    if (writer.state === 'writing' && !this._isLookingBack) writer.pause()
    else if (this._canGoOn) this._goOn(1)
    else this.generate(1)
  }

  /** Writes from the moment in the views: from an earlier one the text is cut there. */
  private _goOn(steps: number): void {
    const { _writer: writer, selection } = this
    const isSame = writer.state === 'paused' && !this._hasChangedDrawing
    this._hasChangedDrawing = false
    if (isSame && !this._isLookingBack) return writer.resume(steps)
    const { source } = selection
    void writer.goOn(source?.isCut ? queryEnd(source) : Infinity, this._writerSettings, steps)
  }

  private readonly _undo = (): void => {
    this._writer.undo()
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
