/** The code of every page with one model: the element that runs the model, its linked views, and a link that keeps the state. */
import type { Model, ModelSource } from 'attenscope'
import { selectionFor } from 'attenscope/elements'
import { applyLink, linkOf, settingsOf, type ControlTag, type Linked, type Setting } from './control-link.js'
import { loadCounted } from './cost.js'
import { droppedFiles } from './dropped-files.js'
import { find } from './find.js'
import { loadWhereItFits, stopAsking } from './fitting.js'
import { languageOf } from './languages.js'
import { readLink, writeLink } from './link-state.js'
import { linkWriter } from './link-writer.js'
import { openingOf } from './openings.js'
import type { modelPages } from './site-pages.js'
import { loadOptions, onLoadOptions } from './settings.js'
import { words } from '../words/index.js'

export interface ModelPage<Tag extends ControlTag> {
  readonly tag: Tag
  /** The folder of the page's own model, with a trailing slash: 'models/stories' would be a Hugging Face id. */
  readonly folder: string
  readonly name: keyof typeof modelPages
  /** Texts to choose from, besides the text that the page opens with. */
  readonly examples: readonly string[]
  readonly settings: readonly (Setting & keyof HTMLElementTagNameMap[Tag])[]
}

/** The page that changes the model, in the language of this page. */
function changePage(model: string): string {
  return `./change${languageOf(document.documentElement.lang).suffix}#model=${model}`
}

export function openModelPage<Tag extends ControlTag>(page: ModelPage<Tag>): void {
  const control = find<HTMLElementTagNameMap[Tag]>(page.tag)
  const selection = selectionFor(control.group)
  const opening = openingOf(page.name, languageOf(document.documentElement.lang).tag)
  const linked: Linked = {
    ...{ control, selection, firstSettings: settingsOf(control, page.settings), firstText: opening.text },
    firstHead: opening
  }
  let opened: ModelSource = page.folder
  let openedAs: string = page.name
  let loadedHere: Promise<Model> | undefined

  function openModel(source: ModelSource, name: string): void {
    find('#model-name').textContent = words.frame.model(name)
    find<HTMLButtonElement>('#own-model').hidden = source === page.folder
    Object.assign(control, { madeFor: source === page.folder ? page.name : undefined })
    control.changePage = source === page.folder ? changePage(page.name) : undefined
    opened = source
    openedAs = name
    const load = () => {
      const options = loadOptions()
      // The elements free only the models that they loaded themselves.
      void loadedHere?.then((model) => model.dispose()).catch(() => {})
      loadedHere = options && loadCounted(source, options)
      control.model = loadedHere ?? source
    }
    // The page's own model fits on every device.
    if (source !== page.folder) return void loadWhereItFits(source, load)
    stopAsking()
    load()
  }

  function openFiles(files: readonly File[]): void {
    if (files.length > 0) openModel(files, files.map((file) => file.name).join(', '))
  }

  /** Points at the opening's word when the first text is done, unless the reader is at work. */
  function showOpening(): void {
    const { query, word } = opening
    const { source, token, chosen } = selection
    const isUntouched = control.text === opening.text && !token && location.hash === ''
    const isHere = chosen.layer === opening.layer && chosen.head === opening.head
    if (query !== undefined && isUntouched && isHere && source?.queryTokens[query]?.text === word) {
      selection.point({ query })
      void document.querySelector('attn-heads')?.reveal({ query })
    }
  }

  control.examples = [opening.text, ...page.examples.filter((text) => text !== opening.text)]
  control.addEventListener('attn-ended', showOpening, { once: true })
  applyLink(linked, readLink(location.hash))
  const rememberInLink = linkWriter(() => writeLink(linkOf(linked)))
  document.addEventListener('attn-settings', rememberInLink)
  document.addEventListener('attn-selection', rememberInLink)
  window.addEventListener('hashchange', () => {
    if (applyLink(linked, readLink(location.hash))) control.run()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && selection.letGo()) rememberInLink()
  })
  document.addEventListener('dragover', (event) => event.preventDefault())
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(openFiles)
  })
  find<HTMLInputElement>('#model-files').addEventListener('change', (event) => {
    if (event.target instanceof HTMLInputElement) openFiles(Array.from(event.target.files ?? []))
  })
  find('#own-model').addEventListener('click', () => openModel(page.folder, page.name))

  onLoadOptions(() => openModel(opened, openedAs))
  const asked = new URLSearchParams(location.search).get('model')
  openModel(asked ?? page.folder, asked ?? page.name)
}
