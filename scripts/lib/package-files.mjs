// Makes the package's files that hold the engine: module scripts, and copies of the worker and the modules inside JavaScript.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { UserError } from './log.mjs'
import { presetDir, variants } from './paths.mjs'

/** The modules of one variant: { name, script, binary }; the last two are the paths of the built files. */
export const modulesOf = ({ preset, variant, modules }) =>
  modules.map((module) => {
    const name = `${module}-${variant}`
    return { name, script: join(presetDir(preset), `${name}.mjs`), binary: join(presetDir(preset), `${name}.wasm`) }
  })

const modules = variants.flatMap(modulesOf)

/** The names of the module scripts in the package, without their extension. */
export const moduleScripts = modules.map(({ name }) => name)

/** The modules with a copy inside JavaScript. The build with threads has none: a page without it runs one thread. */
const inlinedModules = modules.filter(({ name }) => !name.endsWith('-threads'))

const inlinedNameOf = (name) => `inlined-${name}`

/** The names, without their extension, of the files that hold a copy of another file of the package as a text. */
export const inlinedFiles = ['worker', ...inlinedModules.map(({ name }) => name)].map(inlinedNameOf)

/** The addresses in a module's script that refer to its own files, and the code in place of each. */
const ownAddresses = [
  // web/lib/engine/wasm-instance.ts compiles the binary.
  [/new URL\("([\w-]+\.wasm)",\s*import\.meta\.url\)\.href/g, '"$1"'],
  // The script's folder, in which the binary would be looked for.
  [/(_scriptName\s*=\s*)import\.meta\.url/g, '$1""'],
  // A script that starts itself as a worker makes some bundlers follow it for ever.
  [/new Worker\(new URL\("[\w-]+\.mjs",\s*import\.meta\.url\),\s*\{[^}]*\}\)/g, 'Module["startThread"]()']
]

/** The text of a module's script as the package ships it: minified, and without addresses that bundlers follow. */
export async function moduleScript(file) {
  let text = readFileSync(file, 'utf8')
  for (const [address, code] of ownAddresses) text = text.replace(address, code)
  if (/import\.meta|new Worker\(/.test(text)) {
    throw new UserError(`${file} refers to its own files in a form that scripts/lib/package-files.mjs does not know`)
  }
  // No property names are shortened here: Emscripten has already shortened those that the .wasm imports.
  const { minify } = await import('rolldown/experimental')
  const { code, errors } = await minify(basename(file), text, { module: true, compress: true, mangle: true })
  if (errors.length > 0) throw new UserError(`${file}: ${errors[0].message}`)
  return code
}

/** Writes the copies of the worker and of the modules into `folder`, which holds worker.js. */
export function writeInlinedFiles(folder) {
  const worker = readFileSync(join(folder, 'worker.js'), 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n')
  writeInlined(folder, 'worker', worker)
  for (const { name, binary } of inlinedModules) {
    writeInlined(folder, name, gzipSync(readFileSync(binary), { level: 9 }).toString('base64'))
  }
}

function writeInlined(folder, name, text) {
  const file = join(folder, `${inlinedNameOf(name)}.js`)
  const code = `export default ${JSON.stringify(text)}\n`
  // An unchanged file is not written again: a running Vite would reload the page.
  if (!existsSync(file) || readFileSync(file, 'utf8') !== code) writeFileSync(file, code)
}
