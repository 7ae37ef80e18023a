/** The table of `<attn-lens>`: the predictions of each layer, and the predictions in the current cell. */
import type { LensReading, Token } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { percent, significant } from '../../parts/format.js'
import { moveAmongButtons, tabStop } from '../../parts/roving.js'
import { tokenLabel } from '../../parts/token-label.js'
import { alone, spokenToken } from '../../parts/token-text.js'
import * as words from '../../words/index.js'

/** The predictions of all layers, and the first query that they belong to. */
export interface Read {
  readonly first: number
  readonly readings: readonly LensReading[]
}

export interface LensShown {
  readonly layers: readonly number[]
  /** The current cell. */
  readonly layer: number
  readonly query: number
  readonly tokens: readonly Token[]
  readonly point: (layer: number, query: number) => void
  readonly hold: (layer: number, query: number) => void
  readonly leave: () => void
  readonly press: (event: KeyboardEvent) => void
}

/**
 * A row for each layer, the last on top; a column for each query; each cell has the token with the highest probability.
 */
export function lensTable(
  { first, readings }: Read,
  { layers, layer: inHand, query, tokens, ...on }: LensShown
): TemplateResult {
  const queries = [...new Set(readings.map((each) => each.query))]
  const at = new Map(readings.map((each) => [`${each.layer}/${each.query}`, each]))
  return html`<div class="scroll">
    <table class="lens" part="table" dir="ltr" @keydown=${on.press} @pointerleave=${on.leave}>
      <caption class="spoken">
        ${words.lens.label}
      </caption>
      <thead>
        <tr>
          <th scope="col">${first > 0 ? words.lens.from(first) : words.lens.layer}</th>
          ${queries.map(
            (each) => html`<th scope="col" class=${each === query ? 'column' : ''}>${tokenLabel(tokens, each)}</th>`
          )}
        </tr>
      </thead>
      <tbody>
        ${layers.map(
          (layer) =>
            html`<tr>
              <th scope="row">${layer}</th>
              ${queries.map((each) => {
                const reading = at.get(`${layer}/${each}`)
                const [guess] = reading?.top ?? []
                const isInHand = layer === inHand && each === query
                return html`<td
                  data-layer=${layer}
                  data-query=${each}
                  tabindex=${isInHand ? 0 : -1}
                  class=${isInHand ? 'in-hand' : ''}
                  title=${reading ? words.lens.cell(significant(reading.entropy)) : ''}
                  @pointerenter=${(event: PointerEvent) => event.pointerType !== 'touch' && on.point(layer, each)}
                  @focus=${() => on.point(layer, each)}
                  @click=${() => on.hold(layer, each)}
                >
                  ${
                    guess
                      ? html`<svg class="tint" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
                            <rect width="1" height="1" fill-opacity=${(0.5 * guess.probability).toFixed(3)}></rect></svg
                          >${tokenLabel(alone(guess.token), 1)}<span class="spoken"
                            >${percent(guess.probability)}</span
                          >`
                      : ''
                  }
                </td>`
              })}
            </tr>`
        )}
      </tbody>
    </table>
  </div>`
}

/** The tokens with the highest probabilities in a cell; one is chosen by its id. */
export function lensGuesses(
  { layer, query, top, entropy }: LensReading,
  tokens: readonly Token[],
  chosen: number | undefined,
  choose: (token: Token) => void
): TemplateResult {
  const current = top.findIndex(({ token }) => token.id === chosen)
  return html`<p class="note">${words.lens.after(layer, tokenLabel(tokens, query), significant(entropy))}</p>
    <ol class="guesses" aria-label=${words.lens.guesses} @keydown=${moveAmongButtons}>
      ${top.map(
        ({ token, probability }, at) =>
          html`<li>
            <button
              type="button"
              tabindex=${tabStop(at, current)}
              title=${words.lens.choose(spokenToken(alone(token), 1))}
              aria-pressed=${token.id === chosen ? 'true' : 'false'}
              @click=${() => choose(token)}
            >
              ${tokenLabel(alone(token), 1)} <span>${percent(probability)}</span>
            </button>
          </li>`
      )}
    </ol>`
}
