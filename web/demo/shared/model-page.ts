/** The code of every page with one model: the element that runs the model, its linked views, and a link that keeps the state. */
import type { ModelSource } from 'attenscope'
import { selectionFor, type HeadRef } from 'attenscope/elements'
import { applyLink, linkOf, settingsOf, type ControlTag, type Linked, type Setting } from './control-link.js'
import { loadCounted } from './cost.js'
import { droppedFiles } from './dropped-files.js'
import { find } from './find.js'
import { loadWhereItFits, stopAsking } from './fitting.js'
import { languageOf } from './languages.js'
import { readLink, writeLink } from './link-state.js'
import { linkWriter } from './link-writer.js'
import { loadOptions, onLoadOptions } from './settings.js'
import { words } from '../words/index.js'

export interface ModelPage<Tag extends ControlTag> {
  readonly tag: Tag
  /** The folder of the page's own model, with a trailing slash: 'models/stories' would be a Hugging Face id. */
  readonly folder: string
  readonly name: string
  /** The page opens with the first of these texts. */
  readonly examples: readonly [string, ...string[]]
  readonly settings: readonly (Setting & keyof HTMLElementTagNameMap[Tag])[]
  /** The head that the page shows first. */
  readonly firstHead?: HeadRef
}

/** The page that changes the model, in the language of this page. */
function changePage(model: string): string {
  return `./change${languageOf(document.documentElement.lang).suffix}#model=${model}`
}

export function openModelPage<Tag extends ControlTag>(page: ModelPage<Tag>): void {
  const control = find<HTMLElementTagNameMap[Tag]>(page.tag)
  const selection = selectionFor(control.group)
  const linked: Linked = {
    ...{ control, selection, firstSettings: settingsOf(control, page.settings), firstText: page.examples[0] },
    ...(page.firstHead && { firstHead: page.firstHead })
  }
  let opened: ModelSource = page.folder
  let openedAs = page.name

  function openModel(source: ModelSource, name: string): void {
    find('#model-name').textContent = words.frame.model(name)
    find<HTMLButtonElement>('#own-model').hidden = source === page.folder
    control.changePage = source === page.folder ? changePage(page.name) : undefined
    opened = source
    openedAs = name
    const load = () => {
      const options = loadOptions()
      control.model = options ? loadCounted(source, options) : source
    }
    // The page's own model fits on every device.
    if (source !== page.folder) return void loadWhereItFits(source, load)
    stopAsking()
    load()
  }

  function openFiles(files: readonly File[]): void {
    if (files.length > 0) openModel(files, files.map((file) => file.name).join(', '))
  }

  control.examples = page.examples
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
