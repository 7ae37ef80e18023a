/** `<attn-heads>`: the text itself, with lines from a token to the tokens that a head attends to. */
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { guard } from 'lit/directives/guard.js'
import type { PatternSource, Token } from 'attenscope'
import { CanvasSurface, type Paper } from '../../canvas/canvas-surface.js'
import type { Figure, Table } from '../../parts/figure.js'
import { percent } from '../../parts/format.js'
import { headTitle } from '../../parts/head-title.js'
import { headsCaption } from './heads-caption.js'
import { headsLegend } from './heads-legend.js'
import { paintLines } from './heads-lines.js'
import { moved, onlySide, placeOf, refAt, type Place } from './heads-moves.js'
import { headsStyles } from './heads-styles.js'
import { keepStyles } from '../../parts/keep.js'
import { layoutOf, queryEnd } from '../../base/layout.js'
import { patternTable, weightsInHand } from '../../parts/pattern-table.js'
import type { TokenRef } from '../../base/refs.js'
import { stateStyles } from '../../parts/states.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { TokenBoxes } from './token-boxes.js'
import { runningTextStyles, runningToken } from '../../parts/token-label.js'
import { graphemes, spokenToken } from '../../parts/token-text.js'
import { ViewElement } from '../../base/view-element.js'
import * as words from '../../words/index.js'

