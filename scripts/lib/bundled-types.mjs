// Copies the type declarations of bundled packages into our package, so that a user's compiler finds them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './paths.mjs'

/** Matches the module names of `from '…'`, `import '…'` and `import('…')`. */
const imported = /(?<=\b(?:from|import)\s*\(?\s*)(['"])([^'"]+)\1/g

/** Whether a user has the module's declarations already: Node's modules and this package itself. */
const isTheirs = (name) => /^(node:|attenscope(\/|$))/.test(name)

/** Whether the character at index `at` is in a comment: an import in a comment is only an example. */
const isComment = (text, at) => /^\s*(\*|\/\/|\/\*)/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))

const asDeclaration = (file) => file.replace(/(?:\.d)?\.([mc]?)[jt]s$/, '.d.$1ts')

/** The declaration file for a path below node_modules; the path may lack its extension. */
function declarationAt(path) {
  const files = [asDeclaration(path), `${path}.d.ts`, join(path, 'index.d.ts')]
  return files.find((file) => /\.d\.[mc]?ts$/.test(file) && existsSync(join(root, 'node_modules', file)))
}

/** The file with the types of an entry in a package's `exports`. */
const typesEntry = (entry) =>
  typeof entry === 'string' ? entry : typesEntry(entry.types ?? entry.import ?? entry.default)

/** The path, below node_modules, of the declarations of a package's module. */
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
  throw new Error(`The package's types import ${name}, which has no declarations.`)
}

/**
 * Copies the declarations of bundled packages that the declarations in `folder` import into `folder`/bundled, and changes
 * the imports to name the copies. Returns the names of these packages.
 */
export function bundleTypes(folder) {
  const written = new Set()
  const packages = new Set()
  const bundled = join(folder, 'bundled')

  /** Writes a declaration file whose imports name the copies, relative to the file. */
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
