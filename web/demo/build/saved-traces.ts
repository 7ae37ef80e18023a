/** A Vite plugin that saves runs of the site's models, for elements that open a trace without an engine. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Trace } from 'attenscope'
import type { Plugin } from 'vite'
import type { TraceName } from '../shared/site-pages.js'

interface SavedRun {
  /** The folder of the model; default: the story model's. */
  readonly model?: string
  readonly text: string
  readonly saved: Parameters<Trace['save']>[0]
}

const LILY = 'Lily had a cat. The cat saw a red cat'

/** The saved runs: one with every tensor that a view can show, one with the patterns only, and one for a chapter's program. */
const TRACES: Readonly<Record<TraceName, SavedRun>> = {
  lily: {
    text: LILY,
    saved: { also: ['q', 'k', 'v', 'scores', 'scaled', 'masked', 'weighted_norms', 'head_output'], lens: 5 }
  },
  'lily-patterns': { text: LILY, saved: {} },
  'looking-back': {
    text: 'Tom had a red ball. Lily had a blue kite. Tom played with the',
    saved: { also: ['q', 'k'] }
  },
  'weighted-average': {
    model: 'sentiment',
    text: 'The story is slow, but the ending is wonderful.',
    saved: { also: ['q', 'k'] }
  }
}

const pathOf = (name: string) => `traces/${name}.safetensors`

/** Runs the models with the package and saves the run for each entry of TRACES; a map from path to file. */
async function tracesOf(root: string): Promise<ReadonlyMap<string, Buffer>> {
  const { loadModel } = (await import(pathToFileURL(join(root, 'dist/index.js')).href)) as typeof import('attenscope')
  const files = new Map<string, Buffer>()
  for (const [name, { model: folder = 'stories', text, saved }] of Object.entries(TRACES)) {
    const model = await loadModel(join(root, 'models', folder))
    const { trace } = await model.run(text, { capture: ['pattern'] })
    files.set(pathOf(name), Buffer.from(await (await trace.save(saved)).arrayBuffer()))
    await model.dispose()
  }
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
      let made: ReturnType<typeof tracesOf> | undefined
      for (const path of Object.keys(TRACES).map(pathOf)) {
        server.middlewares.use(`/${path}`, (_, response, next) => {
          ;(made ??= tracesOf(root)).then((files) => response.end(files.get(path)), next)
        })
      }
    },
    async closeBundle() {
      if (this.environment.mode !== 'build') return
      for (const [path, file] of await tracesOf(root)) {
        mkdirSync(join(outDir, dirname(path)), { recursive: true })
        writeFileSync(join(outDir, path), file)
      }
    }
  }
}
