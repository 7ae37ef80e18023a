/** The state of the playground, and its form in a link. */
import { firstNumbers, MOST_TOKENS, readTable, TABLES, writeTable, type OwnNumbers, type Table } from './own-numbers.js'
import { readLink } from '../shared/link-state.js'
import { CHOICES, plainRecipe, type Choice, type Recipe } from './recipe.js'
import type { ModelSource } from './source-view.js'

export interface PlaygroundState {
  readonly from: 'own' | 'model'
  readonly own: OwnNumbers
  readonly model: ModelSource
  readonly recipes: readonly Recipe[]
}

export const MOST_RECIPES = 4
/** The largest layer or head number that a link may name. */
const MOST_INDEX = 99

export const firstState: PlaygroundState = {
  from: 'own',
  own: firstNumbers,
  model: { text: 'Lily had a cat. The cat saw a red', layer: 2, head: 4 },
  recipes: [plainRecipe, { ...plainRecipe, mask: 'none', normalizer: 'sparsemax' }]
}

const NAMES = Object.keys(CHOICES) as Choice[]

/** A recipe as text: its choices in order, separated by '.'. */
const writeRecipe = (recipe: Recipe): string => NAMES.map((name) => recipe[name]).join('.')

function readRecipe(text: string): Recipe | undefined {
  const parts = text.split('.')
  const isKnown = NAMES.every((name, at) => (CHOICES[name] as readonly string[]).includes(parts[at] ?? ''))
  return isKnown ? (Object.fromEntries(NAMES.map((name, at) => [name, parts[at]])) as unknown as Recipe) : undefined
}

export function writeState({ from, own, model, recipes }: PlaygroundState): string {
  const parameters = new URLSearchParams({ recipes: recipes.map(writeRecipe).join(',') })
  if (from === 'model') {
    for (const [name, value] of Object.entries(model)) parameters.set(name, String(value))
  } else {
    for (const token of own.tokens) parameters.append('token', token)
    for (const name of TABLES) parameters.set(name, writeTable(own[name]))
  }
  return `#${parameters}`
}

/** Anyone can write a link: unreadable parts keep their first values. */
export function readState(hash: string): PlaygroundState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const recipes = (parameters.get('recipes') ?? '').split(',').flatMap((text) => readRecipe(text) ?? [])
  const { model } = firstState
  const { text, layer = model.layer, head = model.head } = readLink(hash)
  return {
    from: text === undefined ? 'own' : 'model',
    own: readOwn(parameters) ?? firstNumbers,
    model: { text: text ?? model.text, layer: Math.min(layer, MOST_INDEX), head: Math.min(head, MOST_INDEX) },
    recipes: recipes.length > 0 ? recipes.slice(0, MOST_RECIPES) : firstState.recipes
  }
}

function readOwn(parameters: URLSearchParams): OwnNumbers | undefined {
  const tokens = parameters.getAll('token').map((token) => token.slice(0, 24))
  if (tokens.length === 0 || tokens.length > MOST_TOKENS) return undefined
  const [q, k, v] = TABLES.map((name): Table | undefined => readTable(parameters.get(name), tokens.length))
  return q && k && v && q[0]?.length === k[0]?.length ? { tokens, q, k, v } : undefined
}
