// Checks the layers of the project: scans includes and imports, and reports a layer that uses a higher layer.
import { readFileSync } from 'node:fs'
import { posix, relative, sep } from 'node:path'
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
  'train',
  'bindings'
]

const rankOf = (folder) => layers.indexOf(folder)

/** Every matching line that is not a comment: { file, line, target }. */
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

/** For each folder of web/lib, the folders that it must not import. The page reaches the model only by messages. */
const apart = {
  page: ['session', 'engine'],
  session: ['page'],
  engine: ['page', 'wire', 'session'],
  edits: ['page', 'wire'],
  types: ['page', 'wire', 'session', 'engine'],
  families: ['page', 'wire', 'session', 'engine'],
  formats: ['page', 'wire', 'session', 'engine'],
  sources: ['page', 'wire', 'session', 'engine'],
  tokenizer: ['page', 'wire', 'session', 'engine'],
  checkpoints: ['page', 'wire', 'session', 'engine']
}

/** The path, from the repository's root, of the file that a relative import names. */
const targetOf = ({ file, target }) => posix.join(posix.dirname(file), target).replace(/\.js$/, '.ts')

/** The imports and exports of values in a file's text. Type-only imports do not count: they do not exist at run time. */
function valueImports(text) {
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)([^'"]*?\bfrom\s+)?'(\.[^']+)'/gm)
  return [...statements]
    .filter(([, names = '']) => {
      const list = /^\{([^}]*)\}/.exec(names)?.[1]
      return !list || !list.split(',').every((name) => /^\s*(type\s.*)?$/s.test(name))
    })
    .map(([, , target]) => target)
}

/** The circles of value imports among TypeScript files; for each circle, { file, line, target } of one import in it. */
export function circles(texts) {
  const graph = new Map(
    Object.entries(texts).map(([file, text]) => [
      file,
      valueImports(text)
        .map((target) => targetOf({ file, target }))
        .filter((target) => target in texts)
    ])
  )
  const found = []
  const done = new Set()
  const visit = (file, path) => {
    if (path.includes(file)) {
      const circle = [...path.slice(path.indexOf(file)), file]
      found.push({ file: circle[0], line: 1, target: circle[1], why: circle.join(' → ') })
      return
    }
    if (done.has(file)) return
    for (const target of graph.get(file)) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return found
}

function textsBelow(folders) {
  const files = filesBelow(folders, (each) => /(?<!\.d)\.ts$/.test(each))
  return Object.fromEntries(
    files.map((path) => [relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')])
  )
}

/** The rules. `broken` returns the lines that break the rule, each with the reason in `why`. */
export const rules = [
  {
    name: 'a folder of src includes only itself and the folders below it',
    broken: () =>
      includes().flatMap((each) => {
        const from = layerOf(each.file)
        const to = each.target.split('/')[0]
        if (from === 'reference' || !each.target.includes('/')) return []
        if (to === 'reference') return [{ ...each, why: 'only tests include reference/' }]
        if (rankOf(to) < 0) return []
        if (rankOf(from) < 0) return [{ ...each, why: `src/${from} is not in the list of layers` }]
        return rankOf(to) > rankOf(from) ? [{ ...each, why: `${to} is above ${from}` }] : []
      })
  },
  {
    name: 'only src/bindings includes headers of Emscripten',
    broken: () =>
      includes()
        .filter(({ file, target }) => target.startsWith('emscripten') && layerOf(file) !== 'bindings')
        .map((each) => ({ ...each, why: 'only src/bindings may depend on JavaScript' }))
  },
  {
    name: 'only engine.ts and ops-engine.ts in web/lib import the WebAssembly modules',
    broken: () =>
      imports('web')
        .filter(
          ({ file, target }) =>
            /attenscope-[\w-]+\.mjs$/.test(target) && !/^web\/lib\/engine\/(ops-)?engine\.ts$/.test(file)
        )
        .map((each) => ({ ...each, why: 'only engine.ts and ops-engine.ts load the modules' }))
  },
  {
    name: "web/elements imports the library through the package's public entry",
    broken: () =>
      imports('web/elements')
        .filter(({ target }) => /(^|\/)lib\//.test(target) || /^attenscope\//.test(target))
        .map((each) => ({ ...each, why: "import from 'attenscope'" }))
  },
  {
    name: 'in web/lib, the code of the page, of the model and of the file readers do not import each other',
    broken: () =>
      imports('web/lib').flatMap((each) => {
        const from = each.file.split('/')[2]
        const to = targetOf(each).split('/')[2]
        const isApart = each.target.startsWith('.') && (apart[from] ?? []).includes(to)
        return isApart ? [{ ...each, why: `${from} must not import ${to}` }] : []
      })
  },
  {
    name: 'no imports of values among the files of web form a circle',
    broken: () => circles(textsBelow(['web/lib', 'web/elements', 'web/shared', 'web/demo', 'web/anywidget']))
  },
  {
    name: 'scripts import npm packages with await import(), because the scripts install these packages',
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
