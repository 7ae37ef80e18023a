// Where the checkout and its ignored working folders are.
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const dist = join(root, 'dist')
export const buildDir = join(root, 'build')
export const toolchainDir = join(root, '.toolchain')
export const rootfsDir = join(toolchainDir, 'rootfs')
export const resultsDir = join(buildDir, 'test-results')

/** The two wasm modules: the CMake preset, which is its build folder too, and the module's base name. */
export const variants = [
  { preset: 'wasm-base', module: 'attenscope-base' },
  { preset: 'wasm-relaxed', module: 'attenscope-relaxed' }
]

/** The folder that a preset builds into. */
export const presetDir = (preset) => join(buildDir, preset)
