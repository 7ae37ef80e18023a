/** `<attn-plane>`: a head's queries and keys in the plane in which they differ most. */
import type { PatternSource, Plane } from 'attenscope'
import { css, html, svg, type PropertyValues, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { Asked } from '../../base/asked.js'
import type { Figure, Table } from '../../parts/figure.js'
import { besidePoint, GLYPH, planeFigure } from './plane-figure.js'
import { figureStyles } from '../../parts/figure-styles.js'
import { keepStyles } from '../../parts/keep.js'
import { percent } from '../../parts/format.js'
import { keysOf } from '../../base/layout.js'
import type { HeadRef } from '../../base/refs.js'
import { emptyState, failedState, stateStyles } from '../../parts/states.js'
import { themeStyles } from '../../parts/theme-styles.js'
import { labelText } from '../../parts/token-text.js'
import { ViewElement } from '../../base/view-element.js'
import * as words from '../../words/index.js'

/** The most tokens that are all named. */
const FEW = 20
/** The approximate height of a line of names, in pixels. */
const LINE = 11
const SIDE = 320
const MARGIN = 24

interface Placed {
  readonly head: HeadRef
  readonly plane: Plane
}

const styles = css`
  .plane {
    display: block;
    inline-size: 100%;
    max-inline-size: 480px;
    outline-offset: 0;
  }
  .axis {
    stroke: var(--_rule);
  }
  .query {
    fill: var(--_accent);
    cursor: pointer;
  }
  .key {
    fill: none;
    stroke: var(--_ink);
    stroke-width: 1.5;
    cursor: pointer;
  }
  .dim {
    opacity: 0.3;
  }
  .in-hand {
    stroke: var(--_ink);
    stroke-width: 1.5;
  }
  .reach {
    stroke: var(--_accent);
    stroke-linecap: round;
    opacity: 0.6;
  }
  text {
    fill: var(--_ink);
    font-size: 10px;
  }
  text.key-name {
    fill: var(--_muted);
    stroke: none;
  }
  .names svg {
    inline-size: 12px;
    block-size: 12px;
    margin-inline-end: 4px;
    vertical-align: -2px;
  }
`

/**
 * Queries as discs and keys as rings, by principal components. A query and a key far out in the same direction have a
 * high score. Pointing at a disc draws lines to the keys it attends to; left and right move from token to token.
 *
 * @fires attn-selection - The reader locked or released a token; `detail` is `{ layer, head, locked? }`.
 * @csspart title - The head, and the share of the variance that the plane shows.
 * @csspart plane - The picture.
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the plane cannot be computed.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text, keys and the current point.
 * @cssprop --attn-muted - Notes.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-accent - Queries, and the lines to their keys.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-plane')
export class AttnPlane extends ViewElement {
  static override readonly styles = [...themeStyles, stateStyles, figureStyles, keepStyles, styles]

  protected override readonly hasManyNumbers = true
  private readonly _asked = new Asked<Placed>(this)

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    const { source, selection } = this
    const { trace, part, given } = selection
    if (!source || !trace || source.queries.count === 0) return this._asked.clear()
    if (!this.isSeen) return
    const head = { layer: selection.head.layer, head: Math.min(selection.head.head, source.headCount - 1) }
    this._asked.ask([given, part, head.layer, head.head, given?.queries.count], async () => ({
      head,
      plane: await trace.plane(head.layer, head.head, part && { part })
    }))
  }

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { value, error } = this._asked
    if (error !== undefined) return failedState(error, () => this._asked.again())
    const { source } = this
    if (!this.selection.trace || !source) return emptyState(words.view.patternsOnly)
    return value ? this._draw(value, source) : emptyState(words.view.computing)
  }

  private _draw({ head, plane }: Placed, source: PatternSource): TemplateResult {
    const [queryCount = 0] = plane.queries.shape
    const count = Math.min(queryCount, source.queries.first + source.queries.count)
    const keyCount = Math.min(plane.keys.shape[0] ?? 0, source.keyCount)
    const most = [...plane.queries.data, ...plane.keys.data].reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1
    const at = (points: Plane['queries'], index: number) => {
      const place = (axis: number) => ((points.data[2 * index + axis] ?? 0) / most) * (SIDE / 2 - MARGIN)
      return { x: SIDE / 2 + place(0), y: SIDE / 2 - place(1) }
    }
    const { token } = this.selection
    const query = token?.query !== undefined && token.query < count ? token.query : undefined
    const key = token?.key !== undefined && token.key < keyCount ? token.key : undefined
    const isOne = source.part !== 'cross'
    const named = (index: number, ofKey: boolean) =>
      count + keyCount <= 2 * FEW || (ofKey ? index === key : index === query || (isOne && index === key))
    // If names overlap, only the first is shown. The current token's name is always shown.
    const taken: { x: number; y: number; width: number }[] = []
    const nameOf = (pointX: number, y: number, label: string, isInHand: boolean, kind = '') => {
      const { x, align } = besidePoint(pointX, label, SIDE)
      const width = GLYPH * label.length
      const left = align === 'left' ? x : x - width
      const isTaken = taken.some(
        (other) => Math.abs(other.y - y) < LINE && left < other.x + other.width && other.x < left + width
      )
      if (isTaken && !isInHand) return ''
      taken.push({ x: left, y, width })
      return svg`<text class=${kind} x=${x} y=${y} text-anchor=${align === 'left' ? 'start' : 'end'}>${label}</text>`
    }
    const reach = query === undefined ? [] : keysOf(source, head, query).slice(0, 8)
    return html`<header part="title">
        <h3>${words.names.head(head, source)}</h3>
        <span>${words.plane.keeps(percent(plane.explained))}</span>
      </header>
      <svg
        class="plane"
        part="plane"
        viewBox="0 0 ${SIDE} ${SIDE}"
        role="application"
        tabindex="0"
        aria-label=${words.plane.label}
        @keydown=${(event: KeyboardEvent) => this._onKey(event, count, query)}
        @pointerleave=${() => this.point(undefined)}
      >
        <line class="axis" x1="0" x2=${SIDE} y1=${SIDE / 2} y2=${SIDE / 2}></line>
        <line class="axis" y1="0" y2=${SIDE} x1=${SIDE / 2} x2=${SIDE / 2}></line>
        ${reach.map(({ index, weight }) => {
          const from = at(plane.queries, query ?? 0)
          const to = at(plane.keys, index)
          return svg`<line class="reach" x1=${from.x} y1=${from.y} x2=${to.x} y2=${to.y}
            stroke-width=${0.5 + 5 * weight} stroke-opacity=${0.2 + 0.8 * weight} />`
        })}
        ${Array.from({ length: keyCount }, (_, index) => {
          const { x, y } = at(plane.keys, index)
          const name = labelText(source.tokens, index, 12)
          return svg`<circle class="key ${index === key ? 'in-hand' : ''} ${query !== undefined && !reach.some((each) => each.index === index) ? 'dim' : ''}"
            cx=${x} cy=${y} r="4" @click=${() => this.lock({ ...(query !== undefined && { query }), key: index })}
            ><title>${words.plane.key(labelText(source.tokens, index))}</title></circle>
            ${named(index, true) ? nameOf(x, y + 10, name, index === key, 'key-name') : ''}`
        })}
        ${Array.from({ length: count }, (_, index) => {
          const { x, y } = at(plane.queries, index)
          const label =
            source.queryTokens.length > 0 ? labelText(source.queryTokens, index, 12) : words.matrix.learnedQuery
          return svg`<circle class="query ${index === query ? 'in-hand' : ''} ${query !== undefined && index !== query ? 'dim' : ''}"
            cx=${x} cy=${y} r=${index === query ? 5 : 3.5}
            @pointerenter=${(event: PointerEvent) => event.pointerType !== 'touch' && this.point({ query: index })}
            @click=${() => this.lock({ query: index })}
            ><title>${words.plane.query(label)}</title></circle>
            ${named(index, false) ? nameOf(x, y - 3, label, index === query) : ''}`
        })}
      </svg>
      <div class="names">
        <span
          ><svg viewBox="0 0 12 12" aria-hidden="true"><circle class="query" cx="6" cy="6" r="4"></circle></svg
          >${words.plane.queries}</span
        >
        <span
          ><svg viewBox="0 0 12 12" aria-hidden="true"><circle class="key" cx="6" cy="6" r="4"></circle></svg
          >${words.plane.keys}</span
        >
      </div>
      <p class="note" aria-live="polite">
        ${
          query === undefined
            ? words.plane.why
            : words.heads.looks(
                html`<b
                  ><bdi
                    >${source.queryTokens.length > 0 ? labelText(source.queryTokens, query) : words.matrix.learnedQuery}</bdi
                  ></b
                >`,
                reach
                  .slice(0, 3)
                  .map(
                    ({ index, weight }, place) =>
                      html`${place > 0 ? ', ' : ''}<b><bdi>${labelText(source.tokens, index)}</bdi></b>
                        ${percent(weight)}`
                  ),
                source.part
              )
        }
      </p>
      ${this.behind()}`
  }

  protected override table(): Table | undefined {
    const { value } = this._asked
    const { source } = this
    if (!value || !source) return undefined
    const rows = (kind: 'queries' | 'keys', tokens: PatternSource['tokens']) =>
      Array.from({ length: value.plane[kind].shape[0] ?? 0 }, (_, at) => [
        ...[words.plane[kind], at, labelText(tokens, at)],
        ...value.plane[kind].data.subarray(2 * at, 2 * at + 2)
      ])
    return {
      columns: ['', 'index', 'token', 'x', 'y'],
      rows: [...rows('queries', source.queryTokens), ...rows('keys', source.tokens)]
    }
  }

  protected override figure(): Figure | undefined {
    const { value } = this._asked
    const table = this.table()
    if (!value || !table || !this.source) return undefined
    return planeFigure(words.names.head(value.head, this.source), table)
  }

  private _onKey(event: KeyboardEvent, count: number, query: number | undefined): void {
    const at = query ?? count
    const to = { ArrowLeft: at - 1, ArrowRight: query === undefined ? 0 : at + 1, Home: 0, End: count - 1 }[event.key]
    if (to !== undefined) this.point({ query: Math.min(count - 1, Math.max(0, to)) })
    else if ((event.key === 'Enter' || event.key === ' ') && query !== undefined) this.lock({ query })
    else if (event.key !== 'Escape' || !this.letGo()) return
    event.preventDefault()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-plane': AttnPlane
  }
}
