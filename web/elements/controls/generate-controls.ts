/** The settings of a generation, which fold away on a phone: temperature, top-k, seed, pace. */
import { html, type TemplateResult } from 'lit'
import { significant } from '../parts/format.js'
import type { EditedSettings } from '../change/edited-element.js'
import * as words from '../words/index.js'

/** The settings that the reader chooses and that a link carries. */
export interface GenerateSettings extends EditedSettings {
  readonly temperature: number
  readonly topK: number
  readonly seed: number
  readonly pace: number
}

const LARGEST_SEED = 0xffffffff
const LARGEST_TOP_K = 1_000_000
const PACES = [0, 20, 4] as const

function numberOf(event: Event): number {
  const { target } = event
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? Number(target.value) : NaN
}

export function settingsRow(
  { temperature, topK, seed, pace }: GenerateSettings,
  change: (settings: Partial<GenerateSettings>) => void
): TemplateResult {
  const setSeed = (value: number) => {
    if (Number.isFinite(value)) change({ seed: Math.min(LARGEST_SEED, Math.max(0, Math.floor(value))) })
  }
  const setTopK = (value: number) => {
    if (Number.isFinite(value)) change({ topK: Math.min(LARGEST_TOP_K, Math.max(0, Math.floor(value))) })
  }
  const aRandomSeed = () => setSeed(Math.random() * 10_000)
  return html`<label class="setting foldable" title=${words.generate.whatTemperature}>
      ${words.generate.temperature}
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
    <label class="setting foldable" title=${words.generate.whatTopK}>
      ${words.generate.topK}
      <input
        class="short"
        type="number"
        min="0"
        step="1"
        inputmode="numeric"
        .value=${String(topK)}
        @change=${(event: Event) => setTopK(numberOf(event))}
      />
    </label>
    <div class="setting foldable" title=${words.generate.whatSeed}>
      <label class="setting">
        ${words.generate.seed}
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
      <button type="button" aria-label=${words.generate.anotherSeed} @click=${aRandomSeed}>↻</button>
    </div>
    <label class="setting foldable" title=${words.generate.whatPace}>
      ${words.generate.pace}
      <select @change=${(event: Event) => change({ pace: numberOf(event) })}>
        ${PACES.map((each) => html`<option value=${each} ?selected=${each === pace}>${words.generate.paces[each]}</option>`)}
      </select>
    </label>`
}
