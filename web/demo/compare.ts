/** The page where two texts go through one model side by side. */
import { selectionFor } from 'attenscope/elements'

const PAIRS: readonly { readonly other: string; readonly text: string }[] = [
  { other: 'Lily had a dog. The dog saw a red ball.', text: 'Lily had a cat. The cat saw a red ball.' },
  { other: 'Tom gave the ball to Anna. He smiled.', text: 'Anna gave the ball to Tom. She smiled.' },
  { other: 'One day a bird sang. The fox was sad.', text: 'One day a bird sang. The bird was sad.' }
]
/** The one that moves most in the first pair. */
const FIRST_HEAD = { layer: 5, head: 3 } as const
const MODELS: readonly string[] = ['stories', 'sentiment']
/** Shorter than a pause for thought, longer than one between two letters. */
const TYPING_REST_MS = 250

function find<E extends Element>(selector: string): E {
  const element = document.querySelector<E>(selector)
  if (!element) throw new Error(`the page has no ${selector}`)
  return element
}

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

/** A hash is written by anyone: what is unknown is as it is at first. */
function read(): void {
  const parameters = new URLSearchParams(location.hash.slice(1))
  const [first] = PAIRS
  field('other').value = parameters.get('other') ?? first?.other ?? ''
  field('text').value = parameters.get('text') ?? first?.text ?? ''
  const model = parameters.get('model') ?? ''
  modelField.value = MODELS.includes(model) ? model : 'stories'
  const index = (name: keyof typeof FIRST_HEAD) =>
    /^\d{1,2}$/.test(parameters.get(name) ?? '') ? Number(parameters.get(name)) : FIRST_HEAD[name]
  selection.choose({ layer: index('layer'), head: index('head') })
  show()
}

function remember(): void {
  const { layer, head } = selection.chosen
  const parameters = new URLSearchParams({
    other: field('other').value,
    text: field('text').value,
    model: modelField.value,
    layer: String(layer),
    head: String(head)
  })
  history.replaceState(null, '', `#${parameters}`)
}

function changed(): void {
  clearTimeout(timer)
  timer = window.setTimeout(() => {
    show()
    remember()
  }, TYPING_REST_MS)
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
document.addEventListener('attn-selection', remember)
window.addEventListener('hashchange', read)
read()
