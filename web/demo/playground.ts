/** The playground: queries, keys and values from the reader or from a model's head, and forms of attention side by side. */
import { loadOps, traceAttention, traceName, type Model, type Trace } from 'attenscope'
import { selectionFor, type HeadRef } from 'attenscope/elements'
import { html, render } from 'lit'
import { loadCounted } from './shared/cost.js'
import { find } from './shared/find.js'
import { linkWriter } from './shared/link-writer.js'
import { vectorsOf } from './playground/own-numbers.js'
import { placedTrace } from './playground/placed-trace.js'
import { optionsFor, plainRecipe, type Recipe, type Vectors } from './playground/recipe.js'
import { groupOf, recipeView, type Outcome } from './playground/recipe-view.js'
import { modelSourceView, ownNumbersView, type ModelSource } from './playground/source-view.js'
import { MOST_RECIPES, readState, writeState, type PlaygroundState } from './playground/state.js'
import { troubleView } from './shared/trouble-view.js'
import { words as siteWords } from './words/index.js'

const words = siteWords.playground

const place = find<HTMLElement>('#playground')
let state: PlaygroundState = readState(location.hash)
let outcomes: readonly Outcome[] = []
let model: Promise<Model> | undefined
let size: { readonly layers: number; readonly heads: number } | undefined
let trouble: unknown
/** Counts the computations; results of an older one are dropped. */
let asked = 0
/** The model's run of the current text. */
let read: { readonly text: string; readonly trace: Trace } | undefined

const rememberInLink = linkWriter(() => writeState(state))

function change(next: Partial<PlaygroundState>): void {
  state = { ...state, ...next }
  rememberInLink()
  void compute()
}

/** Queries, keys and values of the model's head, with their positions applied. */
async function vectorsOfModel({ text, layer, head }: ModelSource): Promise<Vectors & { readonly at: HeadRef }> {
  const loaded = await (model ??= loadCounted('./models/stories/'))
  const { L, N, K } = loaded.info
  size = { layers: L, heads: N }
  if (read?.text !== text) read = { text, trace: (await loaded.run(text, { capture: [] })).trace }
  const { trace } = read
  const at = { layer: Math.min(layer, L - 1), head: Math.min(head, N - 1) }
  const of = (stage: 'q' | 'k' | 'v', which: number) =>
    trace.compute(traceName({ layer: at.layer, site: 'attn', stage }), { head: which })
  const shared = Math.floor(at.head / (N / K))
  const [q, k, v] = await Promise.all([of('q', at.head), of('k', shared), of('v', shared)])
  return { tokens: trace.tokens.map(({ text, special }) => (special ? words.start : text)), q, k, v, at }
}

async function compute(): Promise<void> {
  const mine = ++asked
  draw()
  try {
    const [ops, vectors] = await Promise.all([
      loadOps(),
      state.from === 'own' ? vectorsOf(state.own) : vectorsOfModel(state.model)
    ])
    const results = await Promise.all(
      state.recipes.map(async (recipe): Promise<Outcome> => {
        try {
          const trace = await traceAttention(optionsFor(ops, recipe, vectors), { tokens: vectors.tokens })
          return { trace: 'at' in vectors ? placedTrace(trace, vectors.at) : trace }
        } catch (error) {
          return { error }
        }
      })
    )
    if (mine !== asked) return
    outcomes = results
    trouble = undefined
    if ('at' in vectors) for (const at of results.keys()) selectionFor(groupOf(at)).choose(vectors.at)
  } catch (error) {
    if (mine !== asked) return
    // Load the model again the next time.
    model = undefined
    trouble = error
  }
  draw()
}

const withRecipe = (at: number, recipe: Recipe) => state.recipes.map((each, index) => (index === at ? recipe : each))

function draw(): void {
  const { from, own, recipes } = state
  const isFirstLoad = outcomes.length === 0 && trouble === undefined
  const source = (value: PlaygroundState['from'], name: string) =>
    html`<button type="button" class="quiet" aria-pressed=${from === value} @click=${() => change({ from: value })}>
      ${name}
    </button>`
  render(
    html`<section class="source" aria-label=${words.source}>
        <div class="row" role="group" aria-label=${words.source}>
          ${source('own', words.own)} ${source('model', words.model)}
        </div>
        ${
          from === 'own'
            ? ownNumbersView(own, (next) => change({ own: next }))
            : modelSourceView(state.model, size, (next) => change({ model: next }))
        }
        <p class="caption" role="status">${isFirstLoad ? words.loading : words.link}</p>
        ${trouble === undefined ? '' : troubleView(trouble, () => void compute())}
      </section>
      <div class="recipes">
        ${recipes.map((recipe, at) =>
          recipeView(at, recipe, outcomes[at] ?? {}, {
            change: (next) => change({ recipes: withRecipe(at, next) }),
            ...(recipes.length > 1 && {
              remove: () => change({ recipes: recipes.filter((_, index) => index !== at) })
            })
          })
        )}
      </div>
      ${
        recipes.length < MOST_RECIPES
          ? html`<button
              type="button"
              class="quiet more"
              @click=${() => change({ recipes: [...recipes, recipes.at(-1) ?? plainRecipe] })}
            >
              ${words.add}
            </button>`
          : ''
      }`,
    place
  )
}

/** A weight that is locked in one recipe is locked in all recipes, so that the reader can compare it. */
document.body.addEventListener('attn-selection', ({ target, detail }) => {
  const group = target instanceof HTMLElement ? target.getAttribute('group') : null
  if (group === null) return
  for (const at of state.recipes.keys()) {
    const other = groupOf(at)
    if (other === group) continue
    if (detail.locked) selectionFor(other).lock(detail.locked)
    else selectionFor(other).letGo()
  }
})
window.addEventListener('hashchange', () => {
  state = readState(location.hash)
  void compute()
})
void compute()
