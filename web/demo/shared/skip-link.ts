/**
 * Every page: the first stop of the Tab key leads past the links of the page to its main control. The address must stay as
 * it is, because its hash is the state of the page.
 */
import { find } from './find.js'
import { mainControl } from './main-control.js'

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'

/** The first element inside that takes the focus, shadow roots included. */
function firstFocusable(root: Element | ShadowRoot): HTMLElement | undefined {
  for (const node of root.querySelectorAll<HTMLElement>('*')) {
    if (node.matches(FOCUSABLE) && node.checkVisibility() && !node.matches(':disabled')) return node
    const inside = node.shadowRoot && firstFocusable(node.shadowRoot)
    if (inside) return inside
  }
  return undefined
}

find<HTMLAnchorElement>('.skip').addEventListener('click', (event) => {
  event.preventDefault()
  const control = mainControl()
  const target = control && firstFocusable(control.shadowRoot ?? control)
  ;(target ?? find<HTMLElement>('#start')).focus()
})
