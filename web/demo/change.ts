/**
 * The page where a model is changed while it runs: experiments to begin with, a search for the heads that matter, and a link
 * that keeps the whole state.
 */
import { listEdits, type ListedEdit } from 'attenscope/elements'
import './shared/cost.js'
import { experiments, type Experiment } from './shared/experiments.js'
import { find } from './shared/find.js'
import { readEdits } from './shared/link-state.js'
import { linkWriter } from './shared/link-writer.js'
import { modelPages } from './shared/site-pages.js'
import { words } from './words/index.js'

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
  /** True to search the heads that matter, and to show the search first. */
  readonly headsFirst: boolean
}

const [first] = experiments

function listOf({ edits }: Pick<Experiment, 'edits'>): readonly ListedEdit[] {
  return listEdits(edits)
}

/** Without its edit, the text of the first experiment: the search finds the head that copies the name. */
const search = (model = 'stories', text?: string): ChangeLink => ({
  ...{ model, edits: [], headsFirst: true },
  text: text ?? (first?.model === model ? first.text : (EXAMPLES[model]?.[0] ?? ''))
})

/** The state that a button of an experiment shows, by the button's name. */
const shown: Readonly<Record<string, ChangeLink>> = {
  ...Object.fromEntries(
    experiments.map((each, at) => [at, { model: each.model, text: each.text, edits: listOf(each), headsFirst: false }])
  ),
  heads: search()
}

/** Anyone can write a hash: an unknown model is ignored, and the element reports a bad list of edits. */
function readChangeLink(hash: string): ChangeLink {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const asked = parameters.get('model') ?? ''
  const model = Object.hasOwn(modelPages, asked) ? asked : (first?.model ?? 'stories')
  const text = parameters.get('text') ?? undefined
  const edits = readEdits(parameters)
  if (parameters.get('first') === 'heads') return { ...search(model, text), edits: edits ?? [] }
  if (text === undefined && !edits && first?.model === model) return shown[0] ?? search()
  return { model, text: text ?? EXAMPLES[model]?.[0] ?? '', edits: edits ?? [], headsFirst: false }
}

function writeChangeLink({ model, text, edits, headsFirst }: ChangeLink): string {
  const parameters = new URLSearchParams({ model, text, edits: JSON.stringify(edits) })
  if (headsFirst) parameters.set('first', 'heads')
  return `#${parameters}`
}

/** Opens the state of the address; without one, the first experiment. */
function openChangePage(): void {
  const control = find<HTMLElementTagNameMap['attn-change']>('attn-change')
  const modelButtons = [...document.querySelectorAll<HTMLButtonElement>('#models button')]
  const experimentButtons = [...document.querySelectorAll<HTMLButtonElement>('[data-experiment]')]
  let model = ''

  const state = (): ChangeLink => ({
    ...{ model, text: control.text, edits: listEdits(control.edits), headsFirst: control.effectsFirst }
  })

  /** Marks the model, and the experiment whose state this is. */
  function mark(): void {
    const now = writeChangeLink(state())
    for (const button of experimentButtons) {
      const link = shown[button.dataset['experiment'] ?? '']
      button.setAttribute('aria-pressed', String(link !== undefined && writeChangeLink(link) === now))
    }
    for (const button of modelButtons) button.setAttribute('aria-pressed', String(button.dataset['model'] === model))
  }

  function open(link: ChangeLink): void {
    control.examples = EXAMPLES[link.model] ?? []
    control.text = link.text
    control.edits = link.edits
    control.effectsFirst = link.headsFirst
    const isSameModel = link.model === model
    model = link.model
    mark()
    if (isSameModel) return control.run()
    control.model = `./models/${model}/`
    find('#model-name').textContent = words.frame.model(words.pages[modelPages[model as keyof typeof modelPages]].name)
  }

  const rememberInLink = linkWriter(() => writeChangeLink(state()))

  /** Opens the state and writes it into the link, so that the reader can share it. */
  function show(link: ChangeLink): void {
    open(link)
    rememberInLink()
  }

  for (const button of experimentButtons)
    button.addEventListener('click', () => {
      const link = shown[button.dataset['experiment'] ?? '']
      if (link) show(link)
    })
  for (const button of modelButtons)
    button.addEventListener('click', () => {
      const name = button.dataset['model'] ?? ''
      const { headsFirst } = state()
      show(headsFirst ? search(name) : { model: name, text: EXAMPLES[name]?.[0] ?? '', edits: [], headsFirst })
    })

  control.addEventListener('attn-settings', () => {
    mark()
    rememberInLink()
  })
  window.addEventListener('hashchange', () => open(readChangeLink(location.hash)))
  open(readChangeLink(location.hash))
}

openChangePage()
