/**
 * Maps of effects: one map of all heads (rows are layers), and one map of a text (rows are layers, columns are tokens).
 */
import type { HeadEffects, Part, PatchEffects } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { effects as words } from '../words/effects.js'
import { signedScale, type ColorScale } from '../canvas/color-scale.js'
import { dataTable, headNames, mapTable } from '../parts/data-table.js'
import { significant } from '../parts/format.js'
import '../views/heatmap/heatmap.js'
import { labelText } from '../parts/token-text.js'
import * as allWords from '../words/index.js'

export interface HeadOfPart {
  readonly part: Part
  readonly layer: number
  readonly head: number
}

interface Cell {
  readonly row: number
  readonly column: number
}

/** The largest number of row or column names that fit beside a map. */
const MOST_MARKS = 20

/** The text about the chosen cell. */
export type OnSay = (said: string | undefined) => void

/** One map for each part. All maps share one colour scale whose middle is 0. */
export function headMaps({ parts }: HeadEffects, onPick: (head: HeadOfPart) => void, onSay: OnSay): TemplateResult {
  const scale = scaleFor(parts.flatMap(({ effects }) => Array.from(effects.data)))
  return html`<div class="maps">
      ${parts.map(({ part, layers, effects }) => {
        const N = effects.shape[1] ?? 0
        const headAt = ({ row, column }: Cell): HeadOfPart => ({ part, layer: layers[row] ?? 0, head: column })
        const say = (cell: Cell): string =>
          words.cell(headAt(cell), significant(effects.data[cell.row * N + cell.column] ?? NaN))
        return html`<figure class="map heads">
          ${parts.length > 1 ? html`<figcaption>${allWords.parts.names[part]}</figcaption>` : ''}
          ${ticks('beside', layers.map(String))}
          ${ticks(
            'over',
            Array.from({ length: N }, (_, head) => String(head))
          )}
          <attn-heatmap
            square
            label=${words.heading}
            .tensor=${effects}
            .scale=${scale}
            @attn-cell=${(event: CustomEvent<Cell | undefined>) => onSay(event.detail && say(event.detail))}
            @attn-cell-hold=${(event: CustomEvent<Cell>) => onPick(headAt(event.detail))}
          ></attn-heatmap>
        </figure>`
      })}
    </div>
    ${bar(scale, words.legend)}
    ${parts.map(({ part, layers, effects }) =>
      dataTable({
        title: `${words.heading} ${allWords.parts.names[part]}`,
        table: () => mapTable(effects, layers, headNames(effects.shape[1] ?? 0), significant)
      })
    )}`
}

/** The map of a text. A click adds the patch of this layer and token to the list of edits. */
export function patchMap(
  found: PatchEffects,
  onPick: (place: { readonly at: string; readonly query: number }) => void,
  onSay: OnSay
): TemplateResult {
  const { effects, names, tokens } = found
  const scale = scaleFor(Array.from(effects.data))
  const placeOf = ({ row, column }: Cell) => ({ at: names[row] ?? '', query: column })
  const say = (cell: Cell): string => {
    const effect = effects.data[cell.row * tokens.length + cell.column] ?? NaN
    return words.place(placeOf(cell).at, labelText(tokens, cell.column), significant(effect))
  }
  return html`<p class="note">${words.rows}</p>
    <figure class="map">
      ${ticks(
        'beside',
        names.map((name) => /\d+/.exec(name)?.[0] ?? words.embedding)
      )}
      ${ticks(
        'over wordy',
        tokens.map((_, at) => labelText(tokens, at))
      )}
      <attn-heatmap
        row-height="16"
        label=${words.patchHeading}
        .tensor=${effects}
        .scale=${scale}
        @attn-cell=${(event: CustomEvent<Cell | undefined>) => onSay(event.detail && say(event.detail))}
        @attn-cell-hold=${(event: CustomEvent<Cell>) => onPick(placeOf(event.detail))}
      ></attn-heatmap>
    </figure>
    ${bar(scale, words.legendOfPatch)}
    ${dataTable({
      title: words.patchHeading,
      table: () =>
        mapTable(
          effects,
          names,
          tokens.map((_, at) => labelText(tokens, at)),
          significant
        )
    })}`
}

/** The names of a map's rows or columns, as many as fit. */
function ticks(kind: string, labels: readonly string[]): TemplateResult {
  const apart = Math.ceil(labels.length / MOST_MARKS)
  return html`<ol class="marks ${kind}" aria-hidden="true">
    ${labels.map((label, at) => html`<li>${at % apart === 0 ? html`<span>${label}</span>` : ''}</li>`)}
  </ol>`
}

/** Returns the same scale object for the same numbers, because a heatmap repaints when its scale object changes. */
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
