/** Shows one element, as the address asks, in a frame of another page; reports its height to that page. */
import 'attenscope/elements'
import { missingOf, modelFor, readAsked, type Asked } from './shared/embedded.js'
import { words } from './words/index.js'

/** The type of the messages that ask for the height and report it; see examples/iframe. */
const HEIGHT = 'attenscope-height'

function elementOf(asked: Asked): HTMLElement {
  const missing = missingOf(asked)
  if (missing)
    return Object.assign(document.createElement('p'), { textContent: words.embed[missing.what](missing.name) })
  const tag = `attn-${asked.element}`
  const element = document.createElement(tag)
  const known = (customElements.get(tag) as { observedAttributes?: readonly string[] } | undefined)?.observedAttributes
  for (const [name, value] of asked.attributes) if (known?.includes(name)) element.setAttribute(name, value)
  const isControl = known?.includes('autostart')
  if (asked.trace !== undefined && !isControl) element.setAttribute('src', `./traces/${asked.trace}.safetensors`)
  else if (known?.includes('model')) element.setAttribute('model', `./models/${modelFor(asked)}/`)
  return element
}

function show(): void {
  const asked = readAsked(location)
  if (asked.theme) document.documentElement.dataset['theme'] = asked.theme
  else delete document.documentElement.dataset['theme']
  document.querySelector('#shown')?.replaceChildren(elementOf(asked))
}

/** Any page may frame this one and learn its height; a height is no secret. */
function tellHeight(): void {
  if (parent === window) return
  parent.postMessage({ type: HEIGHT, height: document.body.getBoundingClientRect().height }, '*')
}

show()
window.addEventListener('hashchange', show)
window.addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
  if (source === parent && (data as { type?: unknown } | null)?.type === HEIGHT) tellHeight()
})
new ResizeObserver(tellHeight).observe(document.body)
