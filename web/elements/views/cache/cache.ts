/** `<attn-cache>`: the keys and values that a model keeps of the tokens it has read. */
import type { ModelInfo, Tensor } from 'attenscope'
import { css, html, svg, type PropertyValues, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { Asked } from '../../base/asked.js'
import { signedScale } from '../../canvas/color-scale.js'
import type { Figure, Table } from '../../parts/figure.js'
import { figureStyles } from '../../parts/figure-styles.js'
import { keepStyles } from '../../parts/keep.js'
import { bytes } from '../../parts/format.js'
import { heatmapsFigure } from '../../parts/heatmap-figure.js'
import '../heatmap/heatmap.js'
import { mostOf } from '../../parts/strip.js'
import { roomFor } from '../../canvas/pattern-picture.js'
import { emptyState, failedState, stateStyles } from '../../parts/states.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { tokenLabel } from '../../parts/token-label.js'
import { labelText } from '../../parts/token-text.js'
import { ViewElement } from '../../base/view-element.js'
import * as words from '../../words/index.js'

interface Kept {
  readonly layer: number
  /** The key/value head, and how many there are. */
  readonly head: number
  readonly heads: number
  /** (H, S): a column for each token. */
  readonly keys: Tensor
  readonly values: Tensor
}

const styles = css`
  .room {
    display: block;
    inline-size: 100%;
    block-size: 10px;
    border: 1px solid var(--_rule);
    print-color-adjust: exact;
  }
  .room rect {
    fill: var(--_scale-middle);
  }
  .figures {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 24px;
    margin: 4px 0 8px;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .figures b {
    color: var(--_ink);
    font-weight: 600;
  }
`

/**
 * The keys and values of one head, a column for each token, and the memory that all of them take. Columns are added
 * while
 * a text is written, and removed when the reader goes back in the text.
 *
 * @fires attn-selection - The reader locked or released a token; `detail` is `{ layer, head, locked? }`.
 * @csspart title - The head and the memory taken.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the numbers cannot be computed.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Notes.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-above - Numbers above 0.
 * @cssprop --attn-below - Numbers below 0.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-cache')
export class AttnCache extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, figureStyles, keepStyles, styles]

  protected override readonly hasManyNumbers = true
  private readonly _asked = new Asked<Kept>(this)

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    const { source, selection } = this
    const { trace, given } = selection
    if (!source || !trace || !given || given.keyCount === 0) return this._asked.clear()
    if (!this.isSeen) return
    const { layer, head } = selection.head
    const question = async (): Promise<Kept> => {
      const [k, v] = await Promise.all(
        (['k', 'v'] as const).map((stage) => trace.compute(selection.traceName(layer, stage)))
      )
      const [heads = 1, S = 0, H = 0] = k?.shape ?? []
      const shared = Math.min(heads - 1, Math.floor((head * heads) / source.headCount))
      const ofHead = (tensor: Tensor | undefined) => transposed(tensor, shared, S, H)
      return { layer, head: shared, heads, keys: ofHead(k), values: ofHead(v) }
    }
    this._asked.ask([given, source.part, layer, head, given.keyCount], question)
  }

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { value, error } = this._asked
    if (error !== undefined) return failedState(error, () => this._asked.again())
    const { source } = this
    const { trace } = this.selection
    if (!trace || !source) return emptyState(words.view.patternsOnly)
    return value ? this._draw(value, source.keyCount, trace.info) : emptyState(words.view.computing)
  }

  protected override table(): Table | undefined {
    const { value } = this._asked
    const { source } = this
    if (!value || !source) return undefined
    const [H = 0, S = 0] = value.keys.shape
    const elements = Array.from({ length: H }, (_, at) => at)
    return {
      columns: ['token', ...(['k', 'v'] as const).flatMap((kind) => elements.map((at) => `${kind}[${at}]`))],
      rows: Array.from({ length: Math.min(S, source.keyCount) }, (_, column) => [
        labelText(source.tokens, column),
        ...[value.keys, value.values].flatMap(({ data }) => elements.map((at) => data[at * S + column] ?? NaN))
      ])
    }
  }

  protected override figure(): Figure | undefined {
    const { value } = this._asked
    const { source } = this
    if (!value || !source) return undefined
    const tensors = [firstColumns(value.keys, source.keyCount), firstColumns(value.values, source.keyCount)] as const
    return heatmapsFigure(
      words.cache.title(value.layer, value.head, value.heads),
      [words.cache.keys, words.cache.values],
      tensors,
      mostOf(...tensors.map(({ data }) => data))
    )
  }

  private _draw(kept: Kept, keyCount: number, info: ModelInfo): TemplateResult {
    const { source, selection } = this
    // A decoder's cache grows with each token; an encoder's is complete at once.
    const context = source?.part === 'decoder' ? info.context : keyCount
    const perToken =
      2 * (info.parts[source?.part ?? 'decoder']?.layers.length ?? info.L) * kept.heads * (kept.keys.shape[0] ?? 0) * 4
    const { token } = selection
    const column = token?.key ?? (source?.part === 'cross' ? undefined : token?.query)
    const isThere = column !== undefined && column < keyCount
    // Keys and values have one scale, so that equal tints are equal numbers.
    const most = mostOf(kept.keys.data, kept.values.data)
    const room = roomFor(kept.keys.shape[1] ?? 0, selection.writing)
    return html`<header part="title">
        <h3>${words.cache.title(kept.layer, kept.head, kept.heads)}</h3>
      </header>
      <svg class="room" viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label=${words.cache.room}>
        ${svg`<rect width=${(keyCount / Math.max(1, context)).toFixed(4)} height="1" />`}
      </svg>
      <p class="figures" role="status" aria-live=${selection.writing ? 'off' : 'polite'}>
        <span>${words.cache.tokens(keyCount, context)}</span>
        <span>${words.cache.memory(html`<b>${bytes(keyCount * perToken)}</b>`, bytes(context * perToken))}</span>
      </p>
      ${(['keys', 'values'] as const).map(
        (which) =>
          html`<h4>${words.cache[which]}</h4>
            <attn-heatmap
              label=${words.cache.label[which]}
              room=${room}
              .tensor=${firstColumns(kept[which], keyCount)}
              .scale=${signedScale('linear', most)}
              .inHand=${isThere ? { column } : undefined}
              @attn-cell=${(event: CustomEvent<{ column: number } | undefined>) =>
                this.point(event.detail && { [source?.part === 'cross' ? 'key' : 'query']: event.detail.column })}
              @attn-cell-hold=${(event: CustomEvent<{ column: number }>) =>
                this.lock({ [source?.part === 'cross' ? 'key' : 'query']: event.detail.column })}
            ></attn-heatmap>`
      )}
      <p class="note" aria-live="polite">
        ${isThere && source ? words.cache.of(tokenLabel(source.tokens, column), column) : words.cache.why}
      </p>
      ${this.behind()}`
  }
}

/** Transposes one head's (S, H) to (H, S). */
function transposed(tensor: Tensor | undefined, head: number, S: number, H: number): Tensor {
  const data = new Float32Array(S * H)
  for (let s = 0; s < S; s++) {
    for (let h = 0; h < H; h++) data[h * S + s] = tensor?.data[(head * S + s) * H + h] ?? NaN
  }
  return { data, shape: [H, S] }
}

const cut = new WeakMap<Tensor, Tensor>()

/** Cuts a tensor to the text that is shown. The same cut gives the same tensor, so that it is painted once. */
function firstColumns(tensor: Tensor, count: number): Tensor {
  const [rows = 0, columns = 0] = tensor.shape
  if (count >= columns) return tensor
  const known = cut.get(tensor)
  if (known?.shape[1] === count) return known
  const data = new Float32Array(rows * count)
  for (let row = 0; row < rows; row++) data.set(tensor.data.subarray(row * columns, row * columns + count), row * count)
  const made = { data, shape: [rows, count] }
  cut.set(tensor, made)
  return made
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-cache': AttnCache
  }
}