/**
 * Text that wraps as prose, with a head's attention as lines between its tokens. Cross-attention shows two texts, the
 * source above the target. Attention pooling shows one text with tinted words. Pointing at a token draws its lines and
 * numbers; a click or Enter locks it; Escape releases it. While a token is locked, pointing at another compares the
 * two.
 *
 * @fires attn-selection - The reader locked or released a token; `detail` is `{ layer, head, locked? }`.
 * @csspart text - The text.
 * @csspart canvas - The canvas with the lines, behind the text.
 * @csspart caption - The sentence about the current token.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the model cannot be loaded or run.
 * @cssprop --attn-heads-font-size - The size of the text.
 * @cssprop --attn-heads-max-height - The greatest height of the text, which then scrolls.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text and the outline of the current token.
 * @cssprop --attn-muted - Spaces, notes.
 * @cssprop --attn-accent - The lines, and the tint of their keys.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-heads')
export class AttnHeads extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, runningTextStyles, keepStyles, headsStyles]

  @query('.text') private readonly _text!: HTMLElement | null
  private readonly _surface = new CanvasSurface(this, (paper) => this._paint(paper))
  private readonly _boxes = new TokenBoxes()
  private _follows = true
  private _wasWriting = false
  private _marked: readonly string[] = []

  override render() {
    const { source } = this
    // A prompt's tokens are shown before there are lines between them.
    const placeholder = this.placeholder()
    if (!source || placeholder) return placeholder
    const { token, locked, writing } = this.selection
    const isTwo = layoutOf(source) === 'two'
    const active = placeOf(source, token, locked)
    return html`<span class="probe"></span>
      <div class="frame on-screen">
        <canvas part="canvas" aria-hidden="true"></canvas>
        <div
          class="text ${isTwo ? 'two' : ''}"
          part="text"
          dir="auto"
          tabindex="0"
          role="listbox"
          aria-label=${isTwo ? words.heads.labelOfTwo : words.heads.label}
          aria-activedescendant=${active ? idOf(active, isTwo) : ''}
          @pointerover=${this._onPoint}
          @pointerleave=${this._onLeave}
          @click=${this._onClick}
          @keydown=${this._onKey}
          @blur=${() => this.point(undefined)}
          @scroll=${this._onScroll}
        >
          ${
            isTwo
              ? html`${this._block(source.tokens, 'key', words.heads.read)}
                ${this._block(source.queryTokens, 'query', words.heads.written)}`
              : this._tokens(source.tokens, onlySide(source))
          }
        </div>
      </div>
      <footer>
        <p class="caption" part="caption" aria-live=${writing ? 'off' : 'polite'}>${headsCaption(this.selection)}</p>
        ${headsLegend(this.selection)}
      </footer>
      ${this.behind()}`
  }

  /** Scrolls the text, without the page, until a token of it is in sight. */
  async reveal(token: TokenRef): Promise<void> {
    await this.updateComplete
    const { source, _text: text } = this
    const place = source && placeOf(source, token, undefined)
    const word = place && source && this._tokenOf(idOf(place, layoutOf(source) === 'two'))
    if (!text || !(word instanceof HTMLElement)) return
    const [top, bottom] = [word.offsetTop, word.offsetTop + word.offsetHeight]
    if (top < text.scrollTop || bottom > text.scrollTop + text.clientHeight)
      text.scrollTop = top - text.clientHeight / 4
  }

  protected override table(): Table | undefined {
    return this.source && patternTable(this.source, this.selection.head)
  }

  protected override readableTable(): Table | undefined {
    const { head, token } = this.selection
    const isThere = this.source?.isReady(head.layer, head.head)
    return isThere && this.source ? weightsInHand(this.source, head, token, percent) : undefined
  }

  protected override figure(): Figure | undefined {
    const { source, _text: text } = this
    if (!source || !text) return undefined
    const boxes = this._boxes.whole(text, '')
    return {
      title: headTitle(this.selection, this.selection.head),
      note: this.selection.traceName(this.selection.head.layer),
      width: text.clientWidth,
      height: boxes.reduce((most, { bottom }) => Math.max(most, bottom), 0) + 16,
      paint: (paper) => this._paint(paper, true),
      over: text,
      parts: [...this.renderRoot.querySelectorAll('footer')]
    }
  }

  /** Weights that have arrived are drawn. */
  protected override selectionChanged(): void {
    this.requestUpdate()
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    this._mark()
    const { writing } = this.selection
    // The last token arrives when the writing is over.
    if (this._text && this._follows && (writing || this._wasWriting)) this._text.scrollTop = this._text.scrollHeight
    this._wasWriting = writing
  }

  /**
   * One of two texts. A text that is written letter by letter is set wide, because its lines would be hard to tell
   * apart.
   */
  private _block(tokens: readonly Token[], side: Place['side'], label: string): TemplateResult {
    const isSpelt = tokens.length > 0 && tokens.every(({ text, special }) => special || graphemes(text).length <= 1)
    return html`<div class="block ${side} ${isSpelt ? 'spelt' : ''}" role="group" aria-label=${label} dir="auto">
      ${this._tokens(tokens, side)}
    </div>`
  }

  /** The markup of the words is made once; `_mark` marks the current words afterwards. */
  private _tokens(tokens: readonly Token[], side: Place['side']): unknown {
    const { source } = this.selection
    const isTwo = source !== undefined && layoutOf(source) === 'two'
    return guard([tokens, tokens.length, side, isTwo], () => {
      this._boxes.forget()
      return tokens.map(
        (_, index) =>
          html`<span
            class="token"
            id=${idOf({ side, index }, isTwo)}
            role="option"
            aria-selected="false"
            aria-label=${spokenToken(tokens, index)}
            data-side=${side}
            data-index=${index}
            >${runningToken(tokens, index)}</span
          >`
      )
    })
  }

  private _mark(): void {
    const { token, source } = this.selection
    const isTwo = source !== undefined && layoutOf(source) === 'two'
    const ids = (['query', 'key'] as const).flatMap((side) => {
      const index = token?.[side]
      return index === undefined ? [] : [idOf({ side, index }, isTwo)]
    })
    // Stored, because a search among a thousand words would take longer than all the rest.
    for (const id of this._marked) if (!ids.includes(id)) this._tokenOf(id)?.setAttribute('aria-selected', 'false')
    for (const id of ids) this._tokenOf(id)?.setAttribute('aria-selected', 'true')
    this._marked = ids
  }

  private _tokenOf(id: string): Element | null {
    return this.renderRoot.querySelector(`#${id}`)
  }

  private _placeUnder(event: Event): Place | undefined {
    for (const node of event.composedPath()) {
      if (!(node instanceof HTMLElement) || node.dataset.index === undefined) continue
      return { side: node.dataset.side === 'key' ? 'key' : 'query', index: Number(node.dataset.index) }
    }
    return undefined
  }

  private readonly _onPoint = (event: PointerEvent): void => {
    const place = this._placeUnder(event)
    if (event.pointerType !== 'touch' && place) this.point(this._refAt(place))
  }

  private _refAt(place: Place): TokenRef | undefined {
    return this.source && refAt(this.source, place, this.selection.locked)
  }

  private readonly _onLeave = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') this.point(undefined)
  }

  private readonly _onClick = (event: Event): void => {
    const place = this._placeUnder(event)
    if (place) this.lock({ [place.side]: place.index })
  }

  private readonly _onScroll = (): void => {
    const text = this._text
    if (text) this._follows = text.scrollTop + text.clientHeight >= text.scrollHeight - 8
    this._surface.paintNow()
  }

  private readonly _onKey = (event: KeyboardEvent): void => {
    const { source } = this
    if (!source) return
    const { token, locked, head } = this.selection
    const place = placeOf(source, token, locked)
    const to = moved(source, head, place, event.key)
    if (to) {
      this.point(this._refAt(to))
      const id = idOf(to, layoutOf(source) === 'two')
      this._tokenOf(id)?.scrollIntoView({ block: 'nearest' })
    } else if ((event.key === 'Enter' || event.key === ' ') && place) this.lock({ [place.side]: place.index })
    else if (event.key !== 'Escape' || !this.letGo()) return
    event.preventDefault()
  }

  /** `whole`: paints the whole text, also where it is scrolled out of sight. */
  private _paint(paper: Paper, whole = false): void {
    const { source, _text: text } = this
    if (!source || !text) return
    const { head, scale, locked, writing } = this.selection
    if (!source.isReady(head.layer, head.head)) return
    const token = this.selection.token ?? newest(source, writing)
    const isTwo = layoutOf(source) === 'two'
    const boxesOf = (side: string) => (whole ? this._boxes.whole(text, side) : this._boxes.of(text, side))
    const keyBoxes = boxesOf(isTwo ? '.key' : '')
    const queryBoxes = isTwo ? boxesOf('.query') : keyBoxes
    const isHeld = locked !== undefined
    paintLines(paper, { source, head, scale, keyBoxes, queryBoxes, locked: isHeld, ...(token && { token }) })
  }
}

/** Within one text, a word has one name, as a query or as a key. */
function idOf({ side, index }: Place, isTwo: boolean): string {
  return isTwo ? `${side}-${index}` : `token-${index}`
}

/** While a text is written, the views follow its last token. */
function newest(source: PatternSource, writing: boolean): TokenRef | undefined {
  return writing && source.queries.count > 0 ? { query: queryEnd(source) - 1 } : undefined
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-heads': AttnHeads
  }
}
