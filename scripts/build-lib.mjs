// Builds the npm package into dist/: bundles, type declarations and WebAssembly modules.
import { chmodSync, cpSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildWasm, copyModules, moduleFiles } from './build-wasm.mjs'
import { writeAnywidget } from './lib/anywidget.mjs'
import { bundleTypes } from './lib/bundled-types.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { writeFrameworkEntries } from './lib/framework-types.mjs'
import { main, step, UserError } from './lib/log.mjs'
import { writeManifest } from './lib/manifest.mjs'
import { writeNotices } from './lib/notices.mjs'
import { packageCommand, pinnedEnv } from './lib/node.mjs'
import { inlinedFiles, modulesOf, writeInlinedFiles } from './lib/package-files.mjs'
import { buildDir, dist, root, variants } from './lib/paths.mjs'
import { execute, failureText, run } from './lib/run.mjs'
import { elementSources } from './lib/single-elements.mjs'
import { hashOf, isFresh, remember } from './lib/stamps.mjs'

const inputs = [
  'web/lib',
  'web/elements',
  'web/shared',
  'web/anywidget',
  'web/embed',
  'web/frameworks',
  'rolldown.config.mjs',
  'scripts/lib/single-elements.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/lib/anywidget.mjs',
  'scripts/lib/bundling.mjs',
  'scripts/lib/package-files.mjs',
  'scripts/lib/bundled-types.mjs',
  'scripts/lib/framework-types.mjs',
  'scripts/lib/manifest.mjs',
  'scripts/lib/manifest.config.mjs'
]
const outputs = [
  'index.js',
  'worker.js',
  'elements.js',
  'cli.js',
  'embed.js',
  'embed.html',
  'embed.css',
  ...inlinedFiles.map((name) => `${name}.js`),
  'index.d.ts',
  'elements.d.ts',
  'react.d.ts',
  'vue.d.ts',
  'types',
  'custom-elements.json',
  'THIRD-PARTY-NOTICES.txt'
]

/** Writes a short declaration file for each entry: it points into types/, whose tree mirrors the sources. */
function writeTypeEntries(folder) {
  writeFileSync(join(folder, 'index.d.ts'), "export * from './types/lib/index.js'\n")
  writeFileSync(join(folder, 'elements.d.ts'), "export * from './types/elements/index.js'\n")
  const widget = './types/anywidget/index.js'
  writeFileSync(join(folder, 'anywidget.d.ts'), `export * from '${widget}'\nexport { default } from '${widget}'\n`)
  for (const [name, source] of elementSources) {
    writeFileSync(join(folder, `elements-${name}.d.ts`), `export type * from './types/elements/${source}.js'\n`)
  }
}

/** Bundles the sources. Prints the bundler's warnings; after a failure, the error contains all output. */
async function bundle(env) {
  const command = [packageCommand('rolldown'), '--config', 'rolldown.config.mjs']
  const result = await execute(command, { env })
  if (result.code !== 0 || result.signal) throw new UserError(failureText(command, result))
  if (result.errors.trim()) console.warn(result.errors.trimEnd())
}

/** Builds the widget again when the library or an engine module changed: the widget contains the modules. */
async function buildAnywidget(folder, libraryHash) {
  const modules = variants.flatMap(moduleFiles).map((file) => relative(root, file))
  const hash = hashOf(modules, [libraryHash])
  if (isFresh('anywidget', hash, [join(folder, 'anywidget.js')])) return
  await writeAnywidget(folder)
  remember('anywidget', hash)
}

/** Builds dist/ if an input changed. The old dist/ stays complete until the new one replaces it. */
export async function buildLibrary() {
  // The worker's bundle contains the modules' scripts.
  const scripts = variants.flatMap(modulesOf).map(({ script }) => relative(root, script))
  const hash = hashOf([...inputs, ...scripts, 'package-lock.json'])
  const modules = variants.flatMap(moduleFiles).map((file) => basename(file))
  const wanted = [...outputs, ...modules].map((name) => join(dist, name))
  if (isFresh('lib', hash, wanted)) {
    await copyModules(dist)
    writeInlinedFiles(dist)
    return buildAnywidget(dist, hash)
  }
  step('building the package into dist/ (about 10 s)')
  const [fresh, old] = [join(buildDir, 'dist-new'), join(buildDir, 'dist-old')]
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
  const env = { ...pinnedEnv(), ATTENSCOPE_DIST: fresh }
  await bundle(env)
  // `npm test -- types` checks the types; the build does not, so that a page can be tried despite a type error.
  const declarations = ['--project', 'tsconfig.build.json', '--noCheck', '--outDir', join(fresh, 'types')]
  await run([packageCommand('tsc'), ...declarations], { env })
  const copied = bundleTypes(join(fresh, 'types'))
  writeTypeEntries(fresh)
  writeFrameworkEntries(fresh)
  for (const file of ['embed.html', 'embed.css']) cpSync(join(root, 'web/embed', file), join(fresh, file))
  await writeManifest(fresh)
  writeNotices(fresh, copied)
  chmodSync(join(fresh, 'cli.js'), 0o755)
  await copyModules(fresh)
  writeInlinedFiles(fresh)
  await buildAnywidget(fresh, hash)
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
  remember('lib', hash)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    await ensureDependencies()
    if (!variants.flatMap(moduleFiles).every(existsSync)) await buildWasm()
    await buildLibrary()
    step('dist/ is up to date')
  })
}
