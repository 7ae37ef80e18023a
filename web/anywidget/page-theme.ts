/** Finds the theme of the page around a widget. Notebooks and books do not use color-scheme for it. */

/** The theme by a class of the page (MyST, Quarto) or by JupyterLab's attribute; undefined if the page has neither. */
function themeOf({ documentElement, body }: Document): 'light' | 'dark' | undefined {
  const isLight = body.dataset['jpThemeLight']
  if (isLight !== undefined) return isLight === 'false' ? 'dark' : 'light'
  const classes = [...documentElement.classList, ...body.classList]
  return (['dark', 'light'] as const).find((theme) =>
    classes.some((name) => name === theme || name === `quarto-${theme}`)
  )
}

/** Reports the page's theme now and after each change. The returned function ends the reports. */
export function followTheme(tell: (theme: 'light' | 'dark' | undefined) => void): () => void {
  const observer = new MutationObserver(() => tell(themeOf(document)))
  for (const node of [document.documentElement, document.body])
    observer.observe(node, { attributeFilter: ['class', 'data-jp-theme-light'] })
  tell(themeOf(document))
  return () => observer.disconnect()
}
