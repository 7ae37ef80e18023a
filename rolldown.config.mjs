// Bundles the npm package (client, worker, elements and command line) so that it needs no other package at run time.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'rolldown'
import { bundling, guardedElements, withoutDocument, workerBundling } from './scripts/lib/bundling.mjs'
import { inlinedFiles, moduleScripts } from './scripts/lib/package-files.mjs'
import { stillBundle } from './scripts/lib/still.mjs'
import { controlElements, elementSources, singleElements } from './scripts/lib/single-elements.mjs'

const sources = fileURLToPath(new URL('web/', import.meta.url))

/** Modules that are files of their own in dist/: an import of one stays an import of that file. */
const neighbours = new Map([
  ['attenscope', './index.js'],
  ['attenscope/elements', './elements.js'],
  ...[...moduleScripts.map((name) => `./${name}.mjs`), ...inlinedFiles.map((name) => `./${name}.js`)].map((file) => [
    file,
    file
  ])
])

/** Keeps the package's imports of the neighbours as imports of the files in dist/. */
const keepNeighbours = {
  name: 'keep-neighbours',
  resolveId(source, importer) {
    if (!importer?.startsWith(sources)) return null
    const isClient = source === './index.js' && importer === `${sources}lib/cli.ts`
    const target = isClient ? source : neighbours.get(source)
    return target ? { id: target, external: true } : null
  }
}

/** Makes the entry of all elements, and an entry for each element. An import registers them, except on a server. */
const elementEntries = {
  name: 'element-entries',
  resolveId: (source) => (/^(all|only):/.test(source) ? `\0${source}` : null),
  load(id) {
    const register = (module) => `import '${sources}elements/${module}.ts'\nexport {}\n`
    if (id === '\0all:elements') return `export * from '${sources}elements/index.ts'\n${register('define')}`
    return id.startsWith('\0only:') ? register(elementSources.get(id.slice(6))) : null
  }
}

/** Whether the module is one of the roots or is reached from them by static imports. */
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

const controls = controlElements.map((name) => `elements/${elementSources.get(name)}.ts`)

/**
 * The chunk of a module that many elements share. Modules of the main entry have their own: servers import them too. A control
 * does not fetch what only views use.
 */
function elementsChunk(id, context) {
  if (isReached(id, context, ['elements/index.ts'])) return 'entry'
  return isReached(id, context, controls) ? 'shared' : 'views'
}

const readers = ['lib/sources/open-folder.ts', 'lib/sources/folder.ts', 'lib/formats/safetensors.ts']

/** The chunk of a module that pages and workers share: the client, the file readers, or no chunk of these two. */
function libraryChunk(id, context) {
  if (isReached(id, context, ['lib/index.ts'])) return 'client'
  return isReached(id, context, readers) ? 'readers' : null
}

// The build script writes into another folder, and renames that folder to dist/ at the end.
const dir = process.env.ATTENSCOPE_DIST ?? 'dist'

const workerBundle = {
  ...workerBundling,
  output: { ...workerBundling.output, file: `${dir}/worker.js`, sourcemap: true }
}

const bundle = (input, more = {}) => ({
  ...bundling,
  input,
  plugins: [keepNeighbours, elementEntries, guardedElements, withoutDocument],
  ...more,
  output: {
    dir,
    format: 'esm',
    // All files are in one folder: a bundle finds the worker and the modules by URLs relative to itself.
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    sourcemap: true,
    ...more.output
  }
})

// Several bundles, so that the elements and the command line import the client from dist/index.js and contain no copy.
export default defineConfig([
  bundle(
    { index: 'web/lib/index.ts' },
    { output: { codeSplitting: { groups: [{ name: libraryChunk, debugName: 'library', minShareCount: 2 }] } } }
  ),
  workerBundle,
  // The elements' chunks have the prefix "elements-", by which package.json lists them as files with side effects.
  bundle(
    {
      elements: 'all:elements',
      ...Object.fromEntries(singleElements.map((name) => [`elements-${name}`, `only:${name}`]))
    },
    {
      output: {
        chunkFileNames: 'elements-[name]-[hash].js',
        // Modules that eight or more entries import share one file, so that a page makes fewer requests.
        codeSplitting: { groups: [{ name: elementsChunk, debugName: 'elements', minShareCount: 8 }] }
      }
    }
  ),
  // The import that registers the elements stays: nothing else of it is used.
  bundle({ embed: 'web/embed/index.ts' }, { treeshake: true }),
  stillBundle(dir),
  bundle({ cli: 'web/lib/cli.ts' }, { platform: 'node' })
])
