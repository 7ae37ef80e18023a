/** `<attn-position>`: an encoding of positions as a heat map, as curves, and as the similarity that it induces. */
import { loadOps, type Tensor } from 'attenscope'
import { css, html, svg, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { Asked } from '../../base/asked.js'
import { choices, choiceStyles } from '../../parts/choices.js'
import { scaleOf, signedScale } from '../../canvas/color-scale.js'
import { figureStyles } from '../../parts/figure-styles.js'
import { significant } from '../../parts/format.js'
import '../heatmap/heatmap.js'
import { InView } from '../../base/in-view.js'
import { dataTable } from '../../parts/data-table.js'
import { keepMenu, keepStyles } from '../../parts/keep.js'
import { curveColors, encode, KINDS, type Encoded, type ShownPositionKind } from './position-data.js'
import { positionFigure, positionTable } from './position-figure.js'
import { Wait } from '../../pacing/waits.js'
import { Selection } from '../../base/selection.js'
import { emptyState, errorState, stateStyles } from '../../parts/states.js'
import { themeStyles } from '../../parts/theme-styles.js'
import * as words from '../../words/index.js'
import { AttnElement } from '../../base/attn-element.js'
import { wrongNumber } from '../../base/number-attributes.js'

const NUMBERS = {
  length: { least: 1, whole: true },
  width: { least: 1, whole: true },
  base: { least: 1 }
}

const CURVES = 4

const styles = css`
  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(260px, 100%), 1fr));
    gap: 8px 32px;
    margin-block: 8px;
  }
  .curves {
    display: block;
    inline-size: 100%;
    block-size: 120px;
    overflow: visible;
  }
  .curves polyline {
    fill: none;
    stroke-width: 1.5;
    vector-effect: non-scaling-stroke;
  }
  .curves .axis {
    stroke: var(--_rule);
    vector-effect: non-scaling-stroke;
  }
  .names svg {
    inline-size: 16px;
    block-size: 8px;
    margin-inline-end: 4px;
  }
`

/**
 * Encodings of positions, computed by the attention library. Pointing at a position, or the arrow keys, compares it
 * with
 * all others.
 *
 * @csspart message - The message while there is no picture.
 * @csspart error - The message when the library cannot be loaded.
 * @cssprop --attn-paper - The page's background.
 * @cssprop --attn-ink - Text.
 * @cssprop --attn-muted - Notes.
 * @cssprop --attn-rule - Hairlines.
 * @cssprop --attn-above - Numbers above 0.
 * @cssprop --attn-below - Numbers below 0.
 * @cssprop --attn-font - The font family.
 */
@customElement('attn-position')
export class AttnPosition extends AttnElement {
  static override readonly styles = [...themeStyles, stateStyles, choiceStyles, figureStyles, keepStyles, styles]

  /** The encoding: 'sinusoidal', 'powers-of-two', 'rotary', 'alibi' or, with a table, 'learned'. */
  @property() kind: ShownPositionKind = 'sinusoidal'
  /** The number of positions, T. */
  @property({ type: Number }) length = 48
  /** The width of an encoding, C. */
  @property({ type: Number }) width = 32
  /** The base of the wavelengths, for the encodings that have wavelengths. */
  @property({ type: Number }) base = 10_000
  /** The learned table (T, C), for the kind 'learned'. */
  @property({ attribute: false }) table?: Tensor
  /** Leaves out the menu that saves the picture and its numbers. */
  @property({ type: Boolean, attribute: 'no-keep' }) noKeep = false
  @state() private _inHand?: number | undefined
  @state() private _said = ''
  @state() private _isTableOpen = false
  /** Encodings belong to no text, so the menu has an empty selection. */
  private readonly _selection = new Selection()
  private readonly _asked = new Asked<Encoded>(this)
  private readonly _inView = new InView(this, () => {})
  private readonly _unseen = new Wait(this)

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (!this._inView.isSeen || wrongNumber(this, NUMBERS)) return
    const { kind, length, width, base, table } = this
    this._asked.ask([kind, length, width, base, table], async () =>
      encode(await loadOps(), { kind, length, width, base, ...(table && { table }) })
    )
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    // The page may be printed before the element was in sight.
    if (!this._inView.isSeen) this._unseen.forQuiet('unseen', () => this._inView.see())
  }

  override render() {
    const { value, error: failure } = this._asked
    const error = wrongNumber(this, NUMBERS) ?? failure
    const kinds = this.table ? KINDS : KINDS.filter((kind) => kind !== 'learned')
    return html`${choices({
      label: words.position.label,
      options: kinds,
      chosen: this.kind,
      choose: (kind) => (this.kind = kind),
      nameOf: (kind) => words.position.kinds[kind].name,
      titleOf: (kind) => words.position.kinds[kind].title
    })}
    ${error !== undefined ? errorState(error) : value ? this._draw(value) : emptyState(words.view.computing)}
    ${value ? this._behind(value) : ''}`
  }

  private _behind(value: Encoded): TemplateResult {
    const readable = {
      ...{ title: words.position.kinds[value.kind].name, table: () => positionTable(value), isOpen: this._isTableOpen },
      toggle: (isOpen: boolean) => (this._isTableOpen = isOpen)
    }
    return html`<div class="behind">${dataTable(readable)} ${this.noKeep ? '' : this._keep(value)}</div>`
  }

  private _keep(value: Encoded): TemplateResult {
    const { kind, length, width, base } = this
    const view = {
      name: 'position',
      figure: () => positionFigure(value),
      table: () => positionTable(value),
      attributes: () => ({ kind, length, width, base }),
      ...{ selection: this._selection, root: this.renderRoot }
    }
    return keepMenu(view, this._said, (said) => (this._said = said))
  }

  private _draw({ kind, encoding, similarity, isBias }: Encoded): TemplateResult {
    const [T = 0] = similarity.shape
    const position = Math.min(this._inHand ?? Math.floor(T / 2), Math.max(0, T - 1))
    const row = similarity.data.subarray(position * T, (position + 1) * T)
    const point = (event: CustomEvent<{ row: number } | undefined>) => (this._inHand = event.detail?.row)
    const inHand = { row: position }
    return html`<p class="note">${words.position.kinds[kind].title}</p>
      <div class="pair">
        ${
          encoding
            ? html`<section>
                <h3 class="lesser">${words.position.encodings}</h3>
                <attn-heatmap
                  square
                  label=${words.position.encodings}
                  .tensor=${encoding}
                  .scale=${signedScale('linear', 1)}
                  .inHand=${inHand}
                  @attn-cell=${point}
                ></attn-heatmap>
              </section>`
            : ''
        }
        <section>
          <h3 class="lesser">${isBias ? words.position.biases : words.position.similarities}</h3>
          <attn-heatmap
            square
            label=${isBias ? words.position.biases : words.position.similarities}
            .tensor=${similarity}
            .scale=${scaleOf([similarity.data], 'linear')}
            .inHand=${inHand}
            @attn-cell=${point}
          ></attn-heatmap>
        </section>
        ${encoding ? html`<section>${this._curves(words.position.curves, componentsOf(encoding), position)}</section>` : ''}
        <section>
          ${this._curves(
            isBias ? words.position.biasOf(position) : words.position.similarityOf(position),
            [{ name: words.position.atDistance(significant(row[Math.max(0, position - 1)] ?? 0)), values: row }],
            position
          )}
        </section>
      </div>`
  }

  private _curves(
    title: string,
    curves: readonly { readonly name: string; readonly values: ArrayLike<number> }[],
    position: number
  ): TemplateResult {
    const values = curves.flatMap(({ values }) => Array.from(values))
    const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)]
    const y = (value: number) => 1 - (value - least) / (most - least || 1)
    const count = curves[0]?.values.length ?? 0
    const x = (at: number) => (count > 1 ? at / (count - 1) : 0)
    return html`<h3 class="lesser">${title}</h3>
      <svg class="curves" role="img" aria-label=${title} viewBox="0 0 1 1" preserveAspectRatio="none">
        <line class="axis" x1="0" x2="1" y1=${y(0)} y2=${y(0)}></line>
        <line class="axis" x1=${x(position)} x2=${x(position)} y1="0" y2="1"></line>
        ${curves.map(
          ({ values }, index) =>
            svg`<polyline stroke=${curveColors[index % curveColors.length]}
              points=${Array.from(values, (value, at) => `${x(at).toFixed(4)},${y(value).toFixed(4)}`).join(' ')} />`
        )}
      </svg>
      <div class="names">
        ${curves.map(
          ({ name }, index) =>
            html`<span
              ><svg viewBox="0 0 16 8" aria-hidden="true">
                <line
                  x2="16"
                  y1="4"
                  y2="4"
                  stroke=${curveColors[index % curveColors.length]}
                  stroke-width="2"
                ></line></svg
              >${name}</span
            >`
        )}
        <span>${words.position.range(significant(least), significant(most))}</span>
      </div>`
  }
}

/** A few components, from the fastest to the slowest. */
function componentsOf({ data, shape }: Tensor): { name: string; values: Float32Array }[] {
  const [T = 0, C = 0] = shape
  const chosen = [
    ...new Set(Array.from({ length: CURVES }, (_, at) => Math.floor((at * Math.max(0, C - 2)) / (CURVES - 1))))
  ]
  return chosen.map((c) => ({
    name: words.position.component(c),
    values: Float32Array.from({ length: T }, (_, t) => data[t * C + c] ?? 0)
  }))
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-position': AttnPosition
  }
}
