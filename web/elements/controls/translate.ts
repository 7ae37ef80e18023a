/** `<attn-translate>`: a model that writes one text from another, token by token, with lines between the two. */
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { controlStyles } from './control-styles.js'
import { significant } from '../parts/format.js'
import { EditedElement, editedStyles, type EditedSettings } from '../change/edited-element.js'
import type { Outside } from './fit/made-for.js'
import { isDateOf } from './fit/read-date.js'
import { milliseconds } from '../parts/milliseconds.js'
import { scrubber, scrubStyles } from '../parts/scrubber.js'
import { stateStyles } from '../parts/states.js'
import { TextTranslator } from './text-translator.js'
import { themeStyles } from '../parts/theme-styles.js'
import { translateStyles } from './translate-styles.js'
import { InnerElements } from '../base/inner-elements.js'
import * as words from '../words/index.js'

/** The settings that the reader chooses and that a link carries. */
export interface TranslateSettings extends EditedSettings {
  readonly beams: number
}

const MOST_BEAMS = 8

/**
 * Loads an encoder–decoder, writes the target of a text, and passes the attention of each token to the views of its
 * `group`. The element itself shows the lines between the two texts, unless `controlsOnly` is set.
 *
 * @fires attn-loaded - The model is loaded; `detail` is `{ info, fileBytes?, elapsedMs? }`.
 * @fires attn-settings - The reader changed the text or a setting; `detail` is `{ text, beams, edits }`.
 * @fires attn-selection - The reader locked or released a token; `detail` is `{ layer, head, part, locked? }`.
 * @fires attn-ended - A text was written; `detail` is 'end', 'cut' if it was too long, or 'stopped'.
 * @csspart controls - The text box, examples, buttons, settings and figures.
 * @csspart outside - The sentence about a text that the model was not made for.
 * @csspart result - The target, as plain text.
 * @csspart edits - The chosen head and the list of edits.
 * @csspart progress - The bar while the model loads.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Labels.
 * @cssprop --attn-rule - Borders.
 * @cssprop --attn-accent - The main button, examples, focus, lines.
 * @cssprop --attn-alarm - Error messages.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-translate')
export class AttnTranslate extends EditedElement {
  static override readonly styles = [
    ...themeStyles,
    stateStyles,
    controlStyles,
    ...editedStyles,
    translateStyles,
    scrubStyles
  ]

  /** The beams of the search; with 1, the model writes live and takes the likeliest token each time. */
  @property({ type: Number }) beams = 4
  /** Tokens shown a second; 0 shows each token as it comes. */
  @property({ type: Number }) pace = 8
  /** Writes the target again while the reader types. */
  @property({ type: Boolean }) live = false
  /** The label of the main button. */
  @property() action?: string
  /** The placeholder of the text box. */
  @property() placeholder?: string
  /** Leaves out the settings. */
  @property({ type: Boolean, attribute: 'no-settings' }) noSettings = false
  protected readonly kinds = ['encoder-decoder'] as const
  private readonly _translator = new TextTranslator()

  private readonly _text = new InnerElements(this, ['attn-heads'], () => import('../views/heads/heads.js'))

  constructor() {
    super()
    this._translator.addEventListener('change', () => this.progressed(this._translator.state === 'idle'))
  }

  protected override get numbers() {
    return { beams: { least: 1, whole: true }, pace: { least: 0 } }
  }

  override run(): void {
    this._start(matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : this.pace)
  }

  override stop(): void {
    this._translator.stop()
  }

  override render() {
    const { state, error } = this._translator
    const controls = this.controls({
      label: words.translate.label,
      placeholder: this.placeholder ?? words.translate.placeholder,
      action: this.action ?? words.translate.action,
      busy: state !== 'idle',
      ...(!this.noSettings && { settings: this._beamsSetting() }),
      result: html`${this._result()} ${state === 'idle' ? scrubber(this.selection, 1) : ''}`,
      status: this._status(),
      // The result says that there is no date.
      isSeen: this.madeFor === 'dates' && this._outside() !== undefined,
      isNews: state === 'idle',
      figures: this._figures(),
      changes: this.changes(error),
      error: this.withoutRefusal(error)
    })
    if (this.controlsOnly || !this.source) return controls
    return html`${controls}${this._text.placeholder() ?? html`<attn-heads .selection=${this.selection}></attn-heads>`}`
  }

  protected override get settings(): TranslateSettings {
    return { ...this.editedSettings, beams: this.beams }
  }

  protected override get hasRun(): boolean {
    return this._translator.state !== 'idle' || this._translator.ended !== undefined
  }

  protected override get whileTyping() {
    return this.live ? () => this._start(0) : undefined
  }

  protected override show(): void {
    const { trace, state, ended } = this._translator
    if (trace) this.selection.show(trace, state !== 'idle')
    if (state === 'idle' && ended)
      this.dispatchEvent(new CustomEvent('attn-ended', { detail: ended, bubbles: true, composed: true }))
  }

  private _start(pace: number): void {
    const { ready: model, text, beams: numBeams } = this
    if (!model) return
    if (text.trim() === '') return this.stop()
    void this._translator.start(model, text, { numBeams, pace, edits: this.history.edits })
  }

  private _beamsSetting(): TemplateResult {
    const change = (event: Event) => {
      if (event.target instanceof HTMLInputElement) this.change({ ...this.settings, beams: Number(event.target.value) })
    }
    return html`<label class="setting foldable" title=${words.translate.whatBeams}>
      ${words.translate.beams}
      <input type="range" min="1" max=${MOST_BEAMS} step="1" .value=${String(this.beams)} @input=${change} />
      <output>${this.beams}</output>
    </label>`
  }

  private _result(): TemplateResult | '' {
    const { text, state } = this._translator
    const live = state === 'idle' ? 'polite' : 'off'
    const outside = this._outside()
    const isNoDate = outside?.reason === 'no-date' || (outside !== undefined && this.madeFor === 'dates')
    const shown = isNoDate ? html`${words.outside.noDate} <small>${words.outside.wrote(text)}</small>` : text
    return this.ready
      ? html`${this.outsideNote(outside)}<output
            class="result ${outside ? 'quiet' : ''}"
            part="result"
            dir="auto"
            aria-label=${words.translate.result}
            aria-live=${live}
            >${shown}</output
          >`
      : ''
  }

  /** The reason why the source is outside, once its target is complete. */
  private _outside(): Outside | undefined {
    const { trace, text, state, ended, source, probability } = this._translator
    if (state !== 'idle' || ended === undefined || ended === 'stopped' || !trace) return undefined
    const outside = this.outside(source, trace.view().tokens)
    if (outside || this.madeFor !== 'dates') return outside
    return isDateOf(source, text, probability) ? undefined : { reason: 'no-date' }
  }

  private _status(): string {
    const { state, ended, error, searched, tokenCount } = this._translator
    if (state === 'writing') return words.translate.writing(tokenCount)
    if (state === 'searching')
      return searched > 0 ? words.translate.searching(this.beams, searched) : words.translate.reading
    if (this.text.trim() === '') return words.translate.blank
    if (ended && error === undefined && this._outside() && this.madeFor === 'dates') return words.outside.noDate
    return ended && error === undefined ? words.translate.endings[ended] : words.translate.ready
  }

  private _figures(): TemplateResult | '' {
    const { tokenCount, elapsedMs, score, state } = this._translator
    if (tokenCount === 0) return ''
    return html`<span>${words.translate.tokens(tokenCount)}</span> ${
        state === 'idle'
          ? html`${milliseconds(elapsedMs)}
              <span>${words.generate.speed(html`<b>${significant((1000 * tokenCount) / elapsedMs)}</b>`)}</span>`
          : ''
      }
      ${
        score === undefined
          ? ''
          : html`<span title=${words.translate.whatScore}>${words.translate.score} <b>${significant(score)}</b></span>`
      }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-translate': AttnTranslate
  }
}
