/** `<attn-next>`: the words that may come next, with the probabilities from which the next word is drawn. */
import type { Token } from 'attenscope'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { Asked } from '../../base/asked.js'
import { queryEnd } from '../../base/layout.js'
import type { Selection } from '../../base/selection.js'
import { ViewElement } from '../../base/view-element.js'
import { bar } from '../../parts/bar.js'
import { tableFigure, type Figure, type Table } from '../../parts/figure.js'
import { percent } from '../../parts/format.js'
import { keepStyles } from '../../parts/keep.js'
import { emptyState, failedState, stateStyles } from '../../parts/states.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { tokenLabel } from '../../parts/token-label.js'
import { alone, labelText } from '../../parts/token-text.js'
import * as words from '../../words/index.js'
import { nextStyles } from './next-styles.js'
import { drawingProbabilities, type Likely } from './probabilities.js'

/** How many of the likeliest words are shown. */
const SHOWN = 10

interface Answer {
  /** How many tokens of the text are read before the word. */
  readonly count: number
  /** (V) */
  readonly logits: Float32Array
  readonly tokens: ReadonlyMap<number, Token>
  /** The word that was written here; undefined if none is written yet. */
  readonly written: Token | undefined
}

/**
 * The ten likeliest next words after the word that is pointed at or locked, else after the end of the text. The bars are
 * the probabilities from which the sampler draws, softmax(logits / temperature) among the top-k likeliest words, and
 * move while the temperature or top-k of the group's `<attn-generate>` changes. A word that is already written is marked.
 *
 * @csspart list - The words with their bars.
 * @csspart caption - The sentence about the word before.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the numbers cannot be computed.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Words that top-k leaves out.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-accent - The bar of the written word.
 * @cssprop --attn-scale-middle - The other bars.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-next')
export class AttnNext extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, keepStyles, nextStyles]

  /** The temperature, where no `<attn-generate>` of the group has one; at 0 the likeliest word is taken. */
  @property({ type: Number }) temperature = 1
  /** How many of the likeliest words are drawn from, where no `<attn-generate>` of the group says; 0 for all. */
  @property({ type: Number, attribute: 'top-k' }) topK = 0
  private readonly _asked = new Asked<Answer | undefined>(this)
  private _drawnBy?: Selection
  private readonly _onDrawing = () => this.requestUpdate()

  protected override get numbers() {
    return { temperature: { least: 0 }, topK: { least: 0, whole: true } }
  }

  override disconnectedCallback(): void {
    this._drawnBy?.removeEventListener('drawing', this._onDrawing)
    delete this._drawnBy
    super.disconnectedCallback()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    this._followDrawing()
    const { source, selection } = this
    const { given } = selection
    if (!source || !given || source.part === 'encoder' || source.queries.count === 0) return this._asked.clear()
    if (!this.isSeen) return
    const count = this._countInHand()
    // A text that grew has the same words up to this one, so only its end is asked again.
    const next = given.queryTokens[count]
    this._asked.ask([given, count, next, selection.drawing], () => this._answer(count, next))
  }

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { source } = this
    if (source?.part === 'encoder') return emptyState(words.next.noNext)
    const { value, error, isStale } = this._asked
    if (error !== undefined) return failedState(error, () => this._asked.again())
    if (!value) return emptyState(isStale ? words.view.computing : words.next.noNext)
    const { top, also } = this._probabilities(value)
    const { written } = value
    const isAmongTop = top.some(({ id }) => id === written?.id)
    const most = top[0]?.probability ?? 1
    const tokens = this.selection.given?.queryTokens ?? []
    return html`<p class="caption" part="caption">${words.next.after(tokenLabel(tokens, value.count - 1))}</p>
      <ol part="list" aria-label=${words.next.label}>
        ${top.map((each) => this._row(each, most, value))}
        ${
          also && !isAmongTop
            ? this._row(also, most, value)
            : html`<li class="none" aria-hidden="true"><span class="rank"></span></li>`
        }
      </ol>
      <p class="note">${written ? words.next.written : words.next.notYet}</p>
      ${this.keep()}`
  }

  protected override table(): Table | undefined {
    const { value } = this._asked
    if (!value) return undefined
    const { top, also } = this._probabilities(value)
    const rows = also && !top.some(({ id }) => id === also.id) ? [...top, also] : top
    return {
      columns: ['rank', 'id', 'token', 'probability', 'written'],
      rows: rows.map(({ id, probability, rank }) => [
        ...[rank, id, textOf(value.tokens.get(id)), probability, id === value.written?.id ? 1 : 0]
      ])
    }
  }

  protected override figure(): Figure | undefined {
    const { value } = this._asked
    if (!value) return undefined
    return tableFigure(words.next.label, {
      columns: [words.next.word, words.next.probability],
      rows: this._probabilities(value).top.map(({ id, probability }) => [
        textOf(value.tokens.get(id)),
        percent(probability)
      ])
    })
  }

  private _row({ id, probability, rank }: Likely, most: number, { tokens, written }: Answer): TemplateResult {
    const token = tokens.get(id)
    const isWritten = id === written?.id
    const kind = isWritten ? 'written' : probability === 0 ? 'out' : ''
    return html`<li class=${kind} aria-current=${isWritten ? 'true' : 'false'}>
      <span class="rank">${rank}</span>
      <span class="label">${token ? tokenLabel(alone(token), 1) : id}</span>
      ${bar(most > 0 ? probability : 0)}
      <span class="number">${percent(probability)}</span>
    </li>`
  }

  private _probabilities({ logits, written }: Answer) {
    return drawingProbabilities(logits, this.selection.drawing ?? this, SHOWN, written?.id)
  }

  /** How many tokens come before the word: up to the token in hand, else the whole text. */
  private _countInHand(): number {
    const { selection, source } = this
    const query = selection.token?.query
    if (query !== undefined) return query + 1
    const end = source ? queryEnd(source) : 0
    // While a text is written its last word has not been read, so the view shows how that word was drawn.
    const tokens = selection.given?.queryTokens.length ?? 0
    const isDrawing = selection.drawing?.isDrawing && !source?.isCut
    return isDrawing || !selection.drawing ? end : Math.min(end + 1, tokens)
  }

  private async _answer(count: number, written: Token | undefined): Promise<Answer | undefined> {
    const { drawing, trace } = this.selection
    if (!drawing) return trace && answerOfTrace(trace, count, written)
    const logits = await drawing.logits(count)
    if (!logits) return undefined
    const { top, also } = drawingProbabilities(logits, { temperature: 1, topK: 0 }, SHOWN, written?.id)
    const ids = [...top, ...(also ? [also] : [])].map(({ id }) => id)
    const tokens = await drawing.tokens(ids)
    return { count, logits, written, tokens: new Map(tokens.map((token, at) => [ids[at] ?? token.id, token])) }
  }

  /** Hears of another temperature, from the selection that the element has now. */
  private _followDrawing(): void {
    if (this._drawnBy === this.selection) return
    this._drawnBy?.removeEventListener('drawing', this._onDrawing)
    this._drawnBy = this.selection
    this._drawnBy.addEventListener('drawing', this._onDrawing)
  }
}

/** The prediction of the last layer of the lens, which is the model's own. */
async function answerOfTrace(
  trace: NonNullable<Selection['trace']>,
  count: number,
  written: Token | undefined
): Promise<Answer | undefined> {
  const { V } = trace.info
  const readings = await trace.lens({ top: V, queries: { first: count - 1, count: 1 } })
  const { top = [] } = readings.at(-1) ?? {}
  // A saved trace has a few candidates only, which are not enough for a softmax over all words.
  if (top.length < V) return undefined
  const logits = new Float32Array(V).fill(-Infinity)
  for (const { token, logit } of top) logits[token.id] = logit
  return { count, logits, written, tokens: new Map(top.map(({ token }) => [token.id, token])) }
}

function textOf(token: Token | undefined): string {
  return token ? labelText(alone(token), 1) : ''
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-next': AttnNext
  }
}
