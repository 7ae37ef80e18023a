/** The controls of a generation that fold away on a phone: temperature, seed, pace. */
import { html, type TemplateResult } from 'lit'
import { significant } from './format.js'
import type { Settings } from './model-element.js'

/** What the reader chooses, and what a link carries. */
export interface GenerateSettings extends Settings {
  readonly temperature: number
  readonly seed: number
  readonly pace: number
}

const LARGEST_SEED = 0xffffffff
const PACES: readonly { readonly pace: number; readonly words: string }[] = [
  { pace: 0, words: 'full speed' },
  { pace: 20, words: '20 tokens/s' },
  { pace: 4, words: '4 tokens/s' }
]

function numberOf(event: Event): number {
  const { target } = event
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? Number(target.value) : NaN
}

export function settingsRow(
  { temperature, seed, pace }: GenerateSettings,
  change: (settings: Partial<GenerateSettings>) => void
): TemplateResult {
  const setSeed = (value: number) => {
    if (Number.isFinite(value)) change({ seed: Math.min(LARGEST_SEED, Math.max(0, Math.floor(value))) })
  }
  const aRandomSeed = () => setSeed(Math.random() * 10_000)
  return html`<label class="setting foldable" title="0 always takes the likeliest token; higher is more varied">
      Temperature
      <input
        type="range"
        min="0"
        max="1.5"
        step="0.1"
        .value=${String(temperature)}
        @input=${(event: Event) => change({ temperature: numberOf(event) })}
      />
      <output>${temperature === 0 ? '0' : significant(temperature).slice(0, 3)}</output>
    </label>
    <div class="setting foldable" title="The same seed gives the same text">
      <label class="setting">
        Seed
        <input
          type="number"
          min="0"
          max=${LARGEST_SEED}
          step="1"
          inputmode="numeric"
          .value=${String(seed)}
          @change=${(event: Event) => setSeed(numberOf(event))}
        />
      </label>
      <button type="button" aria-label="Another seed" @click=${aRandomSeed}>↻</button>
    </div>
    <label class="setting foldable" title="How fast tokens are shown; the engine may be faster">
      Pace
      <select @change=${(event: Event) => change({ pace: numberOf(event) })}>
        ${PACES.map((option) => html`<option value=${option.pace} ?selected=${option.pace === pace}>${option.words}</option>`)}
      </select>
    </label>`
}
