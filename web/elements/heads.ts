/** `<attn-heads>`: the text itself, with lines from a token back to the tokens that a head attends to. */
import { html, svg, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { Token } from 'attenscope'
import { CanvasSurface, type Paper } from './canvas-surface.js'
import { exact, patternName, percent } from './format.js'
import { lineWidth, paintLines, type TokenBox } from './heads-lines.js'
import { headsStyles } from './heads-styles.js'
import { ViewElement } from './view-element.js'
import type { ScaleKind, TokenRef } from './selection.js'
import { stateStyles } from './states.js'
import { themeStyles } from './theme-styles.js'
import { runningTextStyles, runningToken, tokenLabel } from './token-label.js'
import { labelText, spokenToken } from './token-text.js'

const SAMPLES: Readonly<Record<ScaleKind, readonly number[]>> = { linear: [0.1, 0.5, 1], log: [0.01, 0.1, 1] }
const NAMED_KEYS = 3

/**
 * Text that wraps as prose, with what a head attends to drawn as lines between its tokens. Pointing at a token draws its
 * lines and numbers; a click or Enter holds it; Escape lets go. While one is held, pointing at another compares the two.
 *
 * @fires attn-selection - The reader held a token or let go; `detail` is `{ layer, head, locked? }`.
 * @csspart text - The text.
 * @csspart canvas - The canvas with the lines, behind the text.
 * @csspart caption - The sentence on what is in hand.
 * @csspart message - The words shown while there is nothing to draw.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-heads-max-height - From this height on the text scrolls.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text and the outline of the token in hand.
 * @cssprop --attn-muted - Spaces, notes.
 * @cssprop --attn-accent - The lines, and the tint of the tokens they lead to.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-heads')
export class AttnHeads extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, runningTextStyles, headsStyles]

  @query('.text') private readonly _text!: HTMLElement | null
  private readonly _surface = new CanvasSurface(this, (paper) => this._paint(paper))
  private _follows = true
  private _wasWriting = false

  override render() {
    const { source } = this
    // The tokens of a prompt are worth showing before there is anything to draw between them.
    const placeholder = this.placeholder()
    if (!source || placeholder) return placeholder
    const { token, scale } = this.selection
    return html`<span class="probe"></span>
      <div class="frame">
        <canvas part="canvas" aria-hidden="true"></canvas>
        <div
          class="text"
          part="text"
          tabindex="0"
          role="listbox"
          aria-label="The text, token by token. Arrow keys move, Enter holds a token, Escape lets go."
          aria-activedescendant=${token ? `token-${token.key ?? token.query}` : ''}
          @pointerover=${this._onPoint}
          @pointerleave=${this._onLeave}
          @click=${this._onClick}
          @keydown=${this._onKey}
          @blur=${() => this.point(undefined)}
          @scroll=${this._onScroll}
        >
          ${source.tokens.map((_, index) => this._token(source.tokens, index, token))}
        </div>
      </div>
      <footer>
        <p class="caption" part="caption" aria-live=${this.selection.writing ? 'off' : 'polite'}>
          ${this._caption(token)}
        </p>
        <div class="samples" role="group" aria-label="A line’s width is its weight">
          ${SAMPLES[scale].map(
            (weight) =>
              html`<span
                >${svg`<svg width="24" height="8" aria-hidden="true"><line x1="0" x2="24" y1="4" y2="4" stroke-width=${lineWidth(weight, scale)} /></svg>`}${percent(weight)}</span
              >`
          )}
        </div>
      </footer>`
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const { writing } = this.selection
    // The last token comes with the news that the writing is over.
    if (this._text && this._follows && (writing || this._wasWriting)) this._text.scrollTop = this._text.scrollHeight
    this._wasWriting = writing
  }

  private _token(tokens: readonly Token[], index: number, inHand: TokenRef | undefined): TemplateResult {
    const selected = inHand !== undefined && (inHand.query === index || inHand.key === index)
    return html`<span
      class="token"
      id="token-${index}"
      role="option"
      aria-selected=${selected ? 'true' : 'false'}
      aria-label=${spokenToken(tokens, index)}
      data-index=${index}
      >${runningToken(tokens, index)}</span
    >`
  }

  private _caption(ref: TokenRef | undefined): TemplateResult | string {
    const { source } = this
    const { layer, head } = this.selection.head
    const from = ref && source?.tokens[ref.query]
    if (!ref || !from || !source)
      return `Layer ${layer}, head ${head}. Point at a word to see what it looks back at; click to hold it.`
    const { first, count } = source.queries
    const name = html`<b>${tokenLabel(source.tokens, ref.query)}</b>`
    if (ref.query < first || ref.query >= first + count)
      return html`${name} has just been written; the model has not read it yet.`
    const row = source.row(layer, head, ref.query)
    if (ref.key !== undefined) {
      const to = source.tokens[ref.key]
      if (!to || ref.key > ref.query) return html`${name} cannot see what comes after it.`
      const weight = row[ref.key] ?? 0
      return html`${name} looks back at <b>${tokenLabel(source.tokens, ref.key)}</b> with <b>${percent(weight)}</b> of
        its attention: ${patternName(layer)}[${head}, ${ref.query}, ${ref.key}] = ${exact(weight)}`
    }
    const strongest = Array.from(row.subarray(0, ref.query + 1), (weight, key) => ({ weight, key }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, NAMED_KEYS)
    return html`In layer ${layer}, head ${head}, ${name} looks back at
    ${strongest.map(({ weight, key }, at) => {
      const to = source.tokens[key]
      return to ? html`${at > 0 ? ', ' : ''}<b>${labelText(source.tokens, key)}</b> ${percent(weight)}` : ''
    })}.`
  }

  private _indexOf(event: Event): number | undefined {
    for (const node of event.composedPath()) {
      if (node instanceof HTMLElement && node.dataset.index !== undefined) return Number(node.dataset.index)
    }
    return undefined
  }

  private readonly _onPoint = (event: PointerEvent): void => {
    const index = this._indexOf(event)
    if (event.pointerType === 'touch' || index === undefined) return
    this.point(this._refOf(index))
  }

  /** While a token is held, an earlier one is what it is compared with. */
  private _refOf(index: number): TokenRef {
    const held = this.selection.locked
    return held && index < held.query ? { query: held.query, key: index } : { query: index }
  }

  private readonly _onLeave = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') this.point(undefined)
  }

  private readonly _onClick = (event: Event): void => {
    const index = this._indexOf(event)
    if (index !== undefined) this.lock({ query: index })
  }

  private readonly _onScroll = (): void => {
    const text = this._text
    if (text) this._follows = text.scrollTop + text.clientHeight >= text.scrollHeight - 8
    this._surface.paintNow()
  }

  private readonly _onKey = (event: KeyboardEvent): void => {
    const last = (this.source?.tokens.length ?? 0) - 1
    const inHand = this.selection.token
    const index = inHand?.key ?? inHand?.query
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(0, (index ?? last + 1) - 1),
      ArrowUp: Math.max(0, (index ?? last + 1) - 1),
      ArrowRight: Math.min(last, (index ?? last) + 1),
      ArrowDown: Math.min(last, (index ?? last) + 1),
      Home: 0,
      End: last
    }
    const to = moves[event.key]
    if (to !== undefined) {
      this.point(this._refOf(to))
      this.renderRoot.querySelector(`#token-${to}`)?.scrollIntoView({ block: 'nearest' })
    } else if ((event.key === 'Enter' || event.key === ' ') && index !== undefined) this.lock({ query: index })
    else if (event.key !== 'Escape' || !this.letGo()) return
    event.preventDefault()
  }

  private _boxes(text: HTMLElement): TokenBox[] {
    const origin = text.getBoundingClientRect()
    return Array.from(text.querySelectorAll('.word'), (word) => {
      // A token that wraps is met where it ends.
      const box = [...word.getClientRects()].at(-1) ?? word.getBoundingClientRect()
      return {
        left: box.left - origin.left,
        right: box.right - origin.left,
        top: box.top - origin.top,
        bottom: box.bottom - origin.top
      }
    })
  }

  private _paint(paper: Paper): void {
    const { source, _text: text } = this
    if (!source || !text) return
    const { head, scale, locked, writing } = this.selection
    const newest = source.queries.first + source.queries.count - 1
    const token = this.selection.token ?? (writing ? { query: newest } : undefined)
    const boxes = this._boxes(text)
    paintLines(paper, { source, head, scale, boxes, locked: locked !== undefined, ...(token && { token }) })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-heads': AttnHeads
  }
}
