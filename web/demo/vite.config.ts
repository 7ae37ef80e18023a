/** Builds the demo site into static files that work from any path, with a strict Content-Security-Policy and the models beside them. */
import { cpSync, createReadStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, normalize, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { headerPolicy, pagePolicy } from './content-security-policy.js'
import { licencesSite } from './licences-site.js'
import { offlineSite } from './offline-site.js'
import { withFrame } from './page-frame.js'
import { languages, siteFiles } from './site-pages.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = resolve(here, '../..')
const models = join(root, 'models')
/** Saved runs of one text: with all that a view can show, and the patterns alone, a tenth of the bytes. */
const TRACES = {
  'traces/lily.safetensors': {
    also: ['q', 'k', 'v', 'scores', 'scaled', 'masked', 'weighted_norms', 'head_output'],
    lens: 5
  },
  'traces/lily-patterns.safetensors': {}
}

/** Serves the checkpoints of /models beside the page, and copies them into the built site. */
function shippedModels(): Plugin {
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
          // Not Vite's page in place of the file: a model's missing file is looked for, too.
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

/** A run of the shipped story teller, saved by the package, for elements that open it without an engine. */
async function storyTraces(): Promise<ReadonlyMap<string, Buffer>> {
  const { loadModel } = (await import(pathToFileURL(join(root, 'dist/index.js')).href)) as typeof import('attenscope')
  const model = await loadModel(join(models, 'stories'))
  const { trace } = await model.run('Lily had a cat. The cat saw a red cat', { capture: ['pattern'] })
  const files = new Map<string, Buffer>()
  for (const [path, options] of Object.entries(TRACES)) {
    files.set(path, Buffer.from(await (await trace.save(options)).arrayBuffer()))
  }
  await model.dispose()
  return files
}

function savedTraces(): Plugin {
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
          ;(made ??= storyTraces()).then((files) => response.end(files.get(path)), next)
        })
      }
    },
    async closeBundle() {
      if (this.environment.mode !== 'build') return
      for (const [path, file] of await storyTraces()) {
        mkdirSync(join(outDir, dirname(path)), { recursive: true })
        writeFileSync(join(outDir, path), file)
      }
    }
  }
}

/** The masthead and the colophon of every page, written once; in the HTML, so that nothing moves when scripts come. */
function frames(): Plugin {
  return {
    name: 'frames',
    transformIndexHtml: { order: 'pre', handler: (html, { filename }) => withFrame(basename(filename), html) }
  }
}

/** The file that a page's HTML is written in, whatever language it is built in. */
function writtenIn(file: string): string {
  const language = languages.findLast(({ suffix }) => file.endsWith(suffix))
  return language ? file.slice(0, -language.suffix.length) + languages[0].suffix : file
}

/** Every page's HTML is written once; `translate.zh.html` is `translate.html` with other words. */
function pagesByLanguage(): Plugin {
  const isTranslated = (path: string) => writtenIn(path) !== path
  return {
    name: 'pages-by-language',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith(here) && isTranslated(id) ? id : null),
    load: (id) => (isTranslated(id) ? readFileSync(writtenIn(id), 'utf8') : null),
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://page')
        const written = join(here, basename(writtenIn(pathname)))
        if (!isTranslated(pathname) || !existsSync(written)) return next()
        response.setHeader('Content-Type', 'text/html')
        server.transformIndexHtml(pathname, readFileSync(written, 'utf8')).then((html) => response.end(html), next)
      })
    }
  }
}

/** In the page itself, for hosts that send no headers; not while developing, where Vite's own client is inline. */
function policyInPage(): Plugin {
  return {
    name: 'policy-in-page',
    apply: 'build',
    transformIndexHtml: (_, { filename }) => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy(basename(filename)) },
        injectTo: 'head-prepend'
      }
    ]
  }
}

/** Each file's own, where the built site is looked at. */
function policyInHeaders(): Plugin {
  return {
    name: 'policy-in-headers',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        // Isolated: a reader may ask for threads.
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
        response.setHeader('Content-Security-Policy', headerPolicy(new URL(request.url ?? '/', 'http://page').pathname))
        next()
      })
    }
  }
}

export default defineConfig({
  root: here,
  base: './',
  plugins: [
    shippedModels(),
    savedTraces(),
    pagesByLanguage(),
    frames(),
    policyInPage(),
    policyInHeaders(),
    licencesSite({ root, models }),
    offlineSite()
  ],
  // What users of the package get, not its sources.
  resolve: {
    alias: [
      { find: /^attenscope$/, replacement: join(root, 'dist/index.js') },
      { find: /^attenscope\/elements$/, replacement: join(root, 'dist/elements.js') }
    ]
  },
  server: { fs: { allow: [root] } },
  appType: 'mpa',
  build: {
    target: 'es2022',
    outDir: join(root, 'build/site'),
    emptyOutDir: true,
    // Inlined assets would be data: URLs, which connect-src refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: siteFiles.map((file) => join(here, file)) }
  },
  worker: { format: 'es' }
})
