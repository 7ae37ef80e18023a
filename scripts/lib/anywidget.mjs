// Builds attenscope/anywidget as one file with elements, client, worker and engine: notebooks load it from a blob.
import { join } from 'node:path'
import { bundling, guardedElements, moduleScripts, usedOfHub } from './bundling.mjs'
import { root } from './paths.mjs'

/** Puts the package's inlined files into the bundle, and takes the addresses of its other files out. */
const ownParts = (folder) => ({
  name: 'own-parts',
  resolveId(source) {
    if (source === 'attenscope') return join(root, 'web/lib/index.ts')
    if (source === './package-files.js') return join(root, 'web/anywidget/package-files.ts')
    if (source === './host.js') return '\0host'
    const [name] = /inlined-[\w-]+\.js$/.exec(source) ?? []
    return name && !source.endsWith('inlined-files.js') ? join(folder, name) : null
  },
  load: (id) => (id === '\0host' ? `throw new Error('a widget runs its models in a worker')` : null)
})

/** Writes anywidget.js into `folder`, which contains the package's other files. */
export async function writeAnywidget(folder) {
  const { rolldown } = await import('rolldown')
  const plugins = [usedOfHub, ownParts(folder), moduleScripts, guardedElements]
  const bundle = await rolldown({
    ...bundling,
    input: join(root, 'web/anywidget/index.ts'),
    plugins,
    logLevel: 'silent'
  })
  await bundle.write({ file: join(folder, 'anywidget.js'), format: 'esm', minify: true, codeSplitting: false })
  await bundle.close()
}
