/** Which heads and places matter for a prediction: what to measure, the search, its maps, and what these do and do not show. */
import { html, type TemplateResult } from 'lit'
import { changeWords } from './change-words.js'
import type { ComparedRuns } from './compared-runs.js'
import { headMaps, patchMap, type HeadOfPart } from './effect-maps.js'
import type { EffectSearch } from './effect-search.js'
import { percent, signed } from './format.js'
import { labelText } from './token-text.js'

const words = changeWords.effects

interface Picks {
  readonly onPick: (head: HeadOfPart) => void
  readonly onPatch: (place: { readonly at: string; readonly query: number }) => void
}

export function effectsSection(
  search: EffectSearch,
  compared: ComparedRuns,
  row: number,
  { onPick, onPatch }: Picks
): TemplateResult {
  const { heads, tried } = search
  return html`<section part="effects" class="effects" aria-labelledby="effects">
    <h3 id="effects">${words.heading}</h3>
    <div class="row">
      ${measure(search, compared, row)}
      ${
        tried
          ? html`<button type="button" @click=${() => search.stop()}>${words.stop}</button>
              <progress max=${tried.total} .value=${tried.done}></progress>
              <span class="note"
                >${(tried.of === 'heads' ? words.running : words.runningPlaces)(tried.done, tried.total)}</span
              >`
          : html`<button type="button" @click=${() => search.tryHeads(compared, row)}>${words.action}</button>`
      }
    </div>
    ${
      heads
        ? html`${headMaps(heads, onPick, (said) => search.set({ said }))}
            <p class="note">${words.click} ${words.loss(percent(heads.work))}</p>`
        : ''
    }
    ${compared.model.info.F === 0 ? '' : patching(search, compared, row, onPatch)}
    <p class="note said" role="status" aria-live="polite">${search.said ?? ''}</p>
    <p class="note">${words.caveat}</p>
  </section>`
}

/** Whose logit, against whose, and what becomes of a head. */
function measure(search: EffectSearch, { predictions, names, tokens }: ComparedRuns, row: number): TemplateResult {
  const top = [...(predictions[tokens.length > 0 ? row : 0]?.top ?? [])].sort((a, b) => b.before - a.before)
  const [likeliest, ...others] = top
  const nameOf = (id: number | undefined): string => {
    const token = id === undefined ? undefined : names.get(id)
    return token ? labelText([{ ...token, end: Math.max(1, token.text.length) }], 0) : ''
  }
  const valueOf = (event: Event) => (event.target as HTMLSelectElement).value
  return html`<span class="note">${words.measure(nameOf(likeliest?.id))}</span>
    <label class="setting"
      >${words.contrast}
      <select
        @change=${(event: Event) => search.set({ contrast: valueOf(event) === '' ? undefined : Number(valueOf(event)) })}
      >
        <option value="" ?selected=${search.contrast === undefined}>${words.nothing}</option>
        ${others.map(({ id }) => html`<option value=${id} ?selected=${id === search.contrast}>${nameOf(id)}</option>`)}
      </select></label
    >
    <label class="setting"
      >${words.ablate}
      <select @change=${(event: Event) => search.set({ ablate: valueOf(event) === 'mean' ? 'mean' : 'zero' })}>
        <option value="zero" ?selected=${search.ablate === 'zero'}>${words.zero}</option>
        <option value="mean" ?selected=${search.ablate === 'mean'}>${words.mean}</option>
      </select></label
    >`
}

/** The same by activation patching; a recurrent model has few states that another's could stand in for. */
function patching(
  search: EffectSearch,
  compared: ComparedRuns,
  row: number,
  onPatch: Picks['onPatch']
): TemplateResult {
  const { places, otherText, tried } = search
  const submit = (event: Event): void => {
    event.preventDefault()
    search.tryPlaces(compared, row)
  }
  return html`<form class="make" @submit=${submit}>
      <h4>${words.patchHeading}</h4>
      <div class="row">
        <label class="setting wide"
          >${words.otherText}
          <input
            type="text"
            required
            .value=${otherText}
            @input=${(event: Event) => search.set({ otherText: (event.target as HTMLInputElement).value })}
        /></label>
        <button ?disabled=${tried !== undefined}>${words.patchAction}</button>
      </div>
    </form>
    ${
      places
        ? html`${patchMap(places, onPatch, (said) => search.set({ said }))}
            <p class="note">${words.whole(signed(places.other - places.original))}</p>`
        : ''
    }`
}
