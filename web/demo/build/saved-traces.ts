/** A Vite plugin that saves runs of the site's models, for elements that open a trace without an engine. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Trace } from 'attenscope'
import type { Plugin } from 'vite'
import { chapters, traceNames, type TraceName } from '../shared/site-pages.js'
import { programInput } from './chapters.js'
import { siteModels } from './site-models.js'

type Chapter = (typeof chapters)[number]

const isChapter = (name: TraceName): name is Chapter => chapters.some((chapter) => chapter === name)

/** The run that frames show: once with every tensor that a view can show, once with the patterns only. */
const LILY = { model: 'stories', text: 'Lily had a cat. The cat saw a red cat' }
const OF_LILY: Readonly<Record<Exclude<TraceName, Chapter>, Parameters<Trace['save']>[0]>> = {
  lily: {
    also: ['q', 'k', 'v', 'scores', 'scaled', 'masked', 'weighted_norms', 'head_output'],
    lens: 5
  },
  'lily-patterns': {}
}

/** What is run and saved under a name. A chapter's run is that of its program: the program in Python reads the file. */
const runOf = (root: string, name: TraceName) =>
  isChapter(name)
    ? { ...programInput(root, name), saved: { also: ['q', 'k'] } as const }
    : { ...LILY, saved: OF_LILY[name] }

const pathOf = (name: string) => `traces/${name}.safetensors`

/** Runs the models and saves each run; a map from path to file. */
async function tracesOf(root: string): Promise<ReadonlyMap<string, Buffer>> {
  const models = siteModels(root)
  const files = new Map<string, Buffer>()
  for (const name of traceNames) {
    const { model, text, saved } = runOf(root, name)
    const run = await (await models.load(model)).run(text, { capture: ['pattern'] })
    files.set(pathOf(name), Buffer.from(await (await run.trace.save(saved)).arrayBuffer()))
    await run.dispose()
  }
  await models.dispose()
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
      for (const path of traceNames.map(pathOf)) {
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
