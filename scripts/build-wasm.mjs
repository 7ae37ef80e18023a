// Builds the engine's WebAssembly modules when their sources changed; `npm run dev:wasm` also refreshes dist/ and the types.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main, step } from './lib/log.mjs'
import { dist, presetDir, root, variants } from './lib/paths.mjs'
import { hashOf, isFresh, remember } from './lib/stamps.mjs'
import { toolchain, toolRun } from './toolchain.mjs'

export const committedTypes = join(root, 'web/lib/generated/attenscope-module.d.ts')
export const generatedTypes = join(presetDir('wasm-base'), 'attenscope-module.d.ts')

/** The files of one variant that the package ships. */
export const moduleFiles = ({ preset, module }) =>
  ['mjs', 'wasm'].map((extension) => join(presetDir(preset), `${module}.${extension}`))

/** Configures a preset (CMake itself finds out whether anything changed) and builds targets of it. */
export async function buildPreset(preset, targets = []) {
  const configure = existsSync(join(presetDir(preset), 'build.ninja')) ? [] : [['cmake', '--preset', preset]]
  const build = ['cmake', '--build', '--preset', preset, ...targets.flatMap((target) => ['--target', target])]
  for (const command of [...configure, build]) await toolRun(command)
}

/** Builds both modules; quick where no source changed. */
export async function buildWasm() {
  const { kind } = await toolchain()
  const hash = hashOf(['src', 'cmake', 'CMakeLists.txt', 'CMakePresets.json'], [kind])
  for (const variant of variants) {
    const { preset, module } = variant
    if (isFresh(preset, hash, [...moduleFiles(variant), join(presetDir(preset), 'attenscope-module.d.ts')])) continue
    step(`building ${module}.wasm`)
    await buildPreset(preset, ['attenscope_module'])
    remember(preset, hash)
  }
}

/** Puts the built modules beside the bundles in a folder. */
export function copyModules(folder) {
  for (const file of variants.flatMap(moduleFiles)) {
    const target = join(folder, basename(file))
    // Left alone where it is the same: a running Vite would reload the page.
    if (!existsSync(target) || !readFileSync(file).equals(readFileSync(target))) copyFileSync(file, target)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    await buildWasm()
    if (existsSync(dist)) copyModules(dist)
    mkdirSync(join(committedTypes, '..'), { recursive: true })
    copyFileSync(generatedTypes, committedTypes)
    step(`the modules and ${relative(root, committedTypes)} are up to date`)
  })
}
