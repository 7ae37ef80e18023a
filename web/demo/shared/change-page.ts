/** The code of the pages with one <attn-change>: buttons for models and experiments, and a link that keeps the whole state. */
import { listEdits, type ListedEdit } from 'attenscope/elements'
import './cost.js'
import type { Experiment } from './experiments.js'
import { find } from './find.js'
import { readEdits } from './link-state.js'
import { linkWriter } from './link-writer.js'
import { modelPages } from './site-pages.js'
import { words } from '../words/index.js'

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  stories: ['Once upon a time there was a little dog named', 'Lily found a shiny key under the old tree. She'],
  translate: ['The cat is sleeping under the old tree.', 'I bought a new book yesterday.'],
  sentiment: ['Not a bad idea, badly told.', 'A warm and funny film.'],
  dates: ['Tuesday, 3 March 2026', 'the 21st of Nov, 1998']
}

interface ChangeLink {
  readonly model: string
  readonly text: string
  readonly edits: readonly ListedEdit[]
}

function listOf({ edits }: Pick<Experiment, 'edits'>): readonly ListedEdit[] {
  return edits.map((edit) => ({ edit, on: true }))
}

/** Opens the page with the first of `experiments`; without experiments, with the story model and the text `opening`. */
export function openChangePage(experiments: readonly Experiment[], opening?: string): void {
  /** Anyone can write a hash: an unknown model is ignored, and the element reports a bad list of edits. */
  function readLink(hash: string): ChangeLink {
    const parameters = new URLSearchParams(hash.replace(/^#/, ''))
    const [first] = experiments
    const asked = parameters.get('model') ?? ''
    const model = Object.hasOwn(modelPages, asked) ? asked : (first?.model ?? 'stories')
    const text = parameters.get('text')
    const edits = readEdits(parameters)
    if (text === null && !edits && first?.model === model) {
      return { model, text: first.text, edits: listOf(first) }
    }
    return {
      model,
      text: text ?? (model === 'stories' ? opening : undefined) ?? EXAMPLES[model]?.[0] ?? '',
      edits: edits ?? []
    }
  }

  const control = find<HTMLElementTagNameMap['attn-change']>('attn-change')
  const modelButtons = [...document.querySelectorAll<HTMLButtonElement>('#models button')]
  let model = ''

  function open(link: ChangeLink): void {
    control.examples = EXAMPLES[link.model] ?? []
    control.text = link.text
    control.edits = link.edits
    if (link.model === model) return control.run()
    model = link.model
    control.model = `./models/${model}/`
    find('#model-name').textContent = words.frame.model(words.pages[modelPages[model as keyof typeof modelPages]].name)
    for (const button of modelButtons) button.setAttribute('aria-pressed', String(button.dataset['model'] === model))
  }

  const rememberInLink = linkWriter(() => {
    const edits = JSON.stringify(listEdits(control.edits))
    return `#${new URLSearchParams({ model, text: control.text, edits })}`
  })

  /** Opens the state and writes it into the link, so that the reader can share it. */
  function show(link: ChangeLink): void {
    open(link)
    rememberInLink()
  }

  experiments.forEach((experiment, at) =>
    find(`[data-experiment="${at}"]`).addEventListener('click', () =>
      show({ model: experiment.model, text: experiment.text, edits: listOf(experiment) })
    )
  )
  for (const button of modelButtons) {
    const name = button.dataset['model'] ?? ''
    button.addEventListener('click', () => show({ model: name, text: EXAMPLES[name]?.[0] ?? '', edits: [] }))
  }

  control.addEventListener('attn-settings', rememberInLink)
  window.addEventListener('hashchange', () => open(readLink(location.hash)))
  open(readLink(location.hash))
}
