/** The page for the reader's own model: inspects the model, loads it when the reader asks, and shows the usual views. */
import { inspectModel, type Dtype, type Model, type ModelSource } from 'attenscope'
import { bytes } from 'attenscope/elements'
import { render } from 'lit'
import { factsOf } from './own/facts.js'
import { hideFigure, showFigure } from './own/figure.js'
import { button, make } from './own/make.js'
import { consentTo, linkedHub, nameLinkedHub, sourceOf, strangerOf } from './own/stranger.js'
import { loadCounted } from './shared/cost.js'
import { droppedFiles } from './shared/dropped-files.js'
import { find } from './shared/find.js'
import { troubleView } from './shared/trouble-view.js'
import { words as siteWords } from './words/index.js'

const words = siteWords.own

/** A model that the reader named or chose. */
interface Asked {
  readonly source: ModelSource
  readonly name: string
}

/** An entry of the history: the choice of a model, its inspection, or its views. `key` is a key of `askedBefore`. */
interface Entry {
  readonly view: 'choice' | 'facts' | 'figure'
  readonly key?: string
}

const state = find<HTMLElement>('#own-state')
/** The fields and the file button; hidden while a model is loaded, so that a phone shows the picture first. */
const choice = find<HTMLElement>('#own-choice')
const nameField = find<HTMLInputElement>('#own-name')
const tokenField = find<HTMLInputElement>('#own-token')

let work = new AbortController()
let model: Model | undefined
/** The key of the loaded model. */
let shown: string | undefined
/** What the reader asked for since the page was loaded. An address can name a model, but no files. */
const askedBefore = new Map<string, Asked>()

/** Cancels running work and disposes of the earlier model. */
function startOver(): AbortSignal {
  work.abort()
  work = new AbortController()
  hideFigure()
  choice.hidden = false
  void model?.dispose()
  model = shown = undefined
  return work.signal
}

function showTrouble(error: unknown, again: () => void): void {
  const place = document.createElement('div')
  render(troubleView(error, again), place)
  state.replaceChildren(place)
}

function access(): { token?: string; hub?: string } {
  const token = tokenField.value.trim()
  return { ...(token !== '' && { token }), ...(linkedHub !== null && { hub: linkedHub }) }
}

/** The address of this page with a model's name in the place of the earlier one, or with none. */
function addressOf(name?: string): string {
  const address = new URL(location.href)
  address.hash = ''
  if (name === undefined) address.searchParams.delete('model')
  else address.searchParams.set('model', name)
  return address.href
}

function enter(entry: Entry, address: string): void {
  history.pushState(entry, '', address)
}

/** Keeps what the reader asked for. Entries from before a reload have other keys. */
function keep(asked: Asked): string {
  const key = `${performance.timeOrigin} ${askedBefore.size}`
  askedBefore.set(key, asked)
  return key
}

function askedInAddress(): Asked | undefined {
  const name = new URLSearchParams(location.search).get('model')
  return name === null ? undefined : { source: sourceOf(name), name }
}

async function look(key: string, asked: Asked): Promise<void> {
  if (typeof asked.source === 'string') nameField.value = asked.name
  const signal = startOver()
  const stranger = strangerOf(asked.source)
  if (stranger !== undefined) return state.replaceChildren(...consentTo(stranger, () => void look(key, asked)))
  state.replaceChildren(make('p', words.looking, { className: 'caption' }))
  try {
    const inspection = await inspectModel(asked.source, { signal, ...access() })
    if (signal.aborted) return
    const load = (dtype: Dtype) => {
      enter({ view: 'figure', key }, location.href)
      void open(key, asked, dtype)
    }
    state.replaceChildren(...factsOf(inspection, asked.name, load))
  } catch (error) {
    if (!signal.aborted) showTrouble(error, () => void look(key, asked))
  }
}

async function open(key: string, asked: Asked, dtype: Dtype): Promise<void> {
  const signal = startOver()
  const bar = make('progress', '', { max: 1, value: 0.01, ariaLabel: words.load })
  const text = make('p', ' ', { className: 'caption' })
  const cancel = button(words.cancel, () => {
    work.abort()
    const retry = button(siteWords.frame.again, () => void open(key, asked, dtype))
    state.replaceChildren(make('p', words.cancelled, { className: 'caption' }), retry)
  })
  state.replaceChildren(bar, text, cancel)
  try {
    const loaded = await loadCounted(asked.source, {
      dtype,
      signal,
      ...access(),
      onProgress({ file, loaded: done, total }) {
        bar.value = total ? done / total : 0.01
        text.textContent = words.loading(file, bytes(done), total === undefined ? undefined : bytes(total))
      }
    })
    if (signal.aborted) return void loaded.dispose()
    model = loaded
    shown = key
    showModel(loaded, asked.name)
  } catch (error) {
    if (!signal.aborted) showTrouble(error, () => void open(key, asked, dtype))
  }
}

function showModel(loaded: Model, name: string): void {
  showFigure(loaded)
  choice.hidden = true
  const other = button(words.other, () => {
    enter({ view: 'choice' }, addressOf())
    showChoice()
    nameField.focus()
  })
  state.replaceChildren(make('p', `${words.loaded(name, bytes(loaded.info.bytes))} `, { className: 'caption' }))
  state.firstElementChild?.append(other)
}

function showChoice(): void {
  startOver()
  state.replaceChildren()
}

/** The reader asks for a model: a step, which Back undoes. */
function ask(asked: Asked, address: string): void {
  const key = keep(asked)
  enter({ view: 'facts', key }, address)
  void look(key, asked)
}

function askByName(name: string): void {
  ask({ source: sourceOf(name), name }, addressOf(name))
}

function askByFiles(files: readonly File[]): void {
  if (files.length > 0) ask({ source: files, name: files.map((file) => file.name).join(', ') }, addressOf())
}

/** Shows the state of an entry of the history. Null: the reader changed the hash by hand, which the figure reads. */
function restore(entry: Entry | null): void {
  if (!entry || (entry.view === 'figure' && entry.key === shown)) return
  const asked = askedBefore.get(entry.key ?? '') ?? askedInAddress()
  if (asked) void look(entry.key ?? keep(asked), asked)
  else showChoice()
}

find<HTMLFormElement>('#own-source').addEventListener('submit', (event) => {
  event.preventDefault()
  const name = nameField.value.trim()
  if (name === '') return nameField.focus()
  askByName(name)
})
for (const example of document.querySelectorAll<HTMLButtonElement>('.try')) {
  example.addEventListener('click', () => {
    askByName(example.dataset['model'] ?? '')
  })
}
find<HTMLInputElement>('#own-files').addEventListener('change', (event) => {
  if (event.target instanceof HTMLInputElement) askByFiles(Array.from(event.target.files ?? []))
})
document.addEventListener('dragover', (event) => {
  event.preventDefault()
  document.body.classList.add('dropping')
})
document.addEventListener('dragleave', () => document.body.classList.remove('dropping'))
document.addEventListener('drop', (event) => {
  event.preventDefault()
  document.body.classList.remove('dropping')
  if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(askByFiles)
})
window.addEventListener('popstate', ({ state: entry }) => restore(entry as Entry | null))

nameLinkedHub()
const asked = askedInAddress()
const entry: Entry = asked ? { view: 'facts', key: keep(asked) } : { view: 'choice' }
history.replaceState(entry, '')
restore(entry)
