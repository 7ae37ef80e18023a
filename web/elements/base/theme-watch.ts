/** Announces that the colours of the page may have changed. */

/** Dispatches `change`: the system's theme, the medium, or the attributes and styles that pages switch themes with. */
class ThemeWatch extends EventTarget {
  constructor() {
    super()
    const tell = () => this.dispatchEvent(new Event('change'))
    for (const query of ['(prefers-color-scheme: dark)', 'print', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', tell)
    }
    const attributes = new MutationObserver(tell)
    const observe = (element: Element) =>
      attributes.observe(element, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] })
    observe(document.documentElement)
    if (document.body) observe(document.body)
    // Style sheets that come late bring other colours.
    if (document.readyState !== 'complete') window.addEventListener('load', tell, { once: true })
    document.head.addEventListener('load', tell, true)
    new MutationObserver(tell).observe(document.head, { childList: true })
    // A page that fades has its new colours at the end.
    document.addEventListener('transitionend', ({ target, propertyName }) => {
      if (/color|background/.test(propertyName) && (target === document.documentElement || target === document.body))
        tell()
    })
  }
}

let watch: ThemeWatch | undefined

/** The watch of the page. */
export function themeWatch(): ThemeWatch {
  return (watch ??= new ThemeWatch())
}
