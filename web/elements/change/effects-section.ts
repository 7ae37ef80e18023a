/**
 * The section on the heads, layers and tokens that matter for a prediction: the measure, the search, its maps, and
 * their limits.
 */
import { html, type TemplateResult } from 'lit'
import { effects as words } from '../words/effects.js'
import type { ComparedRuns } from './compared-runs.js'
import { headMaps, patchMap, type HeadOfPart } from './effect-maps.js'
import { likeliest, type EffectSearch } from './effect-search.js'
import { percent, significant } from '../parts/format.js'

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
  const { heads } = search
  return html`<section part="effects" class="effects" aria-labelledby="effects">
    ${asked(search, compared, row)} ${failure(search, 'heads')}
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

/** The section before the first result. */
export function searchSection(search: EffectSearch, compared: ComparedRuns, row: number): TemplateResult {
  return html`<section part="effects" class="effects" aria-labelledby="effects">
    ${asked(search, compared, row)}
  </section>`
}

/** The choice of the measure and the button; during a search, its progress. */
function asked(search: EffectSearch, compared: ComparedRuns, row: number): TemplateResult {
  const { tried } = search
  return html`<h3 id="effects">${words.heading}</h3>
    ${measure(search, compared, row)}
    <div class="row go">
      ${
        tried
          ? html`<button type="button" @click=${() => search.stop()}>${words.stop}</button>
              <progress aria-label=${words.heading} max=${tried.total} .value=${tried.done}></progress>
              <span class="note"
                >${(tried.of === 'heads' ? words.running : words.runningPlaces)(tried.done, tried.total)}</span
              >`
          : html`<button type="button" @click=${() => search.tryHeads(compared, row)}>${words.action}</button>`
      }
    </div>`
}

function failure({ failed }: EffectSearch, of: 'heads' | 'places'): TemplateResult | '' {
  return failed?.of === of ? html`<p class="refused" role="alert">${words.failed(failed.said)}</p>` : ''
}

/** The fields for the measured token, the contrast token, and the replacement of a head. */
function measure(search: EffectSearch, compared: ComparedRuns, row: number): TemplateResult {
  const { predictions, names, tokens } = compared
  const top = predictions[tokens.length > 0 ? row : 0]?.top ?? []
  const nameOf = (id: number): string => names.get(id)?.text.trim() ?? ''
  const token = (name: 'token' | 'contrast', label: string, placeholder: string) =>
    html`<label class="setting" title=${words.whatContrast}
      >${label}
      <input
        type="text"
        list="likely"
        spellcheck="false"
        autocapitalize="off"
        placeholder=${placeholder}
        .value=${search[name]}
        @input=${(event: Event) => search.set({ [name]: (event.target as HTMLInputElement).value })}
    /></label>`
  return html`<div class="fields">
    ${token('token', words.measure, nameOf(likeliest(compared, row)))}
    ${token('contrast', words.contrast, words.nothing)}
    <label class="setting"
      >${words.ablate}
      <select
        @change=${({ target }: Event) => search.set({ ablate: (target as HTMLSelectElement).value === 'mean' ? 'mean' : 'zero' })}
      >
        <option value="zero" ?selected=${search.ablate === 'zero'}>${words.zero}</option>
        <option value="mean" ?selected=${search.ablate === 'mean'}>${words.mean}</option>
      </select></label
    >
    <datalist id="likely">${top.map(({ id }) => html`<option value=${nameOf(id)}></option>`)}</datalist>
  </div>`
}

/** The search by activation patching. A recurrent model has too few traced states for it. */
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
      <div class="fields">
        <label class="setting wide"
          >${words.otherText}
          <textarea
            rows="1"
            dir="auto"
            spellcheck="false"
            required
            .value=${otherText}
            @input=${(event: Event) => search.set({ otherText: (event.target as HTMLTextAreaElement).value })}
          ></textarea>
        </label>
      </div>
      <div class="row go"><button ?disabled=${tried !== undefined}>${words.patchAction}</button></div>
    </form>
    ${failure(search, 'places')}
    ${
      places
        ? html`${patchMap(places, onPatch, (said) => search.set({ said }))}
            <p class="note">${words.whole(significant(places.other - places.original))}</p>`
        : ''
    }`
}
