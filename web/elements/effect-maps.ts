/** Effects as pictures: of every head, a row a layer; of every place of a text, a row a layer, a column a token. */
import type { HeadEffects, Part, PatchEffects } from 'attenscope'
import { css, html, type TemplateResult } from 'lit'
import { changeWords as words } from './change-words.js'
import { signedScale, type ColorScale } from './color-scale.js'
import { signed } from './format.js'
import './heatmap.js'
import { labelText } from './token-text.js'
import { words as allWords } from './words.js'

export interface HeadOfPart {
  readonly part: Part
  readonly layer: number
  readonly head: number
}

interface Cell {
  readonly row: number
  readonly column: number
}

/** What is said of the cell in hand. */
export type OnSay = (said: string | undefined) => void

/** One map a part, all by one scale whose middle is 0. */
export function headMaps({ parts }: HeadEffects, onPick: (head: HeadOfPart) => void, onSay: OnSay): TemplateResult {
  const scale = scaleFor(parts.flatMap(({ effects }) => Array.from(effects.data)))
  return html`<div class="maps">
      ${parts.map(({ part, layers, effects }) => {
        const N = effects.shape[1] ?? 0
        const headAt = ({ row, column }: Cell): HeadOfPart => ({ part, layer: layers[row] ?? 0, head: column })
        const say = (cell: Cell): string =>
          words.effects.cell(headAt(cell), signed(effects.data[cell.row * N + cell.column] ?? 0))
        return html`<figure class="map heads">
          <figcaption>${parts.length > 1 ? allWords.parts.names[part] : ''}</figcaption>
          <attn-heatmap
            square
            label=${words.effects.heading}
            .tensor=${effects}
            .scale=${scale}
            @attn-cell=${(event: CustomEvent<Cell | undefined>) => onSay(event.detail && say(event.detail))}
            @attn-cell-hold=${(event: CustomEvent<Cell>) => onPick(headAt(event.detail))}
          ></attn-heatmap>
        </figure>`
      })}
    </div>
    ${bar(scale, words.effects.legend)}`
}

/** A click takes the vector at that place over for good. */
export function patchMap(
  found: PatchEffects,
  onPick: (place: { readonly at: string; readonly query: number }) => void,
  onSay: OnSay
): TemplateResult {
  const { effects, names, tokens } = found
  const scale = scaleFor(Array.from(effects.data))
  const placeOf = ({ row, column }: Cell) => ({ at: names[row] ?? '', query: column })
  const say = (cell: Cell): string => {
    const effect = effects.data[cell.row * tokens.length + cell.column] ?? 0
    return words.effects.place(placeOf(cell).at, labelText(tokens, cell.column), signed(effect))
  }
  return html`<figure class="map">
      <figcaption>${words.effects.rows}</figcaption>
      <attn-heatmap
        label=${words.effects.patchHeading}
        .tensor=${effects}
        .scale=${scale}
        @attn-cell=${(event: CustomEvent<Cell | undefined>) => onSay(event.detail && say(event.detail))}
        @attn-cell-hold=${(event: CustomEvent<Cell>) => onPick(placeOf(event.detail))}
      ></attn-heatmap>
    </figure>
    ${bar(scale, words.effects.legendOfPatch)}`
}

/** The same for the same numbers: a heatmap paints anew where its scale is another. */
const scales = new Map<number, ColorScale>()

function scaleFor(values: readonly number[]): ColorScale {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  const scale = scales.get(most) ?? signedScale('linear', most)
  scales.clear()
  scales.set(most, scale)
  return scale
}

function bar(scale: ColorScale, legend: string): TemplateResult {
  return html`<div class="scale">
    <span class="note">${legend}</span>
    <div class="gradient diverging"></div>
    <div class="ticks">${scale.ticks.map((tick) => html`<span>${scale.format(tick)}</span>`)}</div>
  </div>`
}

export const effectMapStyles = css`
  .maps {
    display: flex;
    flex-wrap: wrap;
    gap: 16px 32px;
  }
  .map {
    margin: 8px 0;
  }
  .map.heads {
    inline-size: 200px;
  }
  figcaption {
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 24px;
  }
  .effects .scale {
    flex: none;
    color: var(--_muted);
    font-size: 0.75rem;
  }
  .said {
    min-block-size: 20px;
  }
`
