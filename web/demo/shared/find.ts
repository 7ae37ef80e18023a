/** The element of the page that the selector names; a page without it was put together wrongly. */
export function find<E extends Element>(selector: string): E {
  const element = document.querySelector<E>(selector)
  if (!element) throw new Error(`the page has no ${selector}`)
  return element
}
