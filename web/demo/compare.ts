/** The page where two texts go through one model side by side. */
import { selectionFor } from 'attenscope/elements'
import './shared/cost.js'
import { find } from './shared/find.js'
import { readLink, writeLink } from './shared/link-state.js'
import { linkWriter } from './shared/link-writer.js'
import { comparedModels } from './shared/site-pages.js'

const PAIRS: readonly { readonly other: string; readonly text: string }[] = [
  { other: 'Lily had a dog. The dog saw a red ball.', text: 'Lily had a cat. The cat saw a red ball.' },
  { other: 'Tom gave the ball to Anna. He smiled.', text: 'Anna gave the ball to Tom. She smiled.' },
  { other: 'One day a bird sang. The fox was sad.', text: 'One day a bird sang. The bird was sad.' }
]
/** The head whose attention differs most in the first pair. */
const FIRST_HEAD = { layer: 5, head: 0 } as const
/** Longer than the time between two key presses, short enough to feel immediate. */
const TYPING_REST_MS = 250

const form = find<HTMLFormElement>('#texts')
const view = find<HTMLElementTagNameMap['attn-compare']>('attn-compare')
const field = (name: 'text' | 'other') => find<HTMLTextAreaElement>(`#texts [name=${name}]`)
const modelField = find<HTMLSelectElement>('#texts [name=model]')
const selection = selectionFor('pair')
let timer = 0

function show(): void {
  view.model = `./models/${modelField.value}/`
  view.text = field('text').value
  view.otherText = field('other').value
}

/** Anyone can write a hash: an unknown model is replaced by the first one. */
function read(): void {
  const parameters = new URLSearchParams(location.hash.slice(1))
  const { text, layer = FIRST_HEAD.layer, head = FIRST_HEAD.head } = readLink(location.hash)
  const [first] = PAIRS
  field('other').value = parameters.get('other') ?? first?.other ?? ''
  field('text').value = text ?? first?.text ?? ''
  const model = parameters.get('model') ?? ''
  modelField.value = comparedModels.some((each) => each === model) ? model : 'stories'
  selection.choose({ layer, head })
  show()
}

const rememberInLink = linkWriter(() => {
  const { layer, head } = selection.chosen
  const [other, text] = [field('other').value, field('text').value]
  return `${writeLink({ text, layer, head })}&${new URLSearchParams({ other, model: modelField.value })}`
})

function changed(): void {
  clearTimeout(timer)
  timer = window.setTimeout(show, TYPING_REST_MS)
  rememberInLink()
}

form.addEventListener('submit', (event) => event.preventDefault())
form.addEventListener('input', changed)
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-pair]')) {
  button.addEventListener('click', () => {
    const pair = PAIRS[Number(button.dataset['pair'])]
    if (!pair) return
    field('other').value = pair.other
    field('text').value = pair.text
    modelField.value = 'stories'
    changed()
  })
}
document.addEventListener('attn-selection', rememberInLink)
window.addEventListener('hashchange', read)
read()
