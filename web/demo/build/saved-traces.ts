/** Of the build: saved runs of the story model, for elements that open a trace without an engine. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vite'

/** Saved runs of one text: with all that a view can show, and the patterns alone, a tenth of the bytes. */
const TRACES = {
  'traces/lily.safetensors': {
    also: ['q', 'k', 'v', 'scores', 'scaled', 'masked', 'weighted_norms', 'head_output'],
    lens: 5
  },
  'traces/lily-patterns.safetensors': {}
}

/** A run of the shipped story teller, saved by the package, for elements that open it without an engine. */
async function storyTraces(root: string): Promise<ReadonlyMap<string, Buffer>> {
  const { loadModel } = (await import(pathToFileURL(join(root, 'dist/index.js')).href)) as typeof import('attenscope')
  const model = await loadModel(join(root, 'models/stories'))
  const { trace } = await model.run('Lily had a cat. The cat saw a red cat', { capture: ['pattern'] })
  const files = new Map<string, Buffer>()
  for (const [path, options] of Object.entries(TRACES)) {
    files.set(path, Buffer.from(await (await trace.save(options)).arrayBuffer()))
  }
  await model.dispose()
  return files
}

export function savedTraces(root: string): Plugin {
  let outDir = ''
  return {
    name: 'saved-traces',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    configureServer(server) {
      let made: ReturnType<typeof storyTraces> | undefined
      for (const path of Object.keys(TRACES)) {
        server.middlewares.use(`/${path}`, (_, response, next) => {
          ;(made ??= storyTraces(root)).then((files) => response.end(files.get(path)), next)
        })
      }
    },
    async closeBundle() {
      if (this.environment.mode !== 'build') return
      for (const [path, file] of await storyTraces(root)) {
        mkdirSync(join(outDir, dirname(path)), { recursive: true })
        writeFileSync(join(outDir, path), file)
      }
    }
  }
}
