// The bundler settings that all bundles of the package share.
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { modulesOf, moduleScript } from './package-files.mjs'
import { root, variants } from './paths.mjs'

export const bundling = {
  // With and without 'node:': the Hugging Face Hub client imports 'fs' and 'path' by their bare names.
  external: (id) => id.startsWith('node:') || builtinModules.includes(id),
  // The Hub client imports Node's modules in code that the package does not use. A page has no such modules.
  treeshake: { moduleSideEffects: [{ external: true, sideEffects: false }] },
  tsconfig: join(root, 'tsconfig.json'),
  platform: 'neutral',
  // Warnings and errors; the list of written files is left out.
  logLevel: 'warn',
  // Rolldown's BUNDLER_TIMINGS warning reports slow plugins; its limit is relative, and a bundle takes seconds.
  checks: { bundlerTimings: false },
  // @nanostores/i18n reads NODE_ENV to switch its development checks on.
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  resolve: {
    mainFields: ['module', 'main'],
    extensionAlias: { '.js': ['.ts', '.js'] }
  }
}

const hub = '@huggingface/hub'

/** Imports only the used functions of the Hub's client: in a one-file bundle, its other code would import Node modules. */
export const usedOfHub = {
  name: 'used-of-hub',
  resolveId: (source, importer) => (source === hub && importer?.endsWith('hub-folder.ts') ? '\0hub' : null),
  load: (id) => (id === '\0hub' ? `export { fileDownloadInfo, HUB_URL, listFiles } from '${hub}'` : null)
}

/** Puts a guarded decorator in the place of Lit's: a second copy of the package on a page registers no tag again. */
export const guardedElements = {
  name: 'guarded-elements',
  resolveId: (source) =>
    source.endsWith('/decorators/custom-element.js') ? join(root, 'web/elements/base/guarded-element.ts') : null
}

/** Puts the scripts of the engine's modules into a bundle. Their binaries stay files of their own. */
export const moduleScripts = {
  name: 'module-scripts',
  resolveId: (source, importer) =>
    /^\.\/attenscope-.*\.mjs$/.test(source) && importer?.startsWith(join(root, 'web')) ? `\0module:${source}` : null,
  load(id) {
    const [, name] = /^\0module:\.\/(.*)\.mjs$/.exec(id) ?? []
    const module = variants.flatMap(modulesOf).find((each) => each.name === name)
    return module ? moduleScript(module.script) : null
  }
}

/** A worker never runs in Node. Without Node's imports, its script has no import that a bundler could follow. */
const withoutNode = {
  name: 'without-node',
  resolveId: (source) => (source.endsWith('/node-modules.js') ? '\0node-modules' : null),
  load: (id) =>
    id === '\0node-modules'
      ? `export const isNode = false
         const absent = () => Promise.reject(new Error('a worker is not Node'))
         export { absent as importNodeModule, absent as isDirectory }`
      : null
}

/**
 * The settings of the worker's bundle: one script without imports, exports and `import.meta`. Pages, bundlers and blobs can start
 * it from any address, as a module or as a classic script.
 */
export const workerBundling = {
  ...bundling,
  input: join(root, 'web/lib/wire/worker.ts'),
  plugins: [usedOfHub, moduleScripts, withoutNode],
  output: { format: 'iife', minify: true, codeSplitting: false }
}
