/** Whether the page that a widget stands in is dark: notebooks and books say so each in their own way, and not by color-scheme. */

/** By a class of the page (MyST, Quarto), or by JupyterLab's attribute; undefined where nothing is said. */
function themeOf({ documentElement, body }: Document): 'light' | 'dark' | undefined {
  const isLight = body.dataset['jpThemeLight']
  if (isLight !== undefined) return isLight === 'false' ? 'dark' : 'light'
  const classes = [...documentElement.classList, ...body.classList]
  return (['dark', 'light'] as const).find((theme) =>
    classes.some((name) => name === theme || name === `quarto-${theme}`)
  )
}

/** Tells the page's theme now and whenever it changes; gives what ends that. */
export function followTheme(tell: (theme: 'light' | 'dark' | undefined) => void): () => void {
  const observer = new MutationObserver(() => tell(themeOf(document)))
  for (const node of [document.documentElement, document.body])
    observer.observe(node, { attributeFilter: ['class', 'data-jp-theme-light'] })
  tell(themeOf(document))
  return () => observer.disconnect()
}
