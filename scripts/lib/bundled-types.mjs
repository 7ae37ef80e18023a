// The declarations of packages that are bundled into ours: they come along, so that a reader's compiler finds them too.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './paths.mjs'

/** The module names of `from '…'`, `import '…'` and `import('…')`. */
const imported = /(?<=\b(?:from|import)\s*\(?\s*)(['"])([^'"]+)\1/g

/** What a reader has without our package: Node's own modules, and the package itself under its name. */
const isTheirs = (name) => /^(node:|attenscope(\/|$))/.test(name)

/** Whether a place in a declaration is in a comment, which may show imports of anything. */
const isComment = (text, at) => /^\s*(\*|\/\/|\/\*)/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))

const asDeclaration = (file) => file.replace(/(?:\.d)?\.([mc]?)[jt]s$/, '.d.$1ts')

/** The declaration at a path below node_modules that may lack its ending. */
function declarationAt(path) {
  const files = [asDeclaration(path), `${path}.d.ts`, join(path, 'index.d.ts')]
  return files.find((file) => /\.d\.[mc]?ts$/.test(file) && existsSync(join(root, 'node_modules', file)))
}

/** The file that an entry of a package's exports names for compilers. */
const typesEntry = (entry) =>
  typeof entry === 'string' ? entry : typesEntry(entry.types ?? entry.import ?? entry.default)

/** Where a package's declarations of a module stand below node_modules. */
function declarationOf(name) {
  const [, packageName, rest = ''] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(name)
  for (const folder of [packageName, `@types/${packageName.replace(/^@(.*)\//, '$1__')}`]) {
    const manifest = join(root, 'node_modules', folder, 'package.json')
    if (!existsSync(manifest)) continue
    const { exports = {}, types } = JSON.parse(readFileSync(manifest, 'utf8'))
    const entry = exports[rest ? `./${rest}` : '.'] ?? (rest || types || 'index.d.ts')
    const file = declarationAt(join(folder, typesEntry(entry)))
    if (file) return file
  }
  throw new Error(`${name} is imported by the package's types, and has no declarations`)
}

/**
 * Copies into `folder`/bundled what the declarations in `folder` import of bundled packages, lets them name the copies, and
 * gives back those packages' names.
 */
export function bundleTypes(folder) {
  const written = new Set()
  const packages = new Set()
  const bundled = join(folder, 'bundled')

  /** Writes a declaration, its imports named as they are found from there. */
  const write = (text, file, resolve) => {
    const local = text.replace(/^\/\/# sourceMappingURL=.*$/m, '').replace(imported, (whole, quote, name, at, all) => {
      const source = isComment(all, at) ? undefined : resolve(name)
      if (source === undefined) return whole
      const target = join(bundled, source)
      copy(source, target)
      const path = relative(dirname(file), target).replace(/\.d\.([mc]?)ts$/, '.$1js')
      return quote + (path.startsWith('.') ? path : `./${path}`) + quote
    })
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, local)
  }

  const copy = (source, target) => {
    if (written.has(target)) return
    written.add(target)
    packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(source)[0])
    write(readFileSync(join(root, 'node_modules', source), 'utf8'), target, (name) =>
      name.startsWith('.')
        ? declarationAt(join(dirname(source), name))
        : isTheirs(name)
          ? undefined
          : declarationOf(name)
    )
  }

  const own = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.d.ts'))
  for (const name of own) {
    const file = join(folder, name)
    write(readFileSync(file, 'utf8'), file, (module) =>
      module.startsWith('.') || isTheirs(module) ? undefined : declarationOf(module)
    )
  }
  return [...packages]
}
