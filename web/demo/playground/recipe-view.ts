/** Draws one recipe: its choices, its formula and its result. */
import type { Trace } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { troubleView } from '../shared/trouble-view.js'
import { words as siteWords } from '../words/index.js'
import { formulaOf } from './formula.js'
import { CHOICES, type Choice, type Recipe } from './recipe.js'

const words = siteWords.playground

/** The result of a recipe. */
export interface Outcome {
  readonly trace?: Trace
  readonly error?: unknown
}

export interface RecipeActions {
  change(recipe: Recipe): void
  /** Undefined where the page has one recipe only. */
  remove?: () => void
}

/** The group of a recipe's views. */
export const groupOf = (at: number): string => `recipe-${at}`

export function recipeView(
  at: number,
  recipe: Recipe,
  { trace, error }: Outcome,
  { change, remove }: RecipeActions
): TemplateResult {
  const select = (name: Choice) =>
    html`<label class="setting"
      ><span>${words.choices[name]}</span
      ><select
        @change=${({ target }: Event) =>
          target instanceof HTMLSelectElement && change({ ...recipe, [name]: target.value })}
      >
        ${CHOICES[name].map(
          (each) => html`<option value=${each} ?selected=${each === recipe[name]}>${optionName(name, each)}</option>`
        )}
      </select></label
    >`
  const group = groupOf(at)
  return html`<section class="recipe" aria-label=${words.recipe(at + 1)}>
    <header>
      <h2>${words.recipe(at + 1)}</h2>
      ${remove ? html`<button type="button" class="quiet" aria-label=${words.removeOne(at + 1)} @click=${remove}>${words.remove}</button>` : ''}
    </header>
    <div class="choices">${(Object.keys(CHOICES) as Choice[]).map(select)}</div>
    <div class="formula" role="group" aria-label=${words.formula}>${formulaOf(recipe)}</div>
    <p class="caption">${legend(recipe)}</p>
    ${
      error === undefined
        ? html`<attn-matrix group=${group} .trace=${trace}></attn-matrix><attn-steps group=${group}></attn-steps>`
        : troubleView(error)
    }
  </section>`
}

function optionName(name: Choice, option: string): string {
  const names: Readonly<Record<string, string>> = words.options[name]
  return names[option] ?? option
}

/** Explains the letters that the formula uses. */
function legend({ score, encoding, normalizer }: Recipe): string {
  const { letters } = words
  return [
    letters.all,
    ...(score === 'general' ? [letters.general] : []),
    ...(score === 'additive' ? [letters.additive] : []),
    ...(encoding === 'none' ? [] : [letters[encoding]]),
    ...(normalizer === 'sparsemax' || normalizer === 'entmax15' ? [letters.threshold] : [])
  ].join(' ')
}
