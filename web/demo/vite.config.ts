/** Builds the demo site into static files that work from any path, with a strict Content-Security-Policy and the models beside them. */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { courseChapters } from './build/chapters.js'
import { licencesSite } from './build/licences-site.js'
import { offlineSite } from './build/offline-site.js'
import { frames, pagesByLanguage } from './build/page-plugins.js'
import { policyInHeaders, policyInPage, policyInWorkers } from './build/policy-plugins.js'
import { savedTraces } from './build/saved-traces.js'
import { shippedModels } from './build/shipped-models.js'
import { siteFiles } from './shared/site-pages.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = resolve(here, '../..')
const models = join(root, 'models')

/** Rolldown's BUNDLER_TIMINGS warning is off: it reports the plugins that take most of a build, even one of seconds. */
const checks = { bundlerTimings: false }

export default defineConfig({
  root: here,
  base: './',
  plugins: [
    shippedModels(models),
    savedTraces(root),
    pagesByLanguage(here),
    courseChapters(here, root),
    frames(),
    policyInPage(),
    policyInWorkers(),
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
    rolldownOptions: {
      input: siteFiles.map((file) => join(here, file)),
      checks
    }
  },
  worker: { format: 'es', rolldownOptions: { checks } }
})
