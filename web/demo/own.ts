/** The page for the reader's own model: inspects the model, loads it when the reader asks, and shows the usual views. */
import { inspectModel, type Dtype, type Model, type ModelInspection, type ModelSource } from 'attenscope'
import { bytes } from 'attenscope/elements'
import { render } from 'lit'
import { loadCounted } from './shared/cost.js'
import { droppedFiles } from './shared/dropped-files.js'
import { find } from './shared/find.js'
import { fits, heldBytes, roomOn, thisDevice } from './shared/room.js'
import { troubleView } from './shared/trouble-view.js'
import { words as siteWords } from './words/index.js'

const words = siteWords.own

type Form = Exclude<Dtype, 'auto'>

/** The control for each task; a model with another task only reads a text and shows its attention. */
const controls = {
  'causal-lm': 'attn-generate',
  'seq2seq-lm': 'attn-translate',
  'sequence-classification': 'attn-classify'
} as const

const firstText = 'Once upon a time there was a little dog named'

const state = find<HTMLElement>('#own-state')
const figure = find<HTMLElement>('#own-figure')
/** The fields and the file button; hidden while a model is loaded, so that a phone shows the picture first. */
const choice = find<HTMLElement>('#own-choice')
const nameField = find<HTMLInputElement>('#own-name')
const tokenField = find<HTMLInputElement>('#own-token')

/** The model and the hub that the link to this page names, if it does. */
const linked = new URLSearchParams(location.search)
const linkedModel = linked.get('model')
const linkedHub = linked.get('hub')
/** The servers that may be asked: this site, the usual hub, and those that the reader has confirmed. */
const trusted = new Set([location.origin, 'https://huggingface.co'])

let work = new AbortController()
let model: Model | undefined

/** An element with its text and its children. */
function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  content: string | readonly Node[] = '',
  properties: Partial<HTMLElementTagNameMap[Tag]> = {}
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...(typeof content === 'string' ? [content] : content))
  return element
}

function button(text: string, onclick: () => void, className = 'quiet'): HTMLButtonElement {
  return make('button', text, { type: 'button', className, onclick })
}

/** Cancels running work and disposes of the earlier model. */
function startOver(): AbortSignal {
  work.abort()
  work = new AbortController()
  figure.hidden = true
  choice.hidden = false
  document.querySelector('#own-control')?.remove()
  find<HTMLElementTagNameMap['attn-heads']>('attn-heads[group="own"]').model = undefined
  void model?.dispose()
  model = undefined
  return work.signal
}

function showTrouble(error: unknown, again: () => void): void {
  const place = document.createElement('div')
  render(troubleView(error, again), place)
  state.replaceChildren(place)
}

/** A path with a slash or dots in front is relative to the page; 'org/name' is a model of the hub. */
function sourceOf(name: string): ModelSource {
  return /^\.{0,2}\//.test(name) ? new URL(name, document.baseURI).href : name
}

function access(): { token?: string; hub?: string } {
  const token = tokenField.value.trim()
  return { ...(token !== '' && { token }), ...(linkedHub !== null && { hub: linkedHub }) }
}

/** The server of an address, without the user, the path and the query. */
function originOf(address: string | null): string | undefined {
  return address !== null && URL.canParse(address) ? new URL(address).origin : undefined
}

/** The server that a source would be asked from, if a link chose that server and the reader has not confirmed it. */
function strangerOf(source: ModelSource): string | undefined {
  if (typeof source !== 'string') return undefined
  const own = originOf(source)
  const isLinked = own === undefined || (linkedModel !== null && source === sourceOf(linkedModel))
  const origin = isLinked ? (own ?? originOf(linkedHub)) : undefined
  return origin !== undefined && trusted.has(origin) ? undefined : origin
}

/** Names the server and waits for the reader's consent. Neither a name nor a token is sent before. */
function askAbout(origin: string, source: ModelSource, name: string): void {
  const { stranger } = words
  const consent = () => {
    trusted.add(origin)
    void look(source, name)
  }
  const text = make('p', stranger.confirm(origin), { className: 'caption warning' })
  state.replaceChildren(text, button(stranger.ask(origin), consent, 'primary'))
}

async function look(source: ModelSource, name: string): Promise<void> {
  const signal = startOver()
  const stranger = strangerOf(source)
  if (stranger !== undefined) return askAbout(stranger, source, name)
  state.replaceChildren(make('p', words.looking, { className: 'caption' }))
  try {
    const inspection = await inspectModel(source, { signal, ...access() })
    if (!signal.aborted) showFacts(inspection, source, name)
  } catch (error) {
    if (!signal.aborted) showTrouble(error, () => void look(source, name))
  }
}

