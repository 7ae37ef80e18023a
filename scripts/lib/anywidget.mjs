// Builds attenscope/anywidget as one file with elements, client, worker and engine: notebooks load it from a blob.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundling } from './bundling.mjs'
import { root } from './paths.mjs'

/** The source of an engine module that contains its binary, compressed with gzip and encoded in base64. */
function engineModule(folder, name) {
  const script = join(folder, `${name}.mjs`)
  const binary = gzipSync(readFileSync(join(folder, `${name}.wasm`)), { level: 9 }).toString('base64')
  return `
    import create from ${JSON.stringify(script)}
    const compile = async () => {
      const packed = Uint8Array.from(atob(${JSON.stringify(binary)}), (letter) => letter.charCodeAt(0))
      const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
      return WebAssembly.compile(await new Response(plain).arrayBuffer())
    }
    export default async () => {
      const compiled = await compile()
      return create({
        instantiateWasm(imports, receive) {
          WebAssembly.instantiate(compiled, imports).then(receive)
          return {}
        }
      })
    }`
}

/** Puts the engine's modules from `folder` into the bundle. The threaded module is left out: it needs several files. */
const inlinedEngine = (folder) => ({
  name: 'inlined-engine',
  resolveId: (source, importer) =>
    /^\.\/attenscope-.*\.mjs$/.test(source) && importer?.startsWith(join(root, 'web')) ? `\0engine:${source}` : null,
  load(id) {
    const [, name] = /^\0engine:\.\/(.*)\.mjs$/.exec(id) ?? []
    if (!name) return null
    if (name.endsWith('-threads')) return `export default () => { throw new Error('a widget runs on one thread') }`
    return engineModule(folder, name)
  }
})

const hub = '@huggingface/hub'

/** Imports only the used functions of the Hub's client: in a one-file bundle, its other code would import Node modules. */
const usedOfHub = {
  name: 'used-of-hub',
  resolveId: (source, importer) => (source === hub && importer?.endsWith('hub-folder.ts') ? '\0hub' : null),
  load: (id) => (id === '\0hub' ? `export { fileDownloadInfo, HUB_URL, listFiles } from '${hub}'` : null)
}

const ownParts = (worker) => ({
  name: 'own-parts',
  resolveId(source) {
    if (source === 'attenscope') return join(root, 'web/lib/index.ts')
    if (source === 'inlined:worker') return '\0worker'
    if (source === './host.js') return '\0host'
    return source === './start-worker.js' ? join(root, 'web/anywidget/start-worker.ts') : null
  },
  load(id) {
    if (id === '\0worker') return `export default ${JSON.stringify(worker)}`
    return id === '\0host' ? `throw new Error('a widget runs its models in a worker')` : null
  }
})

/** Bundles a module with all of its static and dynamic imports into one file. */
async function oneFile(input, file, plugins) {
  const settings = { ...bundling, input: join(root, input), plugins: [usedOfHub, ...plugins], logLevel: 'silent' }
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown(settings)
  await bundle.write({ file, format: 'esm', minify: true, codeSplitting: false })
  await bundle.close()
}

/** Writes anywidget.js into `folder`, which contains the engine's modules. */
export async function writeAnywidget(folder) {
  const own = mkdtempSync(join(tmpdir(), 'attenscope-anywidget-'))
  try {
    const worker = join(own, 'worker.js')
    await oneFile('web/lib/wire/worker.ts', worker, [inlinedEngine(folder)])
    const plugins = [inlinedEngine(folder), ownParts(readFileSync(worker, 'utf8'))]
    await oneFile('web/anywidget/index.ts', join(folder, 'anywidget.js'), plugins)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
