/** `<attn-classify>`: a classifier that judges a text, and the words that its judgement depends on. */
import { html, svg, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Classification } from 'attenscope'
import { classifyStyles } from './classify-styles.js'
import { controlStyles } from './control-styles.js'
import { isAborted } from '../parts/error-text.js'
import { percent } from '../parts/format.js'
import { moveAmongButtons, tabStop } from '../parts/roving.js'
import { keysOf, layoutOf } from '../base/layout.js'
import { EditedElement, editedStyles, type EditedSettings } from '../change/edited-element.js'
import type { Outside } from './fit/made-for.js'
import { milliseconds } from '../parts/milliseconds.js'
import { stateStyles } from '../parts/states.js'
import { themeStyles } from '../parts/theme-styles.js'
import { tokenLabel } from '../parts/token-label.js'
import { InnerElements } from '../base/inner-elements.js'
import * as words from '../words/index.js'

const RANKED_WORDS = 8
/** A label depends on no word whose share is smaller. */
const RANKED_FROM = 0.005

/**
 * Loads a classifier and judges a text. Shows the labels with their probabilities, the text with each word tinted by
 * its
 * share of the attention, and a ranking of the strongest words.
 *
 * @fires attn-loaded - The model is loaded; `detail` is `{ info, fileBytes?, elapsedMs? }`.
 * @fires attn-settings - The reader changed the text; `detail` is `{ text, edits }`.
 * @fires attn-selection - The reader locked or released a word; `detail` is `{ layer, head, part, locked? }`.
 * @fires attn-ended - A text was judged; `detail` is 'end' or 'stopped'.
 * @csspart controls - The text box, examples, button and figures.
 * @csspart outside - The sentence about a text that the model was not made for.
 * @csspart labels - The labels with their bars.
 * @csspart ranked - The strongest words.
 * @csspart edits - The chosen head and the list of edits.
 * @csspart progress - The bar while the model loads.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Labels.
 * @cssprop --attn-rule - Borders.
 * @cssprop --attn-accent - The button, examples, focus, bars, the words' tint.
 * @cssprop --attn-alarm - Error messages.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-classify')
export class AttnClassify extends EditedElement {
  static override readonly styles = [...themeStyles, stateStyles, controlStyles, ...editedStyles, classifyStyles]

  /** Judges the text again while the reader types. */
  @property({ type: Boolean }) live = false
  protected readonly kinds = ['classifier'] as const
  private readonly _words = new InnerElements(this, ['attn-heads'], () => import('../views/heads/heads.js'))
  private _result?: Classification
  /** The text of the result. */
  private _judged = ''
  private _ended?: 'end' | 'stopped'
  private _error?: unknown
  private _abort?: AbortController

  override run(): void {
    const { ready: model, text } = this
    if (!model) return
    this.stop()
    if (text.trim() === '') return this._finish('stopped')
    const abort = (this._abort = new AbortController())
    this._ended = this._error = undefined
    this.requestUpdate()
    model.classify(text, { capture: ['pattern'], edits: this.history.edits, signal: abort.signal }).then(
      (result) => {
        if (abort !== this._abort) return void result.dispose()
        void this._result?.dispose()
        this._result = result
        this._judged = text
        this._finish('end')
      },
      (error: unknown) => {
        if (abort !== this._abort) return
        if (!isAborted(error)) this._error = error
        this._finish('stopped')
      }
    )
  }

  override stop(): void {
    if (!this._abort) return
    this._abort.abort()
    this._finish('stopped')
  }

  override render() {
    const controls = this.controls({
      label: words.classify.label,
      placeholder: words.classify.placeholder,
      action: words.classify.action,
      busy: this._abort !== undefined && !this.live,
      // Beside a picture, the labels belong to the picture.
      result: this.controlsOnly ? this._labels() : '',
      status: this._status(),
      isSeen: this._ended === 'end',
      isNews: true,
      figures: this._figures(),
      changes: this.changes(this._error),
      error: this.withoutRefusal(this._error)
    })
    if (this.controlsOnly || !this.source) return controls
    // The picture stands first on the page, and its controls are the first stop of the keyboard.
    return html`${controls}
      <div class="picture">
        ${this._labels()}
        <div class="words">
          ${this._words.placeholder() ?? html`<attn-heads .selection=${this.selection}></attn-heads>${this._ranked()}`}
        </div>
      </div>`
  }

  protected override get settings(): EditedSettings {
    return this.editedSettings
  }

  protected override get hasRun(): boolean {
    return this._ended !== undefined
  }

  protected override get whileTyping() {
    return this.live ? () => this.run() : undefined
  }

  protected override show(): void {
    if (this._ended === 'end') this.selection.show(this._result?.trace)
    this.dispatchEvent(new CustomEvent('attn-ended', { detail: this._ended, bubbles: true, composed: true }))
  }

  private _finish(ended: 'end' | 'stopped'): void {
    this._abort = undefined
    this._ended = ended
    this.progressed(true)
  }

  private _labels(): TemplateResult | '' {
    const { _result: result } = this
    if (!result) return ''
    // In the model's own order, so that a bar keeps its place while the reader types.
    const names = this.ready?.info.labels ?? []
    const inOrder = [...result.labels].sort((a, b) => names.indexOf(a.label) - names.indexOf(b.label))
    const outside = this._outside()
    const isClear = !outside && !isUnsure(result)
    const verdict = html`<p class="verdict" aria-hidden="true">${this._ended === 'end' ? this._status() : ''}</p>`
    // One place for both, so that the picture stays where it is while the reader types.
    return html`<div class="said">${outside ? this.outsideNote(outside) : verdict}</div>
      <ul class="labels ${outside ? 'quiet' : ''}" part="labels" aria-label=${words.classify.labels}>
        ${inOrder.map(
          ({ label, score }) =>
            html`<li class=${isClear && label === result.labels[0]?.label ? 'likeliest' : ''}>
              <span class="label">${readable(label)}</span>${bar(score)}<span class="number">${percent(score)}</span>
            </li>`
        )}
      </ul>`
  }

  private _outside(): Outside | undefined {
    const { _result: result } = this
    return result && this._ended === 'end' ? this.outside(this._judged, result.trace.tokens) : undefined
  }

  /** The words by their weight, which the text also shows by its tints. */
  private _ranked(): TemplateResult | '' {
    const { source, head, token } = this.selection
    if (!source || layoutOf(source) !== 'pooled') return ''
    const ranked = keysOf(source, head, 0)
      .slice(0, RANKED_WORDS)
      .filter(({ weight }) => weight >= RANKED_FROM)
    const current = ranked.findIndex(({ index }) => index === token?.key)
    return html`<section part="ranked" aria-label=${words.classify.ranked}>
      <h3>${words.classify.ranked}</h3>
      <ol class="ranked" @keydown=${moveAmongButtons}>
        ${ranked.map(
          ({ index, weight }, at) =>
            html`<li>
              <button
                type="button"
                tabindex=${tabStop(at, current)}
                aria-pressed=${token?.key === index ? 'true' : 'false'}
                @pointerenter=${(event: PointerEvent) => event.pointerType !== 'touch' && this.point({ key: index })}
                @pointerleave=${() => this.point(undefined)}
                @focus=${() => this.point({ key: index })}
                @blur=${() => this.point(undefined)}
                @click=${() => this.lock({ key: index })}
              >
                <span class="label">${tokenLabel(source.tokens, index)}</span>${bar(weight)}<span class="number"
                  >${percent(weight)}</span
                >
              </button>
            </li>`
        )}
      </ol>
    </section>`
  }

  private _status(): string {
    if (this._abort) return words.classify.reading
    if (this.text.trim() === '') return words.classify.blank
    const { _result: result } = this
    const [likeliest] = result?.labels ?? []
    if (this._ended === 'end' && result && likeliest) {
      const says = isUnsure(result) ? words.classify.unsure : words.classify.done
      return says(readable(likeliest.label), percent(likeliest.score))
    }
    return this._ended === 'stopped' && this._error === undefined ? words.classify.stopped : words.classify.ready
  }

  private _figures(): TemplateResult | '' {
    const { _result: result } = this
    if (!result || this._ended !== 'end') return ''
    return html`<span>${words.classify.tokens(result.trace.tokens.length)}</span> ${milliseconds(result.elapsedMs)}`
  }
}

/** The model is unsure where the two likeliest labels are nearer than 60 and 40 %. */
const LEAST_LEAD = 0.2

function isUnsure({ labels: [first, second] }: Classification): boolean {
  return first !== undefined && second !== undefined && first.score - second.score < LEAST_LEAD
}

/** Models write labels in many ways; on the page a label begins with a capital. */
function readable(label: string): string {
  const said = label.replaceAll('_', ' ').toLowerCase()
  return words.classify.known[said] ?? said.charAt(0).toUpperCase() + said.slice(1)
}

/** A length without a style attribute, which a strict Content-Security-Policy refuses. */
function bar(part: number): TemplateResult {
  return html`<svg class="share" aria-hidden="true">
    ${svg`<rect class="of" width="100%" height="100%" /><rect width="${100 * part}%" height="100%" />`}
  </svg>`
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-classify': AttnClassify
  }
}
