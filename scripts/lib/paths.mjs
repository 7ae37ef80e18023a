// Where the checkout and its ignored working folders are.
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const dist = join(root, 'dist')
export const buildDir = join(root, 'build')
export const toolchainDir = join(root, '.toolchain')
export const rootfsDir = join(toolchainDir, 'rootfs')
export const resultsDir = join(buildDir, 'test-results')

/** The builds: a CMake preset, which is its build folder too, and what ends the names of its modules. */
export const variants = [
  { preset: 'wasm-base', variant: 'base' },
  { preset: 'wasm-relaxed', variant: 'relaxed' }
]

/** What each build has a module of: the models and the attention library, with CMake's target. */
export const modules = [
  { name: 'attenscope', target: 'attenscope_module' },
  { name: 'attenscope-ops', target: 'attenscope_ops_module' }
]

/** The folder that a preset builds into. */
export const presetDir = (preset) => join(buildDir, preset)
