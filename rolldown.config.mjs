// Bundles the npm package: the client, its worker, the elements and the command line, with nothing left to install.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'rolldown'
import { bundling } from './scripts/lib/bundling.mjs'
import { elementSources, singleElements } from './scripts/lib/single-elements.mjs'

const sources = fileURLToPath(new URL('web/', import.meta.url))

/** Modules that stand beside the bundles in dist/ and keep their own identity there. */
const neighbours = new Map([
  ['attenscope', './index.js'],
  ...['base', 'relaxed', 'threads', 'ops-base', 'ops-relaxed'].map((module) => {
    const file = `./attenscope-${module}.mjs`
    return [file, file]
  })
])

/** Leaves our imports of the neighbours as they will be found at run time. */
const keepNeighbours = {
  name: 'keep-neighbours',
  resolveId(source, importer) {
    if (!importer?.startsWith(sources)) return null
    const isClient = source === './index.js' && importer === `${sources}lib/cli.ts`
    const target = isClient ? source : neighbours.get(source)
    return target ? { id: target, external: true } : null
  }
}

/** Entries that register one element, where there are custom elements, as web/elements/index.ts registers all. */
const singleElementEntries = {
  name: 'single-element-entries',
  resolveId: (source) => (source.startsWith('only:') ? `\0${source}` : null),
  load: (id) =>
    id.startsWith('\0only:')
      ? `if (typeof customElements !== 'undefined') await import('${sources}elements/${elementSources.get(id.slice(6))}.ts')\nexport {}`
      : null
}

/** Whether the module is one of these, or what they import from the start. */
function isReached(id, context, roots) {
  const reached = new Set()
  const add = (module) => {
    if (reached.has(module)) return
    reached.add(module)
    context.getModuleInfo(module)?.importedIds.forEach(add)
  }
  for (const root of roots) add(`${sources}${root}`)
  return reached.has(id)
}

/** The chunk of a module that many elements share: apart what stands in the entry itself, which servers import as well. */
const elementsChunk = (id, context) => (isReached(id, context, ['elements/index.ts']) ? 'entry' : 'shared')

const readers = ['lib/sources/open-folder.ts', 'lib/sources/folder.ts', 'lib/formats/safetensors.ts']

/** Of what pages and workers share, one file for each that has a use without the other: the client, and readers of files. */
function libraryChunk(id, context) {
  if (isReached(id, context, ['lib/index.ts'])) return 'client'
  return isReached(id, context, readers) ? 'readers' : null
}

const bundle = (input, more = {}) => ({
  ...bundling,
  input,
  plugins: [keepNeighbours, singleElementEntries],
  ...more,
  output: {
    // The build script fills another folder and then puts it in the place of dist/.
    dir: process.env.ATTENSCOPE_DIST ?? 'dist',
    format: 'esm',
    // Everything in one folder: the worker and the modules are found by URLs relative to the file that asks.
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    sourcemap: true,
    ...more.output
  }
})

// Three bundles, so that the elements and the command line use the client of dist/index.js and not a copy of it.
export default defineConfig([
  bundle(
    { index: 'web/lib/index.ts', worker: 'web/lib/wire/worker.ts' },
    { output: { codeSplitting: { groups: [{ name: libraryChunk, debugName: 'library', minShareCount: 2 }] } } }
  ),
  // A name of their own for the elements' chunks: unlike the others they have side effects (package.json says which).
  bundle(
    {
      elements: 'web/elements/index.ts',
      ...Object.fromEntries(singleElements.map((name) => [`elements-${name}`, `only:${name}`]))
    },
    {
      output: {
        chunkFileNames: 'elements-[name]-[hash].js',
        // What half of them need is one file, and not a request each.
        codeSplitting: { groups: [{ name: elementsChunk, debugName: 'elements', minShareCount: 8 }] }
      }
    }
  ),
  bundle({ cli: 'web/lib/cli.ts' }, { platform: 'node' })
])
