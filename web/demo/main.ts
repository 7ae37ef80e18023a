/** The demo page: one model, its linked views, and a link that brings back what was seen. */
import { selectionFor } from 'attenscope/elements'
import type { ModelSource } from 'attenscope'
import { droppedFiles } from './dropped-files.js'
import { readLink, writeLink, type LinkState } from './link-state.js'

/** With a trailing slash: 'models/stories' alone would be a Hugging Face id. */
const STORIES = './models/stories/'
const EXAMPLES = [
  'Once upon a time there was a little dog named',
  'Lily found a shiny key under the old tree. She',
  'Tom and his sister were playing in the park when'
] as const
/** A head with clear habits, to begin with. */
const FIRST_HEAD = { layer: 2, head: 4 }

function find<E extends Element>(selector: string): E {
  const element = document.querySelector<E>(selector)
  if (!element) throw new Error(`the page has no ${selector}`)
  return element
}

const writer = find<HTMLElementTagNameMap['attn-generate']>('attn-generate')
const selection = selectionFor(writer.group)

function applyLink(state: LinkState): void {
  writer.text = state.prompt ?? EXAMPLES[0]
  if (state.seed !== undefined) writer.seed = state.seed
  if (state.temperature !== undefined) writer.temperature = state.temperature
  if (state.pace !== undefined) writer.pace = state.pace
  selection.choose({ layer: state.layer ?? FIRST_HEAD.layer, head: state.head ?? FIRST_HEAD.head })
  selection.letGo()
  if (state.token !== undefined) {
    selection.lock({ query: state.token, ...(state.key !== undefined && { key: state.key }) })
  }
}

function linkState(): LinkState {
  const { text: prompt, seed, temperature, pace } = writer
  const { layer, head } = selection.chosen
  const { query: token, key } = selection.locked ?? {}
  return {
    ...{ prompt, seed, temperature, pace, layer, head },
    ...(token !== undefined && { token }),
    ...(key !== undefined && { key })
  }
}

let linkTimer = 0

/** Browsers refuse a history that changes with every letter typed. */
function rememberInLink(): void {
  clearTimeout(linkTimer)
  linkTimer = window.setTimeout(() => history.replaceState(null, '', writeLink(linkState())), 250)
}

function openModel(source: ModelSource, name: string): void {
  find('#model-name').textContent = `Model: ${name}`
  find<HTMLButtonElement>('#own-model').hidden = source === STORIES
  writer.model = source
}

function openFiles(files: readonly File[]): void {
  if (files.length > 0) openModel(files, files.map((file) => file.name).join(', '))
}

function followDrops(): void {
  document.addEventListener('dragover', (event) => event.preventDefault())
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(openFiles)
  })
}

writer.examples = EXAMPLES
applyLink(readLink(location.hash))
document.addEventListener('attn-settings', rememberInLink)
document.addEventListener('attn-selection', rememberInLink)
window.addEventListener('hashchange', () => {
  applyLink(readLink(location.hash))
  writer.generate()
})
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && selection.letGo()) rememberInLink()
})
find<HTMLInputElement>('#model-files').addEventListener('change', (event) => {
  if (event.target instanceof HTMLInputElement) openFiles(Array.from(event.target.files ?? []))
})
find('#own-model').addEventListener('click', () => openModel(STORIES, 'stories'))
followDrops()

const asked = new URLSearchParams(location.search).get('model')
openModel(asked ?? STORIES, asked ?? 'stories')
