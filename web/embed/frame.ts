/** What every page for frames does: shows what its address asks for, and reports its height to the page around it. */

import { readAsked, type Asked } from './address.js'

/** The type of the messages that ask for the height and report it; see examples/iframe. */
const HEIGHT = 'attenscope-height'

/** Any page may frame this one and learn its height; a height is no secret. */
function tellHeight(): void {
  if (parent === window) return
  parent.postMessage({ type: HEIGHT, height: document.body.getBoundingClientRect().height }, '*')
}

/** Shows `contentOf(asked)` in `place`, again whenever the hash changes. */
export function showFrame(place: Element, contentOf: (asked: Asked) => HTMLElement): void {
  const show = () => {
    const asked = readAsked(location)
    const { documentElement: page } = document
    if (asked.theme) page.dataset['theme'] = asked.theme
    else delete page.dataset['theme']
    if (asked.language) page.lang = asked.language
    place.replaceChildren(contentOf(asked))
  }
  show()
  window.addEventListener('hashchange', show)
  window.addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
    if (source === parent && (data as { type?: unknown } | null)?.type === HEIGHT) tellHeight()
  })
  new ResizeObserver(tellHeight).observe(document.body)
}

/** A message in place of the element. */
export function messageOf(text: string): HTMLElement {
  const message = document.createElement('p')
  message.setAttribute('role', 'alert')
  message.textContent = text
  return message
}
