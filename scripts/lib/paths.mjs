// The paths of the checkout and of its working folders, which git ignores.
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const dist = join(root, 'dist')
export const buildDir = join(root, 'build')
export const toolchainDir = join(root, '.toolchain')
export const rootfsDir = join(toolchainDir, 'rootfs')
export const resultsDir = join(buildDir, 'test-results')

/** The builds: each has a CMake preset (also the name of its build folder), the suffix of its modules, and the modules. */
export const variants = [
  { preset: 'wasm-base', variant: 'base', modules: ['attenscope', 'attenscope-ops'] },
  { preset: 'wasm-relaxed', variant: 'relaxed', modules: ['attenscope', 'attenscope-ops'] },
  { preset: 'wasm-threads', variant: 'threads', modules: ['attenscope'] }
]

/** The CMake target of a module: 'attenscope' runs models, 'attenscope-ops' has the attention operations. */
export const targetOf = (module) => `${module.replaceAll('-', '_')}_module`

/** The folder that a preset builds into. */
export const presetDir = (preset) => join(buildDir, preset)
