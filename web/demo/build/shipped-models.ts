/** A Vite plugin that adds the shipped checkpoints to the site. */
import { cpSync, createReadStream, statSync } from 'node:fs'
import { join, normalize, resolve, sep } from 'node:path'
import type { Plugin } from 'vite'

/** Serves the checkpoints of models/ under /models, and copies them into the built site. */
export function shippedModels(models: string): Plugin {
  let outDir = ''
  return {
    name: 'shipped-models',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    configureServer(server) {
      server.middlewares.use('/models', (request, response, next) => {
        const path = normalize(join(models, decodeURIComponent(new URL(request.url ?? '', 'http://page').pathname)))
        const file = path.startsWith(models + sep) ? statSync(path, { throwIfNoEntry: false }) : undefined
        if (!file?.isFile()) {
          // Vite would answer with a page; the library expects 404 for a missing optional file.
          response.statusCode = 404
          return response.end()
        }
        response.setHeader('Content-Length', file.size)
        if (path.endsWith('.json')) response.setHeader('Content-Type', 'application/json')
        createReadStream(path).pipe(response).on('error', next)
      })
    },
    closeBundle() {
      if (this.environment.mode === 'build') cpSync(models, join(outDir, 'models'), { recursive: true })
    }
  }
}
