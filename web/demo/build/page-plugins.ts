/** Vite plugins that make a page in every language from one HTML file, with the site's frame around it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { languages } from '../shared/languages.js'
import { fileOf, withFrame } from './page-frame.js'

/** Puts the frame into each page's HTML, so that the layout does not move when the scripts run. */
export function frames(): Plugin {
  return {
    name: 'frames',
    transformIndexHtml: { order: 'pre', handler: (html, { path }) => withFrame(fileOf(path), html) }
  }
}

/** The HTML file from which a page is made, whatever its language. */
function writtenIn(file: string): string {
  const language = languages.findLast(({ suffix }) => file.endsWith(suffix))
  return language ? file.slice(0, -language.suffix.length) + languages[0].suffix : file
}

/** Makes pages such as `translate.zh.html` from `translate.html`, with the texts of their language. */
export function pagesByLanguage(folder: string): Plugin {
  // A page of much text, such as a chapter, has a file of its own in each language.
  const isTranslated = (path: string) => writtenIn(path) !== path && !existsSync(path)
  return {
    name: 'pages-by-language',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith(folder) && isTranslated(id) ? id : null),
    load: (id) => (isTranslated(id) ? readFileSync(writtenIn(id), 'utf8') : null),
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://page')
        const written = join(folder, writtenIn(pathname))
        if (!isTranslated(join(folder, pathname)) || !existsSync(written)) return next()
        response.setHeader('Content-Type', 'text/html')
        server.transformIndexHtml(pathname, readFileSync(written, 'utf8')).then((html) => response.end(html), next)
      })
    }
  }
}