function showFacts(inspection: ModelInspection, source: ModelSource, name: string): void {
  const { info, storedBytes, family } = inspection
  const { facts } = words
  const rows: readonly (readonly [string, string])[] = [
    [facts.model, name],
    [facts.does, words.family(family, info.kind)],
    [facts.shape, words.shape(info.L, info.N, info.C)],
    [facts.parameters, info.parameters.toLocaleString('en')],
    [facts.download, bytes(storedBytes)],
    ...(info.hasTokenizer ? [] : [[facts.tokenizer, words.noTokenizer] as const])
  ]
  const room = roomOn(thisDevice())
  const heldAs = ['f32', 'f16', 'int8'] as const
  const sizeOf = (form: Form) => heldBytes(inspection, form)
  // The most exact format that fits.
  const first = heldAs.find((form) => fits(sizeOf(form), room)) ?? 'int8'
  const choices = heldAs.map((form) => {
    const box = make('input', '', { type: 'radio', name: 'form', value: form, checked: form === first })
    return make('label', [box, make('span', `${words.forms[form]}, ${bytes(sizeOf(form))}`)])
  })
  const forms = make('fieldset', choices, { ariaLabel: facts.held })
  const list = make(
    'dl',
    [...rows, [facts.held, [forms]] as const].flatMap(([term, value]) => [make('dt', term), make('dd', value)]),
    { className: 'facts' }
  )
  const chosen = () => (forms.querySelector<HTMLInputElement>('input:checked')?.value ?? 'f32') as Form
  const load = button(words.load, () => void open(source, name, chosen()), 'primary')
  const warning = make('p', '', { className: 'caption warning' })
  warning.setAttribute('role', 'status')
  const warn = () => {
    const size = sizeOf(chosen())
    warning.textContent = fits(size, room) ? '' : siteWords.room.tooLarge(bytes(size), bytes(room))
    load.textContent = fits(size, room) ? words.load : siteWords.room.loadAllTheSame
  }
  forms.addEventListener('change', warn)
  warn()
  state.replaceChildren(list, warning, load)
}

async function open(source: ModelSource, name: string, dtype: Dtype): Promise<void> {
  const signal = startOver()
  const bar = make('progress', '', { max: 1, value: 0.01 })
  const text = make('p', ' ', { className: 'caption' })
  const cancel = button(words.cancel, () => {
    work.abort()
    const retry = button(siteWords.frame.again, () => void open(source, name, dtype))
    state.replaceChildren(make('p', words.cancelled, { className: 'caption' }), retry)
  })
  state.replaceChildren(bar, text, cancel)
  try {
    const loaded = await loadCounted(source, {
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
    showModel(loaded, name)
  } catch (error) {
    if (!signal.aborted) showTrouble(error, () => void open(source, name, dtype))
  }
}

function makeControl(tag: (typeof controls)[keyof typeof controls], loaded: Model): HTMLElement {
  const control = document.createElement(tag)
  Object.assign(control, { id: 'own-control', group: 'own', controlsOnly: true, autostart: true, text: firstText })
  control.className = 'controls'
  control.model = loaded
  return control
}

/** Shows the usual views, with the control for this kind of model. */
function showModel(loaded: Model, name: string): void {
  const { task } = loaded.info
  const heads = find<HTMLElementTagNameMap['attn-heads']>('attn-heads[group="own"]')
  const reads = !(task in controls)
  heads.model = reads ? loaded : undefined
  heads.text = reads ? firstText : ''
  if (!reads) figure.prepend(makeControl(controls[task as keyof typeof controls], loaded))
  figure.hidden = false
  choice.hidden = true
  const other = button(words.other, () => {
    startOver()
    state.replaceChildren()
    nameField.focus()
  })
  state.replaceChildren(make('p', `${words.loaded(name, bytes(loaded.info.bytes))} `, { className: 'caption' }))
  state.firstElementChild?.append(other)
}

function lookAtFiles(files: readonly File[]): void {
  if (files.length > 0) void look(files, files.map((file) => file.name).join(', '))
}

find<HTMLFormElement>('#own-source').addEventListener('submit', (event) => {
  event.preventDefault()
  const name = nameField.value.trim()
  if (name === '') return nameField.focus()
  void look(sourceOf(name), name)
})
for (const example of document.querySelectorAll<HTMLButtonElement>('.try')) {
  example.addEventListener('click', () => {
    nameField.value = example.dataset['model'] ?? ''
    void look(sourceOf(nameField.value), nameField.value)
  })
}
find<HTMLInputElement>('#own-files').addEventListener('change', (event) => {
  if (event.target instanceof HTMLInputElement) lookAtFiles(Array.from(event.target.files ?? []))
})
document.addEventListener('dragover', (event) => {
  event.preventDefault()
  document.body.classList.add('dropping')
})
document.addEventListener('dragleave', () => document.body.classList.remove('dropping'))
document.addEventListener('drop', (event) => {
  event.preventDefault()
  document.body.classList.remove('dropping')
  if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(lookAtFiles)
})

const hub = originOf(linkedHub)
if (hub !== undefined && !trusted.has(hub)) {
  const note = find<HTMLElement>('#own-hub')
  note.textContent = words.stranger.hub(hub)
  note.hidden = false
}
if (linkedModel !== null) {
  nameField.value = linkedModel
  void look(sourceOf(linkedModel), linkedModel)
}
