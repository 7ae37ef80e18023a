// Where the checkout and its ignored working folders are.
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const dist = join(root, 'dist')
export const buildDir = join(root, 'build')
export const toolchainDir = join(root, '.toolchain')
export const rootfsDir = join(toolchainDir, 'rootfs')
export const resultsDir = join(buildDir, 'test-results')

/** The builds: a CMake preset, which is its build folder too, its modules, and what ends their names. */
export const variants = [
  { preset: 'wasm-base', variant: 'base', modules: ['attenscope', 'attenscope-ops'] },
  { preset: 'wasm-relaxed', variant: 'relaxed', modules: ['attenscope', 'attenscope-ops'] },
  { preset: 'wasm-threads', variant: 'threads', modules: ['attenscope'] }
]

/** CMake's target of a module: the models' and the attention library's. */
export const targetOf = (module) => `${module.replaceAll('-', '_')}_module`

/** The folder that a preset builds into. */
export const presetDir = (preset) => join(buildDir, preset)
