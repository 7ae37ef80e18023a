/**
 * Keeps the address of a page in step with its state. A change by a click, a key or a menu is a step: Back undoes it. Typing
 * and dragging change the address in place, so that Back never goes through single letters.
 */

/** Browsers limit how often a page may change its address. */
const LINK_DELAY_MS = 250

/** The events that begin a step. A view may act at 'pointerup', which comes before 'click'. */
const STEPS = ['pointerdown', 'click', 'change', 'submit'] as const
/** Other keys move or type. */
const STEP_KEYS: readonly string[] = ['Enter', ' ', 'Escape']
/** The types of input that the reader neither types into nor drags. */
const PICKED: readonly string[] = ['checkbox', 'radio', 'file']

/**
 * Returns a function to call after each change of the page's state, whose hash is `hash()`. A step gets an entry of its own
 * in the history; any other change is written into the current entry soon, at the latest when the reader acts again or
 * leaves the page.
 *
 * To restore the state of an entry, listen to 'hashchange'.
 */
export function linkWriter(hash: () => string): () => void {
  let timer = 0
  let isStep = false

  function replace(): void {
    stopWaiting()
    write('replaceState', hash())
  }
  function stopWaiting(): void {
    clearTimeout(timer)
    timer = 0
  }
  /** What waits belongs to the entry before this action. A click may also open another page. */
  function begin(isNewStep: boolean): void {
    if (isNewStep && timer !== 0) replace()
    isStep = isNewStep
  }

  for (const type of STEPS) document.addEventListener(type, () => begin(true), { capture: true })
  document.addEventListener('keydown', ({ key }) => begin(STEP_KEYS.includes(key)), { capture: true })
  document.addEventListener('input', (event) => begin(!isTyped(event)), { capture: true })
  window.addEventListener('pagehide', () => timer !== 0 && replace())
  // The address is now that of another entry, which must stay as it is.
  window.addEventListener('popstate', () => {
    stopWaiting()
    isStep = false
  })

  return () => {
    stopWaiting()
    if (isStep) write('pushState', hash())
    else timer = window.setTimeout(replace, LINK_DELAY_MS)
  }
}

/** Whether the reader types or drags, rather than picks. */
function isTyped(event: Event): boolean {
  const [target] = event.composedPath()
  return target instanceof HTMLInputElement ? !PICKED.includes(target.type) : target instanceof HTMLTextAreaElement
}

function write(how: 'pushState' | 'replaceState', hash: string): void {
  if (hash === location.hash) return
  history[how](history.state, '', hash)
}
