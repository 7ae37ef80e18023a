// Builds the engine's WebAssembly modules if their sources changed; `npm run dev:wasm` also updates dist/ and the types.
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main, step } from './lib/log.mjs'
import { packageCommand } from './lib/node.mjs'
import { modulesOf, moduleScript } from './lib/package-files.mjs'
import { dist, presetDir, root, targetOf, variants } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { hashOf, isFresh, remember } from './lib/stamps.mjs'
import { toolchain, toolRun } from './toolchain.mjs'

/** For each module, the declaration file that Embind generates and the committed copy of that file. */
export const generatedTypes = variants[0].modules.map((name) => ({
  built: join(presetDir('wasm-base'), `${name}-module.d.ts`),
  committed: join(root, `web/lib/generated/${name}-module.d.ts`)
}))

/** The files of one variant that the package ships. */
export const moduleFiles = (variant) => modulesOf(variant).flatMap(({ script, binary }) => [script, binary])

/** Whether a preset's build folder was configured since the presets last changed. */
function isConfigured(preset) {
  const built = join(presetDir(preset), 'build.ninja')
  return existsSync(built) && statSync(built).mtimeMs >= statSync(join(root, 'CMakePresets.json')).mtimeMs
}

/** Configures a preset if CMakePresets.json changed (CMake itself checks its other files), and builds targets. */
export async function buildPreset(preset, targets = []) {
  const configure = isConfigured(preset) ? [] : [['cmake', '--preset', preset]]
  const build = ['cmake', '--build', '--preset', preset, ...targets.flatMap((target) => ['--target', target])]
  for (const command of [...configure, build]) await toolRun(command)
}

/** Builds the modules of all variants, except variants whose sources did not change. */
export async function buildWasm() {
  const { kind } = await toolchain()
  const hash = hashOf(['src', 'cmake', 'CMakeLists.txt', 'CMakePresets.json'], [kind])
  for (const variant of variants) {
    const { preset, modules } = variant
    const declarations = modules.map((name) => join(presetDir(preset), `${name}-module.d.ts`))
    if (isFresh(preset, hash, [...moduleFiles(variant), ...declarations])) continue
    step(
      `building the ${variant.variant} WebAssembly modules (about 2 minutes on two cores, seconds after a small change)`
    )
    await buildPreset(preset, modules.map(targetOf))
    remember(preset, hash)
  }
}

/** A module's file as the package ships it. */
const published = async (file) => (file.endsWith('.mjs') ? Buffer.from(await moduleScript(file)) : readFileSync(file))

/** Copies the built modules into a folder, next to the bundles. */
export async function copyModules(folder) {
  for (const file of variants.flatMap(moduleFiles)) {
    const target = join(folder, basename(file))
    const bytes = await published(file)
    // An unchanged file is not written again: a running Vite would reload the page.
    if (!existsSync(target) || !bytes.equals(readFileSync(target))) writeFileSync(target, bytes)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    await buildWasm()
    // The worker's bundle and the inlined files contain the modules, too.
    if (existsSync(dist)) await run([packageCommand('node'), 'scripts/build-lib.mjs'])
    for (const { built, committed } of generatedTypes) {
      mkdirSync(dirname(committed), { recursive: true })
      copyFileSync(built, committed)
    }
    step('the modules and web/lib/generated are up to date')
  })
}
