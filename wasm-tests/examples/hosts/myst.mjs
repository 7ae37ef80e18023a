// Shows an article's widgets with MyST: its parser reads the directives, its theme's renderer shows them.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ensureOwnDependencies } from '../../../scripts/lib/dependencies.mjs'

const hosts = fileURLToPath(new URL('.', import.meta.url))

function widgetsOf(node) {
  return node.type === 'anywidget' ? [node] : (node.children ?? []).flatMap(widgetsOf)
}

/**
 * Writes myst.js into the folder, a module that shows the article's widgets in the page's `main`. The page has the
 * widgets as `article.widgets`, and `article.close()` removes them.
 */
export async function writeMystModule(article, folder) {
  await ensureOwnDependencies(hosts)
  const { mystParse } = await import('myst-parser')
  const contents = `
    import { createElement } from 'react'
    import { createRoot } from 'react-dom/client'
    import { ANY_RENDERERS } from '@myst-theme/anywidget'
    const widgets = ${JSON.stringify(widgetsOf(mystParse(article)))}
    const root = createRoot(document.querySelector('main'))
    root.render(widgets.map((node) => createElement(ANY_RENDERERS.anywidget, { node, key: node.id })))
    globalThis.article = { widgets, close: () => root.unmount() }`
  await build({
    stdin: { contents, resolveDir: hosts },
    bundle: true,
    format: 'esm',
    outfile: join(folder, 'myst.js'),
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error'
  })
}
