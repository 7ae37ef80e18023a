// Checks by a scan of includes and imports that no layer of the project reaches into one above it.
import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main, UserError } from './lib/log.mjs'
import { root } from './lib/paths.mjs'
import { filesBelow } from './lib/stamps.mjs'

/** The folders of src/, from the lowest to the highest: each includes only itself and folders before it. */
const layers = [
  'tensor',
  'simd',
  'parallel',
  'kernels',
  'position',
  'layers',
  'attention',
  'trace',
  'model',
  'insight',
  'transformer',
  'recurrent',
  'bindings'
]

const rankOf = (folder) => layers.indexOf(folder)

/** Each line of each file that matches, comments aside: { file, line, target }. */
function scan(folders, extension, pattern) {
  const found = []
  for (const path of filesBelow(folders, (each) => extension.test(each))) {
    const file = relative(root, path).split(sep).join('/')
    readFileSync(path, 'utf8')
      .split('\n')
      .forEach((text, index) => {
        if (/^\s*(\/?\*|\/\/)/.test(text)) return
        const match = pattern.exec(text)
        if (match) found.push({ file, line: index + 1, target: match[1] })
      })
  }
  return found
}

const includes = () => scan(['src'], /\.(h|cpp)$/, /^\s*#\s*include\s*[<"]([^>"]+)[>"]/)
const imports = (folder) => scan([folder], /\.(ts|mts|js|mjs)$/, /(?:\bfrom\s+|\bimport\s*\(?\s*)['"]([^'"]+)['"]/)
const layerOf = (file) => file.split('/')[1]

/** The rules: each gives the lines that break it, and why. */
export const rules = [
  {
    name: 'a folder of src includes only itself and the folders below it',
    broken: () =>
      includes().flatMap((each) => {
        const from = layerOf(each.file)
        const to = each.target.split('/')[0]
        if (from === 'reference' || !each.target.includes('/')) return []
        if (to === 'reference') return [{ ...each, why: 'reference/ is for tests alone' }]
        if (rankOf(to) < 0) return []
        if (rankOf(from) < 0) return [{ ...each, why: `src/${from} is no known layer` }]
        return rankOf(to) > rankOf(from) ? [{ ...each, why: `${to} is above ${from}` }] : []
      })
  },
  {
    name: 'only src/bindings includes headers of Emscripten',
    broken: () =>
      includes()
        .filter(({ file, target }) => target.startsWith('emscripten') && layerOf(file) !== 'bindings')
        .map((each) => ({ ...each, why: 'the engine knows nothing of JavaScript outside src/bindings' }))
  },
  {
    name: 'only engine.ts and ops-engine.ts in web/lib import the WebAssembly modules',
    broken: () =>
      imports('web')
        .filter(
          ({ file, target }) =>
            /attenscope-[\w-]+\.mjs$/.test(target) && !/^web\/lib\/engine\/(ops-)?engine\.ts$/.test(file)
        )
        .map((each) => ({ ...each, why: 'the modules are loaded by engine.ts and ops-engine.ts' }))
  },
  {
    name: "web/elements imports the library by the package's public entry",
    broken: () =>
      imports('web/elements')
        .filter(({ target }) => /(^|\/)lib\//.test(target) || /^attenscope\//.test(target))
        .map((each) => ({ ...each, why: "import from 'attenscope'" }))
  },
  {
    name: 'scripts import what has to be installed only where they use it: they are what installs it',
    broken: () =>
      scan(
        ['scripts'],
        /^(?!.*api-docs|.*evaluate\/|.*lint\/|.*serve-demo).*\.mjs$/,
        /^(?:import\b.*|\} )from\s+'([^'.][^']*)'/
      )
        .filter(({ target }) => !target.startsWith('node:'))
        .map((each) => ({ ...each, why: 'use await import() in the function that needs it' }))
  }
]

/** Runs every rule: { passed, failed, output }. */
export function checkLayers() {
  const lines = []
  let failed = 0
  for (const { name, broken } of rules) {
    const found = broken()
    if (found.length > 0) failed++
    lines.push(`${found.length > 0 ? 'FAILED' : 'ok    '} ${name}`)
    for (const { file, line, target, why } of found) lines.push(`       ${file}:${line}: ${target} (${why})`)
  }
  return { passed: rules.length - failed, failed, output: `${lines.join('\n')}\n` }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    const { failed, output } = checkLayers()
    process.stdout.write(output)
    if (failed > 0) throw new UserError(`${failed} layer rule(s) broken.`)
  })
}
